import { createHash } from "node:crypto";
import { existsSync, mkdirSync, renameSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join, resolve } from "node:path";
import { messageOf } from "../errors";
import { openStore } from "./schema";
import type { Database } from "./sqlite";
import { StoreDamaged } from "./store-files";

/** Bodies hold customers' words, so only the receiver's own user gets into the folder. */
const PRIVATE = 0o700;
/** The system's limit for the path of a socket, with some room. */
const LONGEST_SOCKET_PATH = 100;

export function databaseFile(folder: string): string {
  return join(folder, "events.db");
}

/** Where the commands reach the running receiver. A path that is too long for a socket gets a short stand-in. */
export function controlSocket(folder: string): string {
  const path = resolve(folder, "control.sock");
  if (process.platform === "win32") return `\\\\.\\pipe\\kustomer-relay-${digest(path)}`;
  if (Buffer.byteLength(path) <= LONGEST_SOCKET_PATH) return path;
  const standIn = join(tmpdir(), `kustomer-relay-${userInfo().uid}`);
  mkdirSync(standIn, { recursive: true, mode: PRIVATE });
  return join(standIn, `${digest(path)}.sock`);
}

export interface OpenedStore {
  readonly database: Database;
  /** Where the damaged files went, if there were any and going on was asked for. */
  readonly setAside?: string;
}

export function openStoreFolder(folder: string, logBytes: number, setAsideDamaged: boolean): OpenedStore {
  try {
    mkdirSync(folder, { recursive: true, mode: PRIVATE });
  } catch (error) {
    const why = messageOf(error);
    throw new Error(`Making the store's folder ${folder}: ${why}. Name another with --store.`, { cause: error });
  }
  const file = databaseFile(folder);
  try {
    return { database: openStore(file, logBytes) };
  } catch (error) {
    if (!(error instanceof StoreDamaged) || !setAsideDamaged) throw error;
    const setAside = `${file}.damaged-${new Date().toISOString().replace(/[:.]/g, "-")}`;
    for (const suffix of ["", "-wal", "-shm"]) {
      if (existsSync(file + suffix)) renameSync(file + suffix, setAside + suffix);
    }
    return { database: openStore(file, logBytes), setAside };
  }
}

function digest(path: string): string {
  return createHash("sha256").update(path).digest("hex").slice(0, 16);
}
