import { spawn } from "node:child_process";

export interface Ended {
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
}

/** A node process of its own, while this one goes on answering it. */
export async function runNode(
  args: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<Ended> {
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"], ...options });
  let stdout = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  return new Promise((resolve) => {
    child.on("close", (_, signal) => {
      resolve({ signal, stdout });
    });
  });
}

/** The last line that was printed, read as JSON. */
export function lastLine({ stdout }: Ended): unknown {
  return JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "");
}
