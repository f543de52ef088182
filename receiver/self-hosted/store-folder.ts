import { createHash } from "node:crypto";
import { existsSync, mkdirSync, openSync, renameSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { messageOf } from "../errors";
import { makeFilesPrivate, makeFolderPrivate, PRIVATE_FOLDER } from "./private-files";
import { openStore } from "./schema";
import type { Database } from "./sqlite";
import { StoreDamaged } from "./store-files";

/** The system's limit for the path of a socket, with some room. */
const LONGEST_SOCKET_PATH = 100;

export function databaseFile(folder: string): string {
  return join(folder, "events.db");
}

/**
 * Where the commands reach the running receiver: always in the store's folder, which is nobody else's. Where the path is too
 * long for a socket, Linux has a short name for the folder, good for as long as this process has it open.
 */
export function controlSocket(folder: string): string {
  const path = resolve(folder, "control.sock");
  if (process.platform === "win32") return `\\\\.\\pipe\\kustomer-relay-${digest(path)}`;
  const length = Buffer.byteLength(path);
  if (length <= LONGEST_SOCKET_PATH || !existsSync(folder)) return path;
  if (process.platform === "linux") return `/proc/self/fd/${openSync(folder, "r")}/control.sock`;
  const limits = `has ${length} bytes, and a socket may have ${LONGEST_SOCKET_PATH}`;
  throw new Error(`Placing the control socket: ${path} ${limits}. Name a shorter folder with --store.`);
}

export interface OpenedStore {
  readonly database: Database;
  /** Where the damaged files went, if there were any and going on was asked for. */
  readonly setAside?: string;
}

export function openStoreFolder(folder: string, logBytes: number, setAsideDamaged: boolean): OpenedStore {
  try {
    mkdirSync(folder, { recursive: true, mode: PRIVATE_FOLDER });
  } catch (error) {
    const why = messageOf(error);
    throw new Error(`Making the store's folder ${folder}: ${why}. Name another with --store.`, { cause: error });
  }
  makeFolderPrivate(folder);
  const opened = openIn(folder, logBytes, setAsideDamaged);
  makeFilesPrivate(folder, (name) => name.startsWith(basename(databaseFile(folder))));
  return opened;
}

function openIn(folder: string, logBytes: number, setAsideDamaged: boolean): OpenedStore {
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
