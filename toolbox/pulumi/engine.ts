import { accessSync, constants, statSync } from "node:fs";
import { run } from "./run";
import { unsuitable } from "./version";

export interface Engine {
  /** A directory with `bin/pulumi` in it: what `PulumiCommand.get` of the Automation API wants. */
  root: string;
  /** The directory that holds the CLI. */
  bin: string;
  version: string;
  source: "path" | "home" | "installer" | "build";
}

/** What was looked at and found wanting. Empty where there was nothing to look at. */
export interface Search {
  engine?: Engine;
  passedOver: string[];
}

const suffix = process.platform === "win32" ? ".exe" : "";

export const cliName = `pulumi${suffix}`;
export const hostName = `pulumi-language-nodejs${suffix}`;
/** Starts our dynamic providers. The SDK's npm package carries it, as a script. */
export const launcherName =
  process.platform === "win32" ? "pulumi-resource-pulumi-nodejs.cmd" : "pulumi-resource-pulumi-nodejs";

export function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/**
 * The version a CLI reports, or a reason not to use it. It is run for real: a half-copied file, one of another
 * architecture or one that hangs looks fine until then.
 */
export async function versionOf(cli: string, env: NodeJS.ProcessEnv, timeoutMs: number): Promise<string> {
  const printed = await run(cli, ["version"], { env: { ...env, PULUMI_SKIP_UPDATE_CHECK: "true" }, timeoutMs });
  const version = printed.trim().replace(/^v/, "");
  const reason = unsuitable(version);
  if (reason !== undefined) throw new Error(reason);
  return version;
}
