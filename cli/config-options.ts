import { existsSync } from "node:fs";
import { type Command, Option } from "commander";
import { loadConfig } from "../receiver/self-hosted/config-file";
import type { ReceiverConfig } from "../receiver/self-hosted/config";
import { UsageError, repeatable } from "./command";

/** Where a receiver's store is. */
export interface StoreValues {
  readonly config?: string;
  readonly store?: string;
}

/** A receiver's configuration, as far as flags can say it. */
export interface ConfigValues extends StoreValues {
  readonly host?: string;
  readonly port?: string;
  readonly path?: string;
  readonly destination?: string;
  readonly secretEnv?: string[];
  readonly secretFile?: string[];
  readonly allowLoopbackHttp?: boolean;
  readonly logLevel?: string;
}

/** Every variable is read here, so that the help of an option and what it does cannot differ. */
const VARIABLES = {
  config: "KUSTOMER_RELAY_CONFIG",
  store: "KUSTOMER_RELAY_STORE",
  host: "KUSTOMER_RELAY_HOST",
  port: "KUSTOMER_RELAY_PORT",
  path: "KUSTOMER_RELAY_PATH",
  destination: "KUSTOMER_RELAY_DESTINATION",
  secretFile: "KUSTOMER_RELAY_SECRET_FILE",
  allowLoopbackHttp: "KUSTOMER_RELAY_ALLOW_LOOPBACK_HTTP",
  logLevel: "KUSTOMER_RELAY_LOG_LEVEL",
} as const;

export const DEFAULT_FILE = "receiver.yaml";

/** For commands that need nothing of a receiver but its store. */
export function addStoreOptions(command: Command): Command {
  return command
    .option("--config <file>", from("config", `the receiver's configuration (${DEFAULT_FILE} in this folder)`))
    .option("--store <folder>", from("store", "the folder where the receiver keeps its events"));
}

/** For the command that is the receiver. */
export function addConfigOptions(command: Command): Command {
  return addStoreOptions(command)
    .option("--host <host>", from("host", "where to listen (127.0.0.1)"))
    .option("--port <number>", from("port", "the port (8080); 0 takes a free one"))
    .option("--destination <url>", from("destination", "declares a relay without a file; the next four go with it"))
    .option("--path <path>", from("path", "the path that Kustomer posts to (/kustomer)"))
    .addOption(
      repeatable("--secret-file <file>", from("secretFile", "one signing secret a line, the current one first")),
    )
    .addOption(
      repeatable(
        "--secret-env <name>",
        "a variable that holds one (KUSTOMER_RELAY_SECRET and KUSTOMER_RELAY_SECRET_PREVIOUS if nothing is said)",
      ),
    )
    .addOption(
      new Option(
        "--allow-loopback-http",
        `let the destination be http://localhost or http://127.0.0.1 (env: ${VARIABLES.allowLoopbackHttp}=true)`,
      ),
    )
    .option("--log-level <level>", from("logLevel", "debug, info, warn or error (info)"));
}

function from(name: keyof typeof VARIABLES, description: string): string {
  return `${description} (env: ${VARIABLES[name]})`;
}

/** One that is there and empty is none, as in a file of variables whose lines are still to be filled in. */
function variable(name: keyof typeof VARIABLES, environment: NodeJS.ProcessEnv): string | undefined {
  return environment[VARIABLES[name]]?.trim() === "" ? undefined : environment[VARIABLES[name]];
}

/** Flags win over the environment, and both over the file. */
export function configFrom(values: ConfigValues, environment: NodeJS.ProcessEnv = process.env): ReceiverConfig {
  const set = (name: Exclude<keyof typeof VARIABLES, "secretFile" | "allowLoopbackHttp">): string | undefined =>
    values[name] ?? variable(name, environment);
  const secretFile = variable("secretFile", environment);
  const destination = set("destination");
  return loadConfig(configFile(values, environment, destination !== undefined), {
    destination,
    host: set("host"),
    port: portOf(set("port")),
    store: set("store"),
    path: set("path"),
    logLevel: set("logLevel"),
    secretEnvs: values.secretEnv,
    secretFiles: values.secretFile ?? (secretFile === undefined ? undefined : [secretFile]),
    allowLoopbackHttp: values.allowLoopbackHttp ?? variable("allowLoopbackHttp", environment) === "true",
  });
}

/** The folder of the store, for commands that need nothing else of the configuration. */
export function storeFolderFrom(values: StoreValues, environment: NodeJS.ProcessEnv = process.env): string {
  const named = values.store ?? variable("store", environment);
  if (named !== undefined) return named;
  if (!isStoreNamed(values, environment))
    throw new Error(
      `There is no ${DEFAULT_FILE} in this folder. Name the receiver's store with --store, or its configuration with --config.`,
    );
  return configFrom(values, environment).store.folder;
}

/** Whether anybody says which receiver: a flag, a variable, or a configuration in this folder. */
export function isStoreNamed(values: StoreValues, environment: NodeJS.ProcessEnv = process.env): boolean {
  const named = [values.store, values.config, variable("store", environment), variable("config", environment)];
  return named.some((one) => one !== undefined) || existsSync(DEFAULT_FILE);
}

function configFile(values: StoreValues, environment: NodeJS.ProcessEnv, declared: boolean): string | undefined {
  const named = values.config ?? variable("config", environment);
  if (named !== undefined) return named;
  if (existsSync(DEFAULT_FILE)) return DEFAULT_FILE;
  if (declared) return undefined;
  throw new Error(
    `There is no ${DEFAULT_FILE} in this folder. Name a receiver's configuration with --config, or declare a relay with --destination.`,
  );
}

function portOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,5}$/.test(text)) throw new UsageError(`--port ${text} is not a port number.`);
  return Number(text);
}
