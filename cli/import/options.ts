import { readFileSync } from "node:fs";
import type { ParseArgsOptionsConfig } from "node:util";
import { uuid } from "../../providers/airkit/object";
import { messageOf } from "../../providers/lifecycle/errors";
import { UsageError } from "../command";
import type { AirkitIds } from "./relays";
import { SETTING_FLAGS } from "./settings";

export const OPTIONS = {
  ...SETTING_FLAGS,
  stack: { type: "string" },
  "token-env": { type: "string", multiple: true },
  "token-file": { type: "string", multiple: true },
  "plain-header": { type: "string", multiple: true },
  "account-id": { type: "string" },
  "hub-id": { type: "string" },
  "routing-flow-id": { type: "string" },
  as: { type: "string" },
  format: { type: "string" },
  pick: { type: "string" },
  yes: { type: "boolean" },
  list: { type: "boolean" },
  out: { type: "string" },
  run: { type: "boolean" },
  json: { type: "boolean" },
} as const satisfies ParseArgsOptionsConfig;

interface Flags {
  readonly as?: string | undefined;
  readonly format?: string | undefined;
  readonly "account-id"?: string | undefined;
  readonly "hub-id"?: string | undefined;
  readonly "routing-flow-id"?: string | undefined;
}

/** What the flags ask for to be made. */
export interface Wanted {
  readonly asRelays: boolean;
  readonly isYaml: boolean;
  readonly airkitIds: AirkitIds | undefined;
}

export function wantedOf(flags: Flags): Wanted {
  const format = oneOf("--format", flags.format ?? "ts", ["ts", "yaml"]);
  const isYaml = format === "yaml";
  const as = oneOf("--as", flags.as ?? (isYaml ? "relays" : "resources"), ["resources", "relays"]);
  if (isYaml && as === "resources")
    throw new UsageError("Stack config declares relays: with --format yaml there is no --as resources.");
  const airkitIds = idsOf(flags);
  if (airkitIds !== undefined && as === "resources")
    throw new UsageError("--account-id, --hub-id and --routing-flow-id are about a relay: give --as relays, too.");
  return { asRelays: as === "relays", isYaml, airkitIds };
}

function oneOf<Value extends string>(flag: string, given: string, values: readonly Value[]): Value {
  const found = values.find((value) => value === given);
  if (found === undefined) throw new UsageError(`${flag} ${given}: must be ${values.join(" or ")}.`);
  return found;
}

function idsOf(flags: Flags): AirkitIds | undefined {
  const id = (flag: "account-id" | "hub-id" | "routing-flow-id"): string | undefined => {
    const given = flags[flag];
    if (given === undefined) return undefined;
    const parsed = uuid.safeParse(given);
    if (!parsed.success) throw new UsageError(`--${flag} ${given}: ${parsed.error.issues[0]?.message ?? ""}.`);
    return parsed.data;
  };
  const [accountId, hubId, routingFlowId] = [id("account-id"), id("hub-id"), id("routing-flow-id")];
  if (accountId === undefined && hubId === undefined && routingFlowId === undefined) return undefined;
  if (accountId === undefined || hubId === undefined)
    throw new UsageError("The Airkit half of a relay takes both --account-id and --hub-id.");
  return { accountId, hubId, routingFlowId };
}

/** Tokens of API keys, out of the environment and out of files. Never out of the command line, which everybody can read. */
export function tokensOf(
  flags: { readonly "token-env"?: string[] | undefined; readonly "token-file"?: string[] | undefined },
  environment: NodeJS.ProcessEnv,
): string[] {
  const fromEnvironment = (flags["token-env"] ?? []).map((name) => {
    const token = environment[name]?.trim();
    if (!token) throw new UsageError(`--token-env ${name}: there is no such variable in the environment.`);
    return token;
  });
  const fromFiles = (flags["token-file"] ?? []).map((file) => {
    const token = textOf(file).trim();
    if (token === "") throw new UsageError(`--token-file ${file}: the file is empty.`);
    return token;
  });
  return [...new Set([...fromEnvironment, ...fromFiles])];
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new UsageError(`--token-file ${file}: ${messageOf(error)}.`, { cause: error });
  }
}
