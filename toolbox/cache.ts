import { mkdir } from "node:fs/promises";
import { homedir } from "node:os";
import path from "node:path";
import { interruptible } from "./pulumi/interrupt";
import { withLock } from "./pulumi/lock";
import { reasonOf } from "./pulumi/reason";
import { stderrReporter, withProgress, type Reporter } from "./pulumi/report";
import { placeVersion, removeLeftovers } from "./pulumi/stage";

export interface ToolOptions {
  /** Where PATH, HOME, XDG_CACHE_HOME and everything the children see come from. Default: this process's. */
  env?: NodeJS.ProcessEnv;
  report?: Reporter;
  /** Ends it early. */
  signal?: AbortSignal;
}

export interface Context {
  readonly env: NodeJS.ProcessEnv;
  readonly report: Reporter;
  /** One directory for each tool and version; outside the repository, so that all clones share it. */
  readonly cache: string;
  readonly signal: AbortSignal | undefined;
}

export function contextOf({ env = process.env, report, signal }: ToolOptions): Context {
  const caches = given(env.XDG_CACHE_HOME) ?? path.join(given(env.HOME) ?? homedir(), ".cache");
  const cache = path.resolve(caches, "pulumi-kustomer-relay");
  return { env, report: report ?? stderrReporter(process.stderr), cache, signal };
}

/** A variable that is empty counts for one that is not set. */
function given(value: string | undefined): string | undefined {
  return value === "" ? undefined : value;
}

/** Something to provide once for a machine. */
export interface Tool {
  /** What messages call it. */
  readonly name: string;
  /** The directory's name. It changes with whatever goes into it, so that a directory is never updated. */
  readonly version: string;
  /** What is done, and how long it takes or how far it is: the progress line. */
  readonly doing: string | (() => string);
  readonly timeoutMs: number;
  /** Throws where what is in the directory does not work. */
  check(directory: string, context: Context): Promise<void>;
  fill(directory: string, context: Context, signal: AbortSignal): Promise<void>;
}

/** The tool's directory, made first where there is none that works. Throws one line that says what is the matter. */
export async function provideTool(tool: Tool, context: Context): Promise<string> {
  const place = path.join(context.cache, tool.version);
  if (await works(tool, place, context)) return place;
  return interruptible(context.signal, async (signal) => {
    const progress = (what: Tool["doing"], work: () => Promise<unknown>) =>
      withProgress(
        context.report,
        (elapsed) => `${tool.name}: ${typeof what === "string" ? what : what()} (${elapsed})`,
        work,
      );
    try {
      await mkdir(context.cache, { recursive: true });
      return await withLock(
        path.join(context.cache, `.${tool.version}.lock`),
        {
          signal,
          timeoutMs: tool.timeoutMs,
          whileWaiting: async (wait) => {
            await progress("another run is already providing it, waiting for that", wait);
          },
        },
        async () => {
          // The run that had the lock before may just have done it.
          if (await works(tool, place, context)) return place;
          await removeLeftovers(context.cache, tool.version);
          await placeVersion(context.cache, tool.version, async (directory) => {
            await progress(tool.doing, () => tool.fill(directory, context, signal));
            await tool.check(directory, context);
          });
          context.report.line(`${tool.name}: provided (${place})`);
          return place;
        },
      );
    } catch (error) {
      signal.throwIfAborted();
      throw new ToolError(`${tool.name}: ${reasonOf(error)}`);
    }
  });
}

async function works(tool: Tool, directory: string, context: Context): Promise<boolean> {
  return tool.check(directory, context).then(
    () => true,
    () => false,
  );
}

/** What a machine lacks, and how to get it: for a person, without a stack. */
export class ToolError extends Error {
  override readonly name = "ToolError";
}
