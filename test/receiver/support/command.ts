import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterEach } from "@jest/globals";

/** The built command, as npx runs it. */
export const COMMAND = join(__dirname, "../../../dist/cli/main.js");

const children = new Set<ChildProcess>();

afterEach(() => {
  for (const child of children) child.kill("SIGKILL");
  children.clear();
});

export interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export function runCommand(args: readonly string[], env: Record<string, string> = {}, cwd?: string): Ran {
  const options = { encoding: "utf8", env: { ...process.env, ...env }, cwd } as const;
  const { status, stdout, stderr } = spawnSync(process.execPath, [COMMAND, ...args], options);
  return { status, stdout, stderr };
}

export interface RunningCommand {
  readonly child: ChildProcess;
  readonly url: string;
  readonly firstLine: string;
  stderr(): string;
  /** Resolves with the exit status, or with the signal that ended it. */
  exit(): Promise<number | NodeJS.Signals | null>;
}

export interface StartOptions {
  readonly env?: Record<string, string>;
  readonly uid?: number;
  /** Runs the command through this one, such as a shell that sets limits first. */
  readonly through?: readonly string[];
}

/** Starts `receive` and waits for its readiness line; rejects with what it said when it ends before. */
export async function startCommand(args: readonly string[], options: StartOptions = {}): Promise<RunningCommand> {
  const [program = "", ...rest] = [...(options.through ?? []), process.execPath, COMMAND, "receive", "--json", ...args];
  const child = spawn(program, rest, { stdio: "pipe", env: { ...process.env, ...options.env }, uid: options.uid });
  children.add(child);
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const exited = new Promise<number | NodeJS.Signals | null>((resolve) => {
    child.once("close", (code, signal) => {
      resolve(code ?? signal);
    });
  });
  const firstLine = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).once("line", resolve);
    void exited.then((status) => {
      reject(new Error(`It ended with ${String(status)}: ${stderr}`));
    });
  });
  const { url } = JSON.parse(firstLine) as { url: string };
  return { child, url, firstLine, stderr: () => stderr, exit: () => exited };
}
