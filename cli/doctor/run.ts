import { spawn } from "node:child_process";
import { RelayError } from "../../providers/lifecycle/errors";

interface Running {
  readonly cwd: string;
  readonly timeoutMs: number;
  /** What an error says was being done. */
  readonly doing: string;
  readonly environment?: NodeJS.ProcessEnv;
}

/** A program's standard output. The error has its standard error, and names the program where there is none. */
export async function run(
  program: string,
  args: readonly string[],
  { cwd, timeoutMs, doing, environment = process.env }: Running,
): Promise<string> {
  const env = { ...environment, PULUMI_SKIP_UPDATE_CHECK: "true" };
  const child = spawn(program, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"], timeout: timeoutMs });
  const [out, complaint] = [text(child.stdout), text(child.stderr)];
  const status = await new Promise<number | NodeJS.Signals | null>((resolve, reject) => {
    child.once("error", (error: NodeJS.ErrnoException) => {
      reject(
        new RelayError(
          error.code === "ENOENT" ? `${doing}: there is no ${program} on the PATH` : `${doing}: ${error.message}`,
        ),
      );
    });
    child.once("close", (code, signal) => {
      resolve(code ?? signal);
    });
  });
  if (status === 0) return out();
  const why = complaint()
    .trim()
    .replace(/^error: /, "")
    .split("\n")
    .slice(0, 3)
    .join(" ");
  throw new RelayError(
    `${doing}: ${child.killed ? `gave no answer within ${timeoutMs / 1000} seconds` : why || `ended with ${String(status)}`}`,
  );
}

function text(stream: NodeJS.ReadableStream): () => string {
  const chunks: Buffer[] = [];
  stream.on("data", (chunk: Buffer) => chunks.push(chunk));
  return () => Buffer.concat(chunks).toString("utf8");
}
