import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import type { SecretSource } from "./config";
import { property } from "../errors";

const run = promisify(execFile);
const COMMAND_TIMEOUT_MS = 15_000;

/** One secret a line, the current one first, so that a rotation is the writing of one file. */
export async function readSource(source: SecretSource): Promise<string[]> {
  if ("env" in source) return lines(process.env[source.env] ?? "");
  if ("file" in source) return lines(await readFile(source.file, "utf8"));
  const [program = "", ...args] = source.command;
  const output = await run(program, args, { timeout: COMMAND_TIMEOUT_MS, maxBuffer: 65_536 }).catch(
    (error: unknown) => {
      // The error that Node makes repeats what the command printed, which may be a part of the secret.
      throw new Error(`the command ${program} ${endingOf(error)}`);
    },
  );
  return lines(output.stdout);
}

export function describeSource(source: SecretSource): string {
  if ("env" in source) return `environment variable ${source.env}`;
  return "file" in source ? `file ${source.file}` : `command ${source.command[0] ?? ""}`;
}

function lines(text: string): string[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

function endingOf(error: unknown): string {
  if (property(error, "killed") === true) return `did not finish within ${COMMAND_TIMEOUT_MS / 1000} seconds`;
  const code = property(error, "code");
  if (typeof code === "number") return `ended with status ${code}`;
  return typeof code === "string" ? `could not be started (${code})` : "failed";
}
