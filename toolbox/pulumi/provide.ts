import { mkdir } from "node:fs/promises";
import path from "node:path";
import { buildEngine } from "./build";
import { versionsDirectory, type Context } from "./context";
import type { Engine } from "./engine";
import type { Miss } from "./error";
import { checkInstallation, findInHome } from "./find-in-home";
import { installEngine } from "./install";
import { interruptible } from "./interrupt";
import { withLock } from "./lock";
import { reasonOf } from "./reason";
import { withProgress } from "./report";
import { placeVersion, removeLeftovers } from "./stage";
import { engineVersion } from "./version";

const ways = [
  { source: "installer", fill: installEngine },
  { source: "build", fill: buildEngine },
] as const;

/** Puts an engine into the Pulumi home: downloaded, else built. Gives undefined, and the reasons, where neither works. */
export async function provide(
  context: Context,
  misses: Miss[],
  outer: AbortSignal | undefined,
): Promise<Engine | undefined> {
  const versions = versionsDirectory(context);
  const { installMs, buildMs } = context.timeouts;
  return interruptible(outer, async (signal) => {
    try {
      await mkdir(versions, { recursive: true });
      return await withLock(
        path.join(versions, `.${engineVersion}.lock`),
        {
          signal,
          timeoutMs: installMs + buildMs,
          whileWaiting: (wait) =>
            withProgress(
              context.report,
              (elapsed) =>
                `Pulumi ${engineVersion}: another run is already providing it, waiting for that (${elapsed})`,
              wait,
            ),
        },
        () => provideLocked(context, misses, versions, signal),
      );
    } catch (error) {
      if (signal.aborted) context.report.line(`Pulumi ${engineVersion}: stopped, and nothing half-made is left behind`);
      signal.throwIfAborted();
      const reasons = [`${versions} cannot be used: ${reasonOf(error)}`];
      misses.push(...ways.map(({ source }) => ({ way: source, reasons })));
      return undefined;
    }
  });
}

async function provideLocked(
  context: Context,
  misses: Miss[],
  versions: string,
  signal: AbortSignal,
): Promise<Engine | undefined> {
  // The run that had the lock before may just have done it.
  const { engine } = await findInHome(context);
  if (engine) return engine;

  await removeLeftovers(versions, engineVersion);
  for (const { source, fill } of ways) {
    try {
      const root = await placeVersion(versions, engineVersion, async (directory) => {
        await fill(directory, context, signal);
        await checkInstallation(directory, context);
      });
      return { root, bin: path.join(root, "bin"), version: engineVersion, source };
    } catch (error) {
      signal.throwIfAborted();
      misses.push({ way: source, reasons: [reasonOf(error)] });
    }
  }
  return undefined;
}
