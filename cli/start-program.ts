import { type StdioOptions, spawn } from "node:child_process";
import { OutputFile } from "./output-file";

/** How a program ended: `status` is null where a signal ended it. */
export interface Ended {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** It took longer than it may, and was ended for that. */
  readonly timedOut: boolean;
}

export interface StartOptions {
  readonly cwd?: string | undefined;
  readonly env?: NodeJS.ProcessEnv;
  /** What it reads from its standard input. */
  readonly input?: string;
  readonly timeoutMs?: number;
  /** Sees what it prints as it comes: the text, and where it was printed. */
  readonly onText?: (text: string, stream: "stdout" | "stderr") => void;
  /** Ctrl-C in our terminal does not reach it: whoever started it says when it ends. */
  readonly apart?: boolean;
  /** It goes on to its end even where we are killed. What it prints is one text then, as standard output. */
  readonly outliving?: boolean;
  /** What it prints goes straight to our standard error, for a person, and is not kept. */
  readonly shown?: boolean;
  /** It has our terminal: asks a person, shows them what it does, and nothing is kept. */
  readonly terminal?: boolean;
}

export interface Started {
  /** 0 where it could not be started. */
  readonly id: number;
  readonly kill: (signal: NodeJS.Signals) => void;
  /** Rejects only where it could not be started. */
  readonly ended: Promise<Ended>;
}

/** A process that the program left behind may hold its pipes open; they are given up when nothing has come for so long. */
const SILENCE_MS = 250;

/** Starts a program and keeps what it prints. One that ends without reading its input is no error of ours. */
export function startProgram(program: string, args: readonly string[], options: StartOptions = {}): Started {
  const {
    cwd,
    env = process.env,
    input = "",
    timeoutMs,
    onText,
    shown = false,
    apart = false,
    outliving = false,
    terminal = false,
  } = options;
  const printed = { stdout: "", stderr: "" };
  let heard = 0;
  const hear = (text: string, name: "stdout" | "stderr"): void => {
    heard += 1;
    printed[name] += text;
    onText?.(text, name);
  };
  const file = outliving
    ? new OutputFile((text) => {
        hear(text, "stdout");
      })
    : undefined;
  const out = file?.fd ?? (shown ? 2 : "pipe");
  const stdio: StdioOptions = terminal ? "inherit" : ["pipe", out, out];
  const child = spawn(program, args, { cwd, env, stdio, detached: apart });
  for (const name of ["stdout", "stderr"] as const)
    child[name]?.setEncoding("utf8").on("data", (text: string) => {
      hear(text, name);
    });
  // It may be gone before it has read a byte: then the pipe is broken (EPIPE), and how it ended says all.
  child.stdin?.on("error", () => undefined).end(input);
  let timedOut = false;
  const timer =
    timeoutMs === undefined
      ? undefined
      : setTimeout(() => {
          timedOut = child.kill("SIGTERM");
        }, timeoutMs);
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once("error", (error) => {
      file?.finish();
      reject(error);
    });
    child.once("exit", (status, signal) => {
      clearTimeout(timer);
      const giveUpWhenSilent = (): void => {
        const before = heard;
        silence = setTimeout(() => {
          // A busy process runs its timers before it reads what has arrived meanwhile.
          setImmediate(() => {
            if (heard !== before) giveUpWhenSilent();
            else for (const stream of [child.stdout, child.stderr]) stream?.destroy();
          });
        }, SILENCE_MS);
      };
      let silence: NodeJS.Timeout | undefined;
      giveUpWhenSilent();
      child.once("close", () => {
        clearTimeout(silence);
        file?.finish();
        resolve({ status, signal, ...printed, timedOut });
      });
    });
  });
  return { id: child.pid ?? 0, kill: (signal) => child.kill(signal), ended };
}
