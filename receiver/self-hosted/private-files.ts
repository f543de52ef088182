import { chmodSync, lstatSync, readdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { codeOf, messageOf } from "../errors";

/** Bodies hold customers' words, so only the receiver's own user gets into the folder, whatever the umask was. */
export const PRIVATE_FOLDER = 0o700;
const OTHERS = 0o077;
const OTHERS_WRITE = 0o022;

/** Takes what others may do with the folder away from them; where that cannot be done, it is no place for a store. */
export function makeFolderPrivate(folder: string): void {
  makePrivate(folder, "name another folder inside it with --store, or run chmod 700 on it as its owner");
}

/** The same for the store's files, those set aside too. An earlier version, or a copy, may have left them open. */
export function makeFilesPrivate(folder: string, isOurs: (name: string) => boolean): void {
  for (const name of readdirSync(folder).filter(isOurs)) {
    makePrivate(join(folder, name), "run chmod 600 on it as its owner");
  }
}

function makePrivate(path: string, next: string): void {
  const mode = modeOf(path) & 0o777;
  if (process.platform === "win32" || (mode & OTHERS) === 0) return;
  let why = "its file system keeps no modes";
  try {
    chmodSync(path, mode & ~OTHERS);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return;
    why = messageOf(error);
  }
  const left = modeOf(path) & 0o777;
  if ((left & OTHERS) !== 0) {
    throw new Error(`Keeping ${path} private: others may use it (mode ${left.toString(8)}), and ${why}; ${next}.`);
  }
}

/** A file that the database removes meanwhile is private enough. */
function modeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mode ?? 0;
}

/**
 * Throws where somebody else could have put the socket there: what answers behind it would be believed, also by root. There
 * may be none.
 */
export function expectOwnSocket(socketPath: string): void {
  if (process.platform === "win32") return;
  const socket = lstatSync(socketPath, { throwIfNoEntry: false });
  const folder = statSync(dirname(socketPath), { throwIfNoEntry: false });
  if (!socket || !folder) return;
  const asking = `Asking the receiver behind ${socketPath}`;
  if (!socket.isSocket()) throw new Error(`${asking}: that is no socket; remove it.`);
  if ((folder.mode & OTHERS_WRITE) !== 0) {
    throw new Error(
      `${asking}: others may write into its folder, so they may have put it there; run chmod 700 on the folder.`,
    );
  }
  if (socket.uid !== folder.uid && socket.uid !== 0) {
    throw new Error(`${asking}: it belongs to user ${socket.uid} and the store to user ${folder.uid}; remove it.`);
  }
}
