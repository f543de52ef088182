import { spawn, type ChildProcess } from "node:child_process";
import path from "node:path";
import { createInterface } from "node:readline";

export interface RunOptions {
  env: NodeJS.ProcessEnv;
  timeoutMs: number;
  cwd?: string;
  signal?: AbortSignal;
  /** What messages call it. Default: the file's name and the first argument. */
  name?: string;
  /** Sees each line of standard error as it comes, and says whether it is worth quoting should the command fail. */
  onErrorLine?: (line: string) => boolean;
}

/** Long enough for `go` to remove its work directory after an interrupt, short enough for a person who pressed Ctrl-C. */
const graceMs = 5_000;

/** A grandchild may hold the pipes open after the command itself has ended. */
const drainMs = 1_000;

const tailLines = 15;

/**
 * Runs a command to its end and gives its standard output. It never outlives its time limit, the signal or this
 * process: it leads a process group of its own, and the whole group is ended with it.
 */
export function run(command: string, args: readonly string[], options: RunOptions): Promise<string> {
  return new Promise((resolve, reject) => {
    options.signal?.throwIfAborted();
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: options.env,
      stdio: ["ignore", "pipe", "pipe"],
      detached: process.platform !== "win32",
    });
    const name = options.name ?? [path.basename(command), args[0] ?? ""].join(" ").trim();

    let stdout = "";
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => (stdout += chunk));
    const tail: string[] = [];
    createInterface({ input: child.stderr }).on("line", (line) => {
      if (options.onErrorLine?.(line) !== false) tail.push(line);
      if (tail.length > tailLines) tail.shift();
    });

    let stopped: Error | undefined;
    let kill: NodeJS.Timeout | undefined;
    const stop = (reason: Error): void => {
      if (stopped) return;
      stopped = reason;
      // An interrupt first: on SIGTERM `go` dies at once and leaves its work directory behind.
      signalGroup(child, "SIGINT");
      kill = setTimeout(() => {
        signalGroup(child, "SIGKILL");
      }, graceMs);
    };
    const timer = setTimeout(() => {
      stop(new Error(`${name} did not end within ${seconds(options.timeoutMs)}`));
    }, options.timeoutMs);
    const onAbort = (): void => {
      stop(new Error(`${name} was interrupted`));
    };
    options.signal?.addEventListener("abort", onAbort);
    const onExit = (): void => {
      signalGroup(child, "SIGKILL");
    };
    process.once("exit", onExit);

    let drain: NodeJS.Timeout | undefined;
    const finish = (failure: Error | undefined): void => {
      for (const pending of [timer, kill, drain]) clearTimeout(pending);
      options.signal?.removeEventListener("abort", onAbort);
      process.off("exit", onExit);
      child.stdout.destroy();
      child.stderr.destroy();
      if (failure) reject(failure);
      else resolve(stdout);
    };
    child.once("error", (error) => {
      finish(new Error(`${name} cannot be started: ${error.message}`));
    });
    child.once("exit", (code, signal) => {
      if (stopped) signalGroup(child, "SIGKILL");
      const outcome = (): void => {
        if (stopped) finish(stopped);
        else if (code === 0) finish(undefined);
        else finish(new Error([`${name} ended with ${signal ?? `status ${code ?? "unknown"}`}`, ...tail].join("\n")));
      };
      child.once("close", outcome);
      drain = setTimeout(outcome, drainMs);
    });
  });
}

export function seconds(ms: number): string {
  return ms < 1_000 ? `${ms} ms` : `${Math.round(ms / 1_000)} s`;
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    if (process.platform === "win32") child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch {
    // Already gone.
  }
}
