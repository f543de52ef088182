import * as z from "zod";
import { type SettingKey, type Settings, isSecretSetting, settingsFrom } from "./lifecycle/settings";
import { HOW_TO_UPDATE } from "./lifecycle/state-version";
import { PACKAGE } from "./types";

type Values = Readonly<Record<string, unknown>>;

/** A provider as the engine configures it: its arguments in clear, and its name where the program made it itself. */
export interface Configured {
  readonly args: Values;
  readonly explicitName?: string | undefined;
}

/**
 * The settings out of a provider's arguments, `kustomer` and `airkit`, which come nested, or as JSON texts where they stand in
 * stack config. The environment wins, as everywhere.
 */
export function nativeSettings({ args, explicitName }: Configured, environment: NodeJS.ProcessEnv): Settings {
  const groups = withoutPythonNames(args);
  const settings = settingsFrom(
    (key) => {
      const [group = "", name = ""] = key.split(":");
      const value = (groups[group] as Values | undefined)?.[name];
      return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
        ? String(value)
        : undefined;
    },
    environment,
    { provider: explicitName, howToSet: (key) => howToSet(key, explicitName) },
  );
  return { ...settings, respell: (text) => respell(text, explicitName) };
}

/**
 * Whether the engine made the provider by itself, and named it `default` or `default_0_2_0`: a program's own may be called
 * "default-eu", and the environment of all must not win there.
 */
export function isDefaultProvider(name: string): boolean {
  return name === "" || /^default(_|$)/.test(name);
}

/** What an operator recorded as done: `kustomer-relay:airkit.applied`, a map from a resource's name to a revision. */
export function recordOf({ args }: Configured): Values {
  return groupOf(groupOf(args.airkit)?.applied) ?? {};
}

/**
 * A provider's arguments with each setting under its own name: Pulumi's SDK for Python hands a dict on as the program has it, with
 * Python's names.
 */
export function withoutPythonNames(args: Values): Values {
  const groups = Object.entries(PROVIDER_SHAPE).map(([group, { shape }]): [string, unknown] => {
    const given = groupOf(args[group]);
    if (given === undefined) return [group, args[group]];
    const names = new Map(Object.keys(shape).map((name) => [pythonName(name), name]));
    return [group, Object.fromEntries(Object.entries(given).map(([key, item]) => [names.get(key) ?? key, item]))];
  });
  return { ...args, ...Object.fromEntries(groups) };
}

/** A name as Python spells it. */
export function pythonName(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** A map, also as a JSON text; `undefined` for what is none. */
export function groupOf(value: unknown): Values | undefined {
  const parsed = typeof value === "string" ? parse(value) : value;
  return typeof parsed === "object" && parsed !== null && !Array.isArray(parsed) ? (parsed as Values) : undefined;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

const text = z.string().optional();
const count = z.number().int().optional();

/** A provider's arguments, as `RelayProviderArgs` describes them; `applied` is what an operator recorded as done. */
export const PROVIDER_SHAPE = {
  kustomer: z.object({
    org: text,
    baseUrl: text,
    region: text,
    apiKey: text,
    issuerUrl: text,
    issuerToken: text,
    timeoutSeconds: count,
    webhookLimit: count,
  }),
  airkit: z.object({
    driver: z.enum(["operator", "console"]).optional(),
    baseUrl: text,
    token: text,
    applied: z
      .record(z.string(), z.string())
      .describe("What an operator recorded as done: from a resource's name to the revision that its step names.")
      .optional(),
  }),
};

/** The keys as messages name them, and as TypeScript programs have them in stack config. */
const KEYS = new RegExp(
  `\\b(?:${Object.entries(PROVIDER_SHAPE)
    .map(([group, { shape }]) => `(?:${group}):(?:${Object.keys(shape).join("|")})`)
    .join("|")})\\b`,
  "g",
);

/** A command that sets one of them, which is a path here. */
const SETTING = /pulumi config (set|rm)((?: --(?!path)[a-z]+)*) (?='?(?:kustomer|airkit):)/g;

/** The command that records something as done, or takes that back, and what follows it. */
const RECORDING = /pulumi config (set|rm) --path '(airkit):(applied(?:[^']|'\\'')+)'(?: (\S+))?( && pulumi up)?/g;

/**
 * A message with the settings named as they are called here, `kustomer:apiKey` is `kustomer-relay:kustomer.apiKey`, and with what
 * a newer plugin takes beside the newer package. A provider that the program declares has its settings from there, so that no
 * command could record anything for it.
 */
export function respell(text: string, explicitName?: string): string {
  const told = explicitName === undefined ? text : text.replace(RECORDING, inProgram(explicitName));
  return told
    .replace(SETTING, "pulumi config $1 --path$2 ")
    .replace(KEYS, (key) => `${PACKAGE}:${key.replace(":", ".")}`)
    .replace(HOW_TO_UPDATE, (command) => `${command} && npx kustomer-relay plugin install`);
}

function inProgram(provider: string): (...match: (string | undefined)[]) => string {
  return (_all, verb, group = "", path = "", revision = "", up) => {
    const setting = `${group}.${path.replaceAll("'\\''", "'")} of the provider "${provider}"`;
    const done = verb === "set" ? `set ${setting} to "${revision}"` : `take ${setting} away`;
    return up === undefined ? done : `${done}, then run pulumi up`;
  };
}

/** All texts in a value respelled. */
export function respellAll(value: unknown, explicitName?: string): unknown {
  if (typeof value === "string") return respell(value, explicitName);
  if (Array.isArray(value)) return value.map((item) => respellAll(item, explicitName));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, respellAll(item, explicitName)]));
}

function howToSet(key: SettingKey, explicitName: string | undefined): string {
  if (explicitName !== undefined) return `set \`${key.replace(":", ".")}\` of the provider "${explicitName}"`;
  const command = `pulumi config set --path${isSecretSetting(key) ? " --secret" : ""} ${key}`;
  return `run \`${command}${isSecretSetting(key) ? "" : " <value>"}\``;
}
