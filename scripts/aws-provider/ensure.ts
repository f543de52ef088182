import { createHash } from "node:crypto";
import { mkdir, readFile, readdir } from "node:fs/promises";
import path from "node:path";
import { contextOf, type Context, type EngineOptions } from "../engine/context";
import { isExecutable } from "../engine/engine";
import { interruptible } from "../engine/interrupt";
import { withLock } from "../engine/lock";
import { reasonOf } from "../engine/reason";
import { withProgress } from "../engine/report";
import { placeVersion, removeLeftovers } from "../engine/stage";
import { buildPlugin, folder, pluginName } from "./build";

const buildMs = 3 * 60 * 60_000;

/**
 * The directory with the plugin, which has to be on the PATH of the CLI. It is built where it is missing, under the Pulumi
 * home beside the CLI's versions, in a directory named after all that goes into it: a change of that is another build.
 */
export async function ensureAwsProvider(options: EngineOptions = {}): Promise<string> {
  const context = contextOf({ ...options, timeouts: { buildMs, ...options.timeouts } });
  const place = path.join(context.home, "aws-provider");
  const version = await digest();
  const bin = path.join(place, version, "bin");
  if (isExecutable(path.join(bin, pluginName))) return bin;
  try {
    await interruptible(options.signal, (signal) => provide(place, version, context, signal));
  } catch (error) {
    throw new Error(`The AWS provider cannot be built: ${reasonOf(error)}`, { cause: error });
  }
  context.report.line(`AWS provider: built from Go modules (${bin})`);
  return bin;
}

async function provide(place: string, version: string, context: Context, signal: AbortSignal): Promise<void> {
  await mkdir(place, { recursive: true });
  const waiting = (elapsed: string): string =>
    `AWS provider: another run is already building it, waiting for that (${elapsed})`;
  await withLock(
    path.join(place, `.${version}.lock`),
    {
      signal,
      timeoutMs: context.timeouts.buildMs,
      whileWaiting: (wait) => withProgress(context.report, waiting, wait),
    },
    async () => {
      // The run that had the lock before may just have done it.
      if (isExecutable(path.join(place, version, "bin", pluginName))) return;
      await removeLeftovers(place, version);
      await placeVersion(place, version, (directory) => buildPlugin(directory, context, signal));
    },
  );
}

/** Of all files that decide what is built. */
async function digest(): Promise<string> {
  const hash = createHash("sha256");
  for (const directory of [folder("plugin"), folder("source")])
    for (const name of (await readdir(directory)).sort()) hash.update(await readFile(path.join(directory, name)));
  // As it runs, from dist/ or from the sources: either changes when the cuts do.
  hash.update(await readFile(require.resolve("./trim")));
  return hash.digest("hex").slice(0, 12);
}
