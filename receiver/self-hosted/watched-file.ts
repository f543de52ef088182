import { constants, open, stat } from "node:fs/promises";
import { setTimeout } from "node:timers/promises";

/**
 * Looked at rather than watched: it works on every file system, and across the renames by which files are mounted. Against
 * what the file was before it was last read, so that no change falls between a reading and the first look.
 */
export const LOOK_EVERY_MS = 1_000;
/** A file that changed a moment ago may still be being written: it is read once it has been the same for so long. */
const SETTLE_MS = 50;
const SETTLE_LOOKS = 20;
const SETTLED_AFTER_MS = 1_000;

/** Another one whenever a file was written, replaced, removed or made. */
export async function versionOf(file: string): Promise<string> {
  const found = await stat(file, { bigint: true }).catch(() => undefined);
  return found ? [found.dev, found.ino, found.size, found.mtimeNs, found.ctimeNs].join() : "none";
}

/** The version once it stays the same, or after a second of changes. */
export async function settledVersion(file: string): Promise<string> {
  const version = await versionOf(file);
  const { ctimeMs = 0 } = (await stat(file).catch(() => undefined)) ?? {};
  // A clock that is wrong only makes it wait.
  if (Math.abs(Date.now() - ctimeMs) > SETTLED_AFTER_MS) return version;
  let last = version;
  for (let looks = 0; looks < SETTLE_LOOKS; looks += 1) {
    await setTimeout(SETTLE_MS, undefined, { ref: false });
    const next = await versionOf(file);
    if (next === last) break;
    last = next;
  }
  return last;
}

export interface RegularFile {
  readonly text: string;
  readonly mode: number;
}

/** Opening a pipe would wait for a writer for ever, unless told not to wait. `what`: what it should hold. */
export async function readRegularFile(file: string, mostBytes: number, what: string): Promise<RegularFile> {
  const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const found = await handle.stat();
    if (!found.isFile())
      throw new Error(
        found.isDirectory() ? "it is a folder; name the file in it" : "it is a pipe or a device, not a file",
      );
    if (found.size > mostBytes) throw new Error(`it has ${found.size} bytes, which is too much for ${what}`);
    return { text: await handle.readFile("utf8"), mode: found.mode };
  } finally {
    await handle.close();
  }
}
