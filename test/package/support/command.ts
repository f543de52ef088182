import { startProgram } from "../../../cli/start-program";

export interface Outcome {
  readonly code: number | null;
  readonly output: string;
}

/** Runs a command to its end, both of its outputs together. */
export async function outcomeOf(
  command: string,
  args: readonly string[],
  options: { cwd: string; env?: NodeJS.ProcessEnv },
): Promise<Outcome> {
  let output = "";
  const { ended } = startProgram(command, args, { ...options, onText: (text) => (output += text) });
  return { code: (await ended).status, output };
}

/** For commands that must succeed. */
export async function outputOf(...run: Parameters<typeof outcomeOf>): Promise<string> {
  const { code, output } = await outcomeOf(...run);
  if (code !== 0) throw new Error(`${run[0]} ${run[1].join(" ")} ended with ${code ?? "a signal"}:\n${output}`);
  return output;
}
