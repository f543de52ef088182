import { afterEach } from "@jest/globals";
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import path from "node:path";
import { repoRoot } from "../../../toolbox/pulumi";

/** `kustomer-relay console --no-open`, as a person starts it. */
export interface ConsoleProcess {
  /** Opens the page, once. */
  readonly address: string;
  /** All that it printed. */
  readonly printed: () => string;
  /** Ctrl-C; the status that it ended with. */
  close(): Promise<number | null>;
}

const running = new Set<ChildProcess>();

/** Whatever a test has left running is ended after it. */
export function useConsoles(): void {
  afterEach(() => {
    for (const child of running) child.kill("SIGKILL");
  });
}

const STARTING_MS = 60_000;

export async function startConsole(args: readonly string[], env: NodeJS.ProcessEnv): Promise<ConsoleProcess> {
  const program = path.join(repoRoot(), "dist/cli/main.js");
  const child = spawn(process.execPath, [program, "console", "--no-open", ...args], {
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  running.add(child);
  child.once("exit", () => running.delete(child));
  let printed = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => (printed += text));
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  const address = await new Promise<string>((resolve, reject) => {
    const late = setTimeout(() => {
      child.kill("SIGKILL");
    }, STARTING_MS);
    createInterface({ input: child.stdout }).once("line", (line) => {
      clearTimeout(late);
      resolve(line);
    });
    child.once("close", () => {
      reject(new Error(`the console ended before it was ready:\n${printed}`));
    });
  });
  return {
    address,
    printed: () => printed,
    close: () => {
      child.kill("SIGINT");
      return ended;
    },
  };
}
