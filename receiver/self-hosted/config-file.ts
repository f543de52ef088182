import { readFileSync } from "node:fs";
import { messageOf } from "../errors";
import { parse, YAMLParseError } from "yaml";
import { ConfigError, parseConfig, type ReceiverConfig, type ReceiverConfigInput } from "./config";

/** What flags and environment variables say; each wins over the file. */
export interface Overrides {
  readonly host?: string | undefined;
  readonly port?: number | undefined;
  readonly store?: string | undefined;
  readonly logLevel?: string | undefined;
  /** Declares a relay without a file. */
  readonly destination?: string | undefined;
  readonly path?: string | undefined;
  readonly secretEnvs?: readonly string[] | undefined;
  readonly secretFiles?: readonly string[] | undefined;
  readonly allowLoopbackHttp?: boolean | undefined;
}

/** The variables that hold the secrets of a relay declared by flags alone. */
const SECRET_VARIABLES = ["KUSTOMER_RELAY_SECRET", "KUSTOMER_RELAY_SECRET_PREVIOUS"];

export function loadConfig(file: string | undefined, overrides: Overrides): ReceiverConfig {
  const read = file === undefined ? {} : readYaml(file);
  const origin = file ?? "the flags and the environment";
  if (!isRecord(read)) throw new ConfigError(`Reading ${origin}: expected keys and values, such as "relays:".`);
  return parseConfig({ ...read, ...overridden(read, overrides) }, origin);
}

function overridden(read: Record<string, unknown>, overrides: Overrides): Record<string, unknown> {
  const { host, port, store, logLevel, destination } = overrides;
  return {
    ...((host !== undefined || port !== undefined) && {
      listen: { ...record(read.listen), ...(host !== undefined && { host }), ...(port !== undefined && { port }) },
    }),
    ...(store !== undefined && { store: { ...record(read.store), folder: store } }),
    ...(logLevel !== undefined && { logLevel }),
    ...(destination !== undefined && { relays: [relayFromFlags(destination, overrides)] }),
  };
}

function relayFromFlags(url: string, overrides: Overrides): ReceiverConfigInput["relays"][number] {
  const envs = (overrides.secretEnvs ?? []).map((env) => ({ env }));
  const files = (overrides.secretFiles ?? []).map((file) => ({ file }));
  const named = [...files, ...envs];
  return {
    name: "airkit",
    ...(overrides.path !== undefined && { path: overrides.path }),
    secrets: named.length > 0 ? named : SECRET_VARIABLES.map((env) => ({ env })),
    destination: { url, allowLoopbackHttp: overrides.allowLoopbackHttp ?? false },
  };
}

function readYaml(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    const why = messageOf(error);
    throw new ConfigError(
      `Reading ${file}: ${why}. Give the file with --config, or declare a relay with --destination.`,
    );
  }
  try {
    return parse(text) ?? {};
  } catch (error) {
    if (error instanceof YAMLParseError) throw new ConfigError(`Reading ${file}: ${error.message}`);
    throw error;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function record(value: unknown): Record<string, unknown> {
  return isRecord(value) ? value : {};
}
