import { contextOf, type Context, type EngineOptions } from "./context";
import type { Engine } from "./engine";
import { EngineError, passedOver, type Miss } from "./error";
import { findInHome } from "./find-in-home";
import { findOnPath } from "./find-on-path";
import { provide } from "./provide";

const found: Record<Engine["source"], string> = {
  path: "found on the PATH",
  home: "found under the Pulumi home",
  installer: "installed by Pulumi's own installer",
  build: "built from Go modules",
};

/** Finds the Pulumi CLI, or provides it, and says in one line which it took. */
export async function ensureEngine(options: EngineOptions = {}): Promise<Engine> {
  const context = contextOf(options);
  const misses: Miss[] = [];
  const engine = (await search(context, misses)) ?? (await provide(context, misses, options.signal));
  if (!engine) throw new EngineError(misses, context.home);
  context.report.line(`Pulumi ${engine.version}: ${found[engine.source]} (${engine.bin})${passedOver(misses)}`);
  return engine;
}

async function search(context: Context, misses: Miss[]): Promise<Engine | undefined> {
  const onPath = await findOnPath(context);
  if (onPath.engine) return onPath.engine;
  misses.push({ way: "path", reasons: onPath.passedOver });

  const inHome = await findInHome(context);
  // Older or broken ones are worth a word even where a better one was found.
  if (!inHome.engine || inHome.passedOver.length > 0) misses.push({ way: "home", reasons: inHome.passedOver });
  return inHome.engine;
}
