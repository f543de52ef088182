import { chmod, chown, mkdir, open, realpath, rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import { numberOfGroup, numberOfUser } from "./account-numbers";

/** Who may read a file. What is left out stays as it is, or as an admin has set it. */
export interface Access {
  readonly mode?: string | undefined;
  readonly owner?: string | undefined;
  readonly group?: string | undefined;
}

export interface Writing extends Access {
  readonly path: string;
  /** Never another file in its place: for one that others have mounted, or that has access lists. */
  readonly inPlace?: boolean | undefined;
}

/** For its owner only, unless more was asked for. */
const NEW_FILE = 0o600;

/** Another file in its place shows the old text or the new one, also after a crash. */
export async function writeText(writing: Writing, text: string): Promise<void> {
  await makeFolder(writing);
  const found = await stat(writing.path).catch(onlyMissing);
  if (found && !found.isFile()) throw new Error("it is no file");
  // Where a link leads is what readers open.
  const file = found ? await realpath(writing.path) : writing.path;
  const access = await numbersOf(writing, found);
  if (found && writing.inPlace) return overwrite(file, text, access);
  const beside = `${file}.${process.pid}`;
  try {
    await make(beside, text, { ...access, mode: access.mode ?? (found ? found.mode & 0o777 : NEW_FILE) }, found);
    await rename(beside, file);
  } catch (error) {
    await rm(beside, { force: true }).catch(() => undefined);
    // A mount of its own, a folder that is closed to us, an owner that cannot be given again: the file itself may be open.
    if (!found) throw error;
    await overwrite(file, text, access).catch(() => Promise.reject(error as Error));
  }
}

interface Numbers {
  readonly mode: number | undefined;
  readonly uid: number | undefined;
  readonly gid: number | undefined;
}

async function numbersOf(
  { mode, owner, group }: Access,
  found: { readonly uid: number; readonly gid: number } | undefined,
): Promise<Numbers> {
  return {
    mode: mode === undefined ? undefined : parseInt(mode, 8),
    uid: owner === undefined ? found?.uid : await numberOfUser(owner),
    gid: group === undefined ? found?.gid : await numberOfGroup(group),
  };
}

async function make(
  file: string,
  text: string,
  { mode = NEW_FILE, uid, gid }: Numbers,
  found: { readonly uid: number; readonly gid: number } | undefined,
): Promise<void> {
  const handle = await open(file, "w", NEW_FILE);
  try {
    const made = await handle.stat();
    const wanted = { uid: uid ?? made.uid, gid: gid ?? found?.gid ?? made.gid };
    if (wanted.uid !== made.uid || wanted.gid !== made.gid) await handle.chown(wanted.uid, wanted.gid);
    await handle.chmod(mode);
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * At once, and never shorter than it was until the new text is whole: blank lines, which no reader counts, fill it up. The
 * system promises no more, so the receiver reads a file only when it has been the same for a moment.
 */
async function overwrite(file: string, text: string, { mode, uid, gid }: Numbers): Promise<void> {
  const handle = await open(file, "r+");
  try {
    const found = await handle.stat();
    const bytes = Buffer.from(text);
    const filled = Buffer.alloc(Math.max(bytes.length, found.size), "\n");
    bytes.copy(filled);
    await handle.write(filled, 0, filled.length, 0);
    await handle.sync();
    await handle.truncate(bytes.length);
    const wanted = { uid: uid ?? found.uid, gid: gid ?? found.gid };
    if (wanted.uid !== found.uid || wanted.gid !== found.gid) await handle.chown(wanted.uid, wanted.gid);
    if (mode !== undefined) await handle.chmod(mode);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** A folder made for the file lets in whom the file lets in. */
async function makeFolder({ path: file, mode, owner, group }: Writing): Promise<void> {
  const folder = path.dirname(file);
  const made = await mkdir(folder, { recursive: true, mode: 0o700 });
  if (made === undefined || (owner === undefined && group === undefined)) return;
  const found = await stat(folder);
  await chown(
    folder,
    owner === undefined ? found.uid : await numberOfUser(owner),
    group === undefined ? found.gid : await numberOfGroup(group),
  );
  if (mode !== undefined && (parseInt(mode, 8) & 0o040) !== 0) await chmod(folder, 0o750);
}

export function onlyMissing(error: unknown): undefined {
  if (!["ENOENT", "ENOTDIR"].includes(String((error as NodeJS.ErrnoException).code))) throw error;
  return undefined;
}
