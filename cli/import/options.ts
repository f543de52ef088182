import { readFileSync } from "node:fs";
import { type Command, Option } from "commander";
import { uuid } from "../../providers/airkit/object-id";
import { messageOf } from "../../providers/lifecycle/errors";
import { UsageError, jsonOption, newCommand, repeatable } from "../command";
import type { AirkitIds } from "./relays";
import type { SettingFlags } from "./settings";

/** The file for `pulumi import`, where nobody names another. */
export const FILE = "kustomer-relay-import.json";

export interface ImportFlags extends SettingFlags {
  readonly list?: boolean;
  readonly yes?: boolean;
  readonly pick?: string;
  readonly tokenEnv?: string[];
  readonly tokenFile?: string[];
  readonly as?: "resources" | "relays";
  readonly format: "ts" | "yaml";
  readonly plainHeader?: string[];
  readonly protect?: boolean;
  readonly accountId?: string;
  readonly hubId?: string;
  readonly routingFlowId?: string;
  readonly out: string;
  readonly run?: boolean;
  readonly json?: boolean;
  readonly stack?: string;
}

const DESCRIPTION =
  "Looks at an organisation's outbound webhooks and API keys, and at Airkit's objects where the driver can list them; lets you choose; writes the file for pulumi import, and prints the program that declares the same. Nothing is changed in Kustomer or Airkit, now or by the next pulumi up.";

export function importCommand(): Command {
  return newCommand(
    "import",
    "Take over what exists: the file for pulumi import, and the program that matches.",
    DESCRIPTION,
  )
    .optionsGroup("What to import:")
    .option("--list", "only show the table")
    .option("--yes", "whatever has a star in the table")
    .option("--pick <which>", "numbers of the table (1-3,5), ids of objects, or all; without it a terminal asks")
    .addOption(
      repeatable("--token-env <name>", "a variable that holds the token of an API key, which cannot be read back"),
    )
    .addOption(repeatable("--token-file <file>", "a file that holds one"))
    .optionsGroup("What to make of it:")
    .addOption(
      new Option(
        "--as <what>",
        "each object by itself (the default in TypeScript), or each webhook as a KustomerRelay with its key and its Airkit half",
      ).choices(["resources", "relays"]),
    )
    .addOption(
      new Option("--format <format>", "TypeScript, or the lines of Pulumi.<stack>.yaml, which declare relays")
        .choices(["ts", "yaml"])
        .default("ts"),
    )
    .addOption(repeatable("--plain-header <name>", "a header whose value is not a secret and may stand in the code"))
    .option("--protect", "protect what is imported: no destroy deletes it until the program says otherwise")
    .option("--account-id <id>", "the Airkit half of the one relay to import, where the driver cannot list it:")
    .option("--hub-id <id>", "the UUIDs of its objects,")
    .option("--routing-flow-id <id>", "or the addresses of their pages in Airkit's console")
    .option("--out <file>", "the file for pulumi import; it holds secrets, readable by you alone", FILE)
    .option("--run", "set the secrets and run pulumi import, too; the file is then gone in any case")
    .addOption(jsonOption("one JSON document instead of text, without secrets"))
    .optionsGroup("Where:")
    .option("--stack <name>", "the stack to import into (the one that is selected); its config has the settings")
    .option("--org <name>", "settings; they win over the environment, and that over the stack's config:")
    .option("--base-url <url>", "KUSTOMER_ORG, KUSTOMER_BASE_URL, KUSTOMER_REGION, KUSTOMER_API_KEY,")
    .option("--region <region>", "AIRKIT_DRIVER, AIRKIT_BASE_URL, AIRKIT_TOKEN")
    .option("--airkit <driver>", "operator or console")
    .option("--airkit-base-url <url>", "Airkit's console API, for the console driver")
    .optionsGroup("Help:");
}

/** What the flags ask for to be made. */
export interface Wanted {
  readonly asRelays: boolean;
  readonly isYaml: boolean;
  readonly isProtected: boolean;
  readonly airkitIds: AirkitIds | undefined;
}

export function wantedOf(flags: ImportFlags): Wanted {
  const isYaml = flags.format === "yaml";
  const as = flags.as ?? (isYaml ? "relays" : "resources");
  if (isYaml && as === "resources")
    throw usageError("Stack config declares relays: with --format yaml there is no --as resources.");
  const isProtected = flags.protect ?? false;
  if (isYaml && isProtected)
    throw usageError(
      "Stack config cannot say that a relay is protected, so the next up would take it away: after the import run `pulumi state protect --all`.",
    );
  const airkitIds = idsOf(flags);
  if (airkitIds !== undefined && as === "resources")
    throw usageError("--account-id, --hub-id and --routing-flow-id are about a relay: give --as relays, too.");
  return { asRelays: as === "relays", isYaml, isProtected, airkitIds };
}

function idsOf({ accountId, hubId, routingFlowId }: ImportFlags): AirkitIds | undefined {
  const id = (flag: string, given: string | undefined): string | undefined => {
    if (given === undefined) return undefined;
    const parsed = uuid.safeParse(given);
    if (!parsed.success) throw usageError(`${flag} ${given}: ${parsed.error.issues[0]?.message ?? ""}.`);
    return parsed.data;
  };
  const account = id("--account-id", accountId);
  const hub = id("--hub-id", hubId);
  const flow = id("--routing-flow-id", routingFlowId);
  if (account === undefined && hub === undefined && flow === undefined) return undefined;
  if (account === undefined || hub === undefined)
    throw usageError("The Airkit half of a relay takes both --account-id and --hub-id.");
  return { accountId: account, hubId: hub, routingFlowId: flow };
}

/** Tokens of API keys, out of the environment and out of files. Never out of the command line, which everybody can read. */
export function tokensOf(
  { tokenEnv = [], tokenFile = [] }: Pick<ImportFlags, "tokenEnv" | "tokenFile">,
  environment: NodeJS.ProcessEnv,
): string[] {
  const fromEnvironment = tokenEnv.map((name) => {
    const token = environment[name]?.trim();
    if (!token) throw usageError(`--token-env ${name}: there is no such variable in the environment.`);
    return token;
  });
  const fromFiles = tokenFile.map((file) => {
    const token = textOf(file).trim();
    if (token === "") throw usageError(`--token-file ${file}: the file is empty.`);
    return token;
  });
  return [...new Set([...fromEnvironment, ...fromFiles])];
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw usageError(`--token-file ${file}: ${messageOf(error)}.`);
  }
}

function usageError(message: string): UsageError {
  return new UsageError(message, "kustomer-relay import");
}
