import { spawn } from "node:child_process";

export interface Outcome {
  readonly code: number | null;
  readonly output: string;
}

/** Runs a command to its end, both of its outputs together. */
export function outcomeOf(
  command: string,
  args: readonly string[],
  options: { cwd: string; env?: NodeJS.ProcessEnv },
): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text: string) => (output += text));
    child.once("error", reject).once("close", (code) => {
      resolve({ code, output });
    });
  });
}

/** For commands that must succeed. */
export async function outputOf(...run: Parameters<typeof outcomeOf>): Promise<string> {
  const { code, output } = await outcomeOf(...run);
  if (code !== 0) throw new Error(`${run[0]} ${run[1].join(" ")} ended with ${code ?? "a signal"}:\n${output}`);
  return output;
}
