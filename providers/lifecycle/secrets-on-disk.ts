import { readFile } from "node:fs/promises";
import { remember } from "./secrets";
import { onlyMissing, type Writing, writeText } from "./text-on-disk";

/** One secret a line. */
export async function writeSecrets(writing: Writing, secrets: readonly string[]): Promise<void> {
  remember(...secrets);
  const text = secrets.filter((secret) => secret !== "").join("\n") + "\n";
  await writeText(writing, text);
}

/** What a receiver accepts at once. */
const MOST_SECRETS = 8;

/** Puts a secret above those that are there; whether it had to be written. */
export async function addSecret(writing: Writing, secret: string): Promise<boolean> {
  const found = (await readSecrets(writing.path)) ?? [];
  if (found.includes(secret)) return false;
  await writeSecrets(writing, [secret, ...found].slice(0, MOST_SECRETS));
  return true;
}

/** Undefined when there is no such file. */
export async function readSecrets(file: string): Promise<string[] | undefined> {
  const text = await readFile(file, "utf8").catch(onlyMissing);
  const lines = text?.split("\n").filter((line) => line !== "");
  if (lines) remember(...lines);
  return lines;
}
