import type { PulumiCommand } from "@pulumi/pulumi/automation";
import path from "node:path";
import { isExecutable, launcherName, type Engine } from "./engine";
import { sdkDirectory } from "./places";

/** The engine as the Automation API wants it. */
export async function pulumiCommand(engine: Engine): Promise<PulumiCommand> {
  // Loaded late: it takes about a second, and the command line needs none of it.
  const automation = await import("@pulumi/pulumi/automation/index.js");
  return automation.PulumiCommand.get({ root: engine.root, skipVersionCheck: true });
}

/**
 * An environment in which the CLI finds everything it starts: its language hosts, the launcher and this Node. `folders` hold
 * more, such as the hosts of other languages.
 */
export function engineEnv(
  engine: Engine,
  env: NodeJS.ProcessEnv = process.env,
  folders: readonly string[] = [],
): NodeJS.ProcessEnv {
  const directories = [
    // First, because the CLI starts whatever `node` it finds and a machine's own may be too old.
    path.dirname(process.execPath),
    engine.bin,
    ...folders,
    ...(env.PATH ? [env.PATH] : []),
    // Some packages of the CLI come without the launcher; the SDK's copy serves then.
    ...(isExecutable(path.join(engine.bin, launcherName)) ? [] : [sdkDirectory()]),
  ];
  return { ...env, PATH: directories.join(path.delimiter), PULUMI_SKIP_UPDATE_CHECK: "true" };
}
