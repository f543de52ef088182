import { existsSync } from "node:fs";
import type { ParseArgsOptionsConfig } from "node:util";
import { loadConfig } from "../receiver/self-hosted/config-file";
import type { ReceiverConfig } from "../receiver/self-hosted/config";
import { UsageError } from "./command";

export const CONFIG_OPTIONS = {
  config: { type: "string" },
  store: { type: "string" },
  host: { type: "string" },
  port: { type: "string" },
  path: { type: "string" },
  destination: { type: "string" },
  "secret-env": { type: "string", multiple: true },
  "secret-file": { type: "string", multiple: true },
  "allow-loopback-http": { type: "boolean" },
  "log-level": { type: "string" },
} as const satisfies ParseArgsOptionsConfig;

export interface ConfigValues {
  readonly config?: string | undefined;
  readonly store?: string | undefined;
  readonly host?: string | undefined;
  readonly port?: string | undefined;
  readonly path?: string | undefined;
  readonly destination?: string | undefined;
  readonly "secret-env"?: string[] | undefined;
  readonly "secret-file"?: string[] | undefined;
  readonly "allow-loopback-http"?: boolean | undefined;
  readonly "log-level"?: string | undefined;
}

export const DEFAULT_FILE = "receiver.yaml";

/** Flags win over the environment, and both over the file. */
export function configFrom(values: ConfigValues, environment: NodeJS.ProcessEnv = process.env): ReceiverConfig {
  const destination = values.destination ?? environment.KUSTOMER_RELAY_DESTINATION;
  return loadConfig(configFile(values, environment, destination !== undefined), {
    destination,
    host: values.host ?? environment.KUSTOMER_RELAY_HOST,
    port: portOf(values.port ?? environment.KUSTOMER_RELAY_PORT),
    store: values.store ?? environment.KUSTOMER_RELAY_STORE,
    path: values.path ?? environment.KUSTOMER_RELAY_PATH,
    logLevel: values["log-level"] ?? environment.KUSTOMER_RELAY_LOG_LEVEL,
    secretEnvs: values["secret-env"],
    secretFiles: values["secret-file"] ?? listOf(environment.KUSTOMER_RELAY_SECRET_FILE),
    allowLoopbackHttp: values["allow-loopback-http"] ?? environment.KUSTOMER_RELAY_ALLOW_LOOPBACK_HTTP === "true",
  });
}

/** The folder of the store, for commands that need nothing else of the configuration. */
export function storeFolderFrom(values: ConfigValues, environment: NodeJS.ProcessEnv = process.env): string {
  const named = values.store ?? environment.KUSTOMER_RELAY_STORE;
  if (named !== undefined) return named;
  return configFrom(values, environment).store.folder;
}

function configFile(values: ConfigValues, environment: NodeJS.ProcessEnv, declared: boolean): string | undefined {
  const named = values.config ?? environment.KUSTOMER_RELAY_CONFIG;
  if (named !== undefined) return named;
  return existsSync(DEFAULT_FILE) || !declared ? DEFAULT_FILE : undefined;
}

function portOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,5}$/.test(text)) throw new UsageError(`--port ${text} is not a port number.`);
  return Number(text);
}

function listOf(value: string | undefined): string[] | undefined {
  return value === undefined ? undefined : [value];
}
