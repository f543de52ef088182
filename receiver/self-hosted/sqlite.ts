import { createRequire } from "node:module";
import type { DatabaseSync } from "node:sqlite";
import { property } from "../errors";

export type Database = DatabaseSync;

/** node:sqlite renames DatabaseSync to Database (both names live side by side for a while), so whichever is there is taken. */
interface SqliteModule {
  readonly Database?: typeof DatabaseSync;
  readonly DatabaseSync?: typeof DatabaseSync;
}

export function openDatabase(path: string): Database {
  const Constructor = loadConstructor();
  return new Constructor(path, { timeout: 0 });
}

function loadConstructor(): typeof DatabaseSync {
  let module: SqliteModule = {};
  try {
    module = createRequire(__filename)("node:sqlite") as SqliteModule;
  } catch {
    // Reported below, together with a module that has neither name.
  }
  const found = module.Database ?? module.DatabaseSync;
  if (found) return found;
  throw new Error(
    `The receiver's store needs node:sqlite, which Node ${process.versions.node} does not have. Run it with Node 22.19 or later.`,
  );
}

/** SQLite's primary result code: the lower byte of the extended one. */
export function sqliteCode(error: unknown): number | undefined {
  const code = property(error, "errcode");
  return typeof code === "number" ? code & 0xff : undefined;
}

export const SQLITE_BUSY = 5;
export const SQLITE_CORRUPT = 11;
export const SQLITE_NOTADB = 26;
