import { RelayError, messageOf } from "../../providers/lifecycle/errors";
import { startProgram } from "../start-program";

interface Asking {
  readonly cwd: string;
  readonly timeoutMs: number;
  /** What an error says was being done. */
  readonly doing: string;
  readonly environment?: NodeJS.ProcessEnv;
}

/** A program's standard output. The error has its standard error, and names the program where there is none. */
export async function outputOf(
  program: string,
  args: readonly string[],
  { cwd, timeoutMs, doing, environment = process.env }: Asking,
): Promise<string> {
  const env = { ...environment, PULUMI_SKIP_UPDATE_CHECK: "true" };
  const { status, signal, stdout, stderr, timedOut } = await startProgram(program, args, {
    cwd,
    env,
    timeoutMs,
  }).ended.catch((error: unknown) => {
    const missing = (error as NodeJS.ErrnoException).code === "ENOENT";
    throw new RelayError({ doing, what: missing ? `there is no ${program} on the PATH` : messageOf(error) });
  });
  if (status === 0) return stdout;
  const why = stderr.trim().split("\n").slice(0, 3).join(" ");
  throw new RelayError({
    doing,
    what: timedOut
      ? `no answer within ${timeoutMs / 1000} seconds`
      : why || `it ended with ${String(status ?? signal)}`,
  });
}
