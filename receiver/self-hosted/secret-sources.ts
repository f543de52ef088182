import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { SecretSource } from "./config";
import { property } from "../errors";
import { readRegularFile } from "./watched-file";

const run = promisify(execFile);
const COMMAND_TIMEOUT_MS = 15_000;
/** Every secret is tried on every event, so a folder's worth of them, put there by mistake, must not become a flood of work. */
const MOST_SECRETS = 8;
const MOST_BYTES = 65_536;
/** Nobody signs with less; a file that is being written, or was cut, may show it for a moment. */
const LEAST_CHARACTERS = 8;

/** One secret a line, the current one first, so that a rotation is the writing of one file. */
export async function readSource(source: SecretSource): Promise<string[]> {
  if ("env" in source) return secretsIn(process.env[source.env] ?? "");
  if ("file" in source) {
    return secretsIn((await readRegularFile(source.file, MOST_BYTES, "signing secrets")).text);
  }
  const [program = "", ...args] = source.command;
  const output = await run(program, args, { timeout: COMMAND_TIMEOUT_MS, maxBuffer: MOST_BYTES }).catch(
    (error: unknown) => {
      // The error that Node makes repeats what the command printed, which may be a part of the secret.
      throw new Error(`the command ${program} ${endingOf(error)}`);
    },
  );
  return secretsIn(output.stdout);
}

export function describeSource(source: SecretSource): string {
  if ("env" in source) return `environment variable ${source.env}`;
  return "file" in source ? `file ${source.file}` : `command ${source.command[0] ?? ""}`;
}

function secretsIn(text: string): string[] {
  const lines = text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "");
  if (lines.length > MOST_SECRETS)
    throw new Error(`it holds ${lines.length} secrets, and ${MOST_SECRETS} may be active`);
  if (lines.some((line) => line.length < LEAST_CHARACTERS)) {
    throw new Error(`a line of it has fewer than ${LEAST_CHARACTERS} characters, which is no signing secret`);
  }
  return lines;
}

/** Whether what was read is what was there before with its end missing, in the middle of a line. */
export function looksCut(lines: readonly string[], before: readonly string[]): boolean {
  return lines.some((line) => before.some((known) => known.length > line.length && known.startsWith(line)));
}

function endingOf(error: unknown): string {
  if (property(error, "killed") === true) return `did not finish within ${COMMAND_TIMEOUT_MS / 1000} seconds`;
  const code = property(error, "code");
  if (typeof code === "number") return `ended with status ${code}`;
  return typeof code === "string" ? `could not be started (${code})` : "failed";
}
