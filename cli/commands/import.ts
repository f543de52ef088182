import { writeFileSync } from "node:fs";
import type { Command } from "commander";
import { RelayError, SettingsError, messageOf } from "../../providers/lifecycle/errors";
import type { Settings } from "../../providers/lifecycle/settings";
import { UsageError } from "../command";
import { noProject } from "../complaints";
import { harmless } from "../harmless";
import { remarksOn, stepsAfterImport, stepsToImport } from "../import/advice";
import { asTable, askForPlainHeaders, choice } from "../import/choose";
import { type StackSecret, secretsIn } from "../import/code";
import { importFile } from "../import/import-file";
import { type ImportFlags, type Wanted, importCommand, tokensOf, wantedOf } from "../import/options";
import { importCommands, notesOnKeys, refuseWhatIsOfNode } from "../import/other-languages";
import type { Plan, PlanOptions } from "../import/plan";
import { relayPlan } from "../import/relays";
import { asEnvironment, importSettings } from "../import/settings";
import { configValues, relaysIn, secretValues, stackConfig } from "../import/stack-config";
import { standalonePlan } from "../import/standalone";
import { type Found, survey } from "../import/survey";
import { TargetStack } from "../import/target-stack";
import { typescript } from "../import/typescript";
import { printError, printJson, printLine } from "../print";
import { isOfNode, isProjectFolder } from "../project-folder";

export function command(): Command {
  return importCommand().action(takeOver);
}

async function takeOver(flags: ImportFlags): Promise<void> {
  const wanted = wantedOf(flags);
  const { isYaml, isProtected } = wanted;
  const tokens = tokensOf(flags, process.env);
  const isOfAnother = isProjectFolder(".") && !isOfNode(".");
  if (isOfAnother) refuseWhatIsOfNode(flags);
  const target = new TargetStack(flags.stack);
  const config = await target.config(flags.run === true || flags.stack !== undefined);
  const settings = importSettings(flags, process.env, config, isOfAnother);
  const seen = await survey(settings, tokens).catch((error: unknown) => {
    throw error instanceof SettingsError && !isProjectFolder(".") ? withoutProject(error) : error;
  });
  if (flags.list) {
    if (flags.json) printJson({ found: seen.found.map(shown), notes: seen.notes });
    else printLine([asTable(seen.found), ...seen.notes.map(harmless)].join("\n"));
    return;
  }

  const chosen = await choice(seen, flags);
  if (wanted.airkitIds !== undefined && chosen.filter(({ kind }) => kind === "webhook").length !== 1)
    throw new UsageError("--account-id, --hub-id and --routing-flow-id are about one relay: choose one webhook.");
  const plainHeaders = lowerCase(flags.plainHeader ?? (isOfAnother ? [] : await askForPlainHeaders(chosen, flags)));
  const takenNames = isYaml ? relaysIn(config) : [];
  const takenKeys = [...config.keys()].map((key) => key.slice(key.indexOf(":") + 1));
  const plan = await planOf(chosen, wanted, { settings, survey: seen, plainHeaders, takenNames, takenKeys });
  if (isOfAnother) {
    printCommands(importCommands(plan, flags.stack), [...seen.notes, ...plan.notes, ...notesOnKeys(chosen)], flags);
    return;
  }
  const place = takenNames.length;
  const secrets = isYaml ? secretValues(plan, place) : secretsOf(plan);
  const file = importFile(plan, plainHeaders);
  if (flags.run)
    await run(target, { plan, file, isProtected }, settings, secrets, isYaml ? configValues(plan, place) : []);
  else if (plan.resources.length > 0) write(flags.out, file);

  const program = isYaml ? stackConfig(plan) : typescript(plan, isProtected);
  const notes = [...seen.notes, ...plan.notes, ...remarksOn(seen, chosen, settings, secrets, isProtected)];
  if (flags.json) {
    const resources = plan.resources.map(({ kind, id, name, parent }) => ({ kind, id, name, parent }));
    const keys = secrets.map(({ path, secret: { what, value } }) => ({ path, what, known: value !== undefined }));
    const imported = flags.run ?? false;
    printJson({ found: seen.found.map(shown), resources, program, secrets: keys, notes, imported });
    return;
  }
  const where = { isYaml, isProtected, stack: flags.stack };
  const steps = flags.run ? stepsAfterImport(secrets, where) : stepsToImport(plan, secrets, flags.out, where);
  printLine(program.trimEnd());
  printError(["", ...notes.map((note) => `note: ${harmless(note)}`), "Next:", ...steps].join("\n"));
}

function printCommands(commands: readonly string[], notes: readonly string[], { json }: ImportFlags): void {
  if (json) {
    printJson({ commands, notes });
    return;
  }
  if (commands.length > 0) printLine(commands.join("\n"));
  const next = "Next: run these. Each changes nothing, and prints the code that declares what it took over";
  printError([...notes.map((note) => `note: ${harmless(note)}`), ...(commands.length > 0 ? [next] : [])].join("\n"));
}

/** Stack config is where settings usually stand: that there is none here explains more than a key that is missing. */
function withoutProject({ message }: SettingsError): RelayError {
  const { what, next = "" } = noProject(process.cwd());
  return new RelayError({ what: message, next: `${what}: ${next}` });
}

function planOf(chosen: readonly Found[], { asRelays, airkitIds }: Wanted, options: PlanOptions): Promise<Plan> {
  return asRelays ? relayPlan(chosen, options, airkitIds) : standalonePlan(chosen, options);
}

function secretsOf({ declarations }: Plan): StackSecret[] {
  return declarations.flatMap(({ args }) => secretsIn(args).map(({ secret }) => ({ path: secret.key, secret })));
}

interface Prepared {
  readonly plan: Plan;
  readonly file: string;
  readonly isProtected: boolean;
}

/** Config first: what is imported and not declared would be deleted by an `up` in between. */
async function run(
  target: TargetStack,
  { plan, file, isProtected }: Prepared,
  settings: Settings,
  secrets: readonly StackSecret[],
  values: readonly { readonly path: string; readonly value: string | number | boolean }[],
): Promise<void> {
  for (const { path, value } of values) await target.set(path, value);
  for (const { path, secret } of secrets) if (secret.value !== undefined) await target.setSecret(path, secret.value);
  if (plan.resources.length === 0) return;
  try {
    await target.import(file, asEnvironment(settings), isProtected);
  } catch (error) {
    if (values.length === 0) throw error;
    throw new RelayError({
      what: messageOf(error),
      next: "stack config declares the relays already, and the next pulumi up would create them: take them out of Pulumi.<stack>.yaml first",
    });
  }
}

/** Never over another file: it might be readable by others. */
function write(file: string, text: string): void {
  try {
    writeFileSync(file, text, { mode: 0o600, flag: "wx" });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    throw new Error(`write ${file}: the file exists already; remove it, or name another one with --out.`, {
      cause: error,
    });
  }
}

function lowerCase(names: readonly string[]): ReadonlySet<string> {
  return new Set(names.map((name) => name.toLowerCase()));
}

function shown({ kind, id, name, detail, remark, usual }: Found): object {
  return { kind, id, name, about: detail, remark, usual };
}
