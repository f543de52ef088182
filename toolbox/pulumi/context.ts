import { homedir } from "node:os";
import path from "node:path";
import { stderrReporter, type Reporter } from "./report";

export interface Timeouts {
  /** One `pulumi version`, on a busy machine with a cold disk. */
  probeMs: number;
  /** Reaching Pulumi's site at all. */
  connectMs: number;
  /** The whole download and installation. */
  installMs: number;
  /** The whole build, downloads of modules included: about five minutes on two cores with a good network. */
  buildMs: number;
}

export interface EngineOptions {
  /** Where PATH, HOME, PULUMI_HOME and everything the children see come from. Default: this process's. */
  env?: NodeJS.ProcessEnv;
  report?: Reporter;
  timeouts?: Partial<Timeouts>;
  /** The command that installs a CLI; `<root> <version>` are added to it. Default: the Automation API's installer. */
  installer?: readonly [command: string, ...args: string[]];
  /** Ends the search, or the build, early. */
  signal?: AbortSignal;
}

export interface Context {
  env: NodeJS.ProcessEnv;
  home: string;
  report: Reporter;
  timeouts: Timeouts;
  installer?: readonly [command: string, ...args: string[]];
}

export function contextOf(options: EngineOptions): Context {
  const env = options.env ?? process.env;
  return {
    env,
    home: path.resolve(set(env.PULUMI_HOME) ?? path.join(set(env.HOME) ?? homedir(), ".pulumi")),
    report: options.report ?? stderrReporter(process.stderr),
    timeouts: { probeMs: 20_000, connectMs: 10_000, installMs: 5 * 60_000, buildMs: 30 * 60_000, ...options.timeouts },
    installer: options.installer,
  };
}

/** Pulumi takes an empty variable for one that is not set. */
function set(value: string | undefined): string | undefined {
  return value === "" ? undefined : value;
}

/** Where `PulumiCommand.install` of the Automation API puts its CLIs, one directory a version, each with a `bin`. */
export function versionsDirectory(context: Context): string {
  return path.join(context.home, "versions");
}
