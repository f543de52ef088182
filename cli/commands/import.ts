import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { RelayError, messageOf } from "../../providers/lifecycle/errors";
import type { Settings } from "../../providers/lifecycle/settings";
import { type Command, UsageError } from "../command";
import { type StackSecret, remarksOn, stepsAfterImport, stepsToImport } from "../import/advice";
import { asTable, choice } from "../import/choose";
import { secretsIn } from "../import/code";
import { importFile } from "../import/import-file";
import { OPTIONS, type Wanted, tokensOf, wantedOf } from "../import/options";
import type { Plan, PlanOptions } from "../import/plan";
import { TargetStack } from "../import/target-stack";
import { relayPlan } from "../import/relays";
import { asEnvironment, importSettings } from "../import/settings";
import { configValues, relaysIn, secretValues, stackConfig } from "../import/stack-config";
import { standalonePlan } from "../import/standalone";
import { type Found, survey } from "../import/survey";
import { typescript } from "../import/typescript";
import { printJson, printLine } from "../print";

const FILE = "kustomer-relay-import.json";

export const command: Command = {
  summary: "Take over what exists: the file for pulumi import, and the code that matches.",
  usage: `
Usage: kustomer-relay import [--list | --yes | --pick 1-3,5] [--run] [--stack NAME]

Looks at an organisation's outbound webhooks and API keys, and at Airkit's objects where the driver can list them; lets you
choose; writes the file for pulumi import, and prints the program that declares the same. Nothing is changed in Kustomer or
Airkit, now or by the next pulumi up.

What to import
  --list                only show the table
  --yes                 whatever has a star in the table
  --pick 1-3,5 | all    by the table's numbers; without any of these it asks, in a terminal
  --token-env NAME      the token of an API key, which cannot be read back, out of the environment; may be repeated
  --token-file FILE     the same out of a file

What to make of it
  --as resources        each object by itself (the default in TypeScript)
  --as relays           each webhook as a KustomerRelay, with its API key and its Airkit half
  --format ts | yaml    TypeScript (the default), or the lines of Pulumi.<stack>.yaml, which declare relays
  --plain-header NAME   a header whose value is no secret and may stand in the code; may be repeated
  --account-id UUID, --hub-id UUID, --routing-flow-id UUID
                        the Airkit half of the one relay to import, where the driver cannot list it
  --out FILE            the file for pulumi import (${FILE}); it holds secrets, readable by you alone
  --run                 set the secrets and run pulumi import, too; the file is then gone in any case
  --json                one JSON document in place of text, without secrets

Where
  --stack NAME          the stack to import into; settings are taken from its config, too
  --org NAME, --base-url URL, --region us|eu|in, --airkit operator|console, --airkit-base-url URL
                        settings; they win over the environment (KUSTOMER_ORG, KUSTOMER_API_KEY, AIRKIT_TOKEN, …)`,

  async run(args) {
    const { values } = parseArgs({ args, options: OPTIONS });
    const wanted = wantedOf(values);
    const tokens = tokensOf(values, process.env);
    const target = new TargetStack(values.stack);
    const config = values.run || values.stack !== undefined ? await target.config() : new Map<string, string>();
    const settings = importSettings(values, process.env, config);
    const seen = await survey(settings, tokens);
    if (values.list) {
      if (values.json) printJson({ found: seen.found.map(shown), notes: seen.notes });
      else printLine([asTable(seen.found), ...seen.notes].join("\n"));
      return 0;
    }

    const chosen = await choice(seen, values);
    if (wanted.airkitIds !== undefined && chosen.filter(({ kind }) => kind === "webhook").length !== 1)
      throw new UsageError("--account-id, --hub-id and --routing-flow-id are about one relay: choose one webhook.");
    const plainHeaders = new Set((values["plain-header"] ?? []).map((name) => name.toLowerCase()));
    const takenNames = wanted.isYaml ? relaysIn(config) : [];
    const takenKeys = [...config.keys()].map((key) => key.slice(key.indexOf(":") + 1));
    const plan = await planOf(chosen, wanted, { settings, survey: seen, plainHeaders, takenNames, takenKeys });
    const place = takenNames.length;
    const secrets = wanted.isYaml ? secretValues(plan, place) : secretsOf(plan);
    const out = values.out ?? FILE;
    if (values.run) await run(target, plan, settings, secrets, wanted.isYaml ? configValues(plan, place) : []);
    else if (plan.resources.length > 0) write(out, importFile(plan));

    const program = wanted.isYaml ? stackConfig(plan) : typescript(plan);
    const notes = [...seen.notes, ...plan.notes, ...remarksOn(seen, chosen, settings)];
    const steps = values.run
      ? stepsAfterImport(secrets, wanted.isYaml, values.stack)
      : stepsToImport(plan, secrets, out, wanted.isYaml, values.stack);
    if (values.json) {
      const resources = plan.resources.map(({ kind, id, name, parent }) => ({ kind, id, name, parent }));
      const keys = secrets.map(({ path, secret: { what, value } }) => ({ path, what, known: value !== undefined }));
      printJson({
        found: seen.found.map(shown),
        resources,
        program,
        secrets: keys,
        notes,
        imported: values.run ?? false,
      });
    } else {
      printLine(program.trimEnd());
      process.stderr.write(["", ...notes.map((note) => `note: ${note}`), "Next:", ...steps, ""].join("\n"));
    }
    return 0;
  },
};

function planOf(chosen: readonly Found[], { asRelays, airkitIds }: Wanted, options: PlanOptions): Promise<Plan> {
  return asRelays ? relayPlan(chosen, options, airkitIds) : standalonePlan(chosen, options);
}

function secretsOf({ declarations }: Plan): StackSecret[] {
  return declarations.flatMap(({ args }) => secretsIn(args).map(({ secret }) => ({ path: secret.key, secret })));
}

/** Config first: what is imported and not declared would be deleted by an `up` in between. */
async function run(
  target: TargetStack,
  plan: Plan,
  settings: Settings,
  secrets: readonly StackSecret[],
  values: readonly { readonly path: string; readonly value: string | number | boolean }[],
): Promise<void> {
  for (const { path, value } of values) await target.set(path, value);
  for (const { path, secret } of secrets) if (secret.value !== undefined) await target.setSecret(path, secret.value);
  if (plan.resources.length === 0) return;
  try {
    await target.import(importFile(plan), asEnvironment(settings));
  } catch (error) {
    if (values.length === 0) throw error;
    throw new RelayError(
      `${messageOf(error)} Stack config declares the relays already, and the next pulumi up would make them anew: take them out of Pulumi.<stack>.yaml first`,
    );
  }
}

/** Never over another file: it might be readable by others. */
function write(file: string, text: string): void {
  try {
    writeFileSync(file, text, { mode: 0o600, flag: "wx" });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    throw new Error(`write ${file}: there is such a file already; remove it, or name another one with --out.`, {
      cause: error,
    });
  }
}

function shown({ kind, id, name, detail, remark, usual }: Found): object {
  return { kind, id, name, about: detail, remark, usual };
}
