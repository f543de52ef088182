import { messageOf } from "../errors";
import { openDatabase, type Database, SQLITE_BUSY, SQLITE_CORRUPT, SQLITE_NOTADB, sqliteCode } from "./sqlite";

/** Raise it with every change of the tables below, and add the step from the version before. */
const SCHEMA_VERSION = 1;

/**
 * events: what still has to be delivered. ready: the first event of every conversation, by the time it is due; narrow, so
 * that promoting the next one never rewrites a body. seen: ids for recognising duplicates, kept longer than the bodies.
 * tries: only for events that failed at least once. dead: what a person has to look at.
 */
const TABLES = `
  CREATE TABLE events (
    seq INTEGER PRIMARY KEY, destination TEXT NOT NULL, id TEXT NOT NULL, name TEXT, conversation TEXT,
    content_type TEXT NOT NULL, event_header TEXT, signature TEXT NOT NULL, received_at INTEGER NOT NULL, body BLOB NOT NULL
  ) STRICT;
  CREATE INDEX events_of_conversation ON events (conversation, destination, seq) WHERE conversation IS NOT NULL;
  CREATE TABLE ready (
    destination TEXT NOT NULL, due INTEGER NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (destination, due, seq)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE seen (
    destination TEXT NOT NULL, id TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (destination, id)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE tries (
    seq INTEGER PRIMARY KEY, destination TEXT NOT NULL, attempts INTEGER NOT NULL, refusals INTEGER NOT NULL,
    error TEXT NOT NULL, status INTEGER, at INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE dead (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, destination TEXT NOT NULL, id TEXT NOT NULL, name TEXT, conversation TEXT,
    content_type TEXT NOT NULL, event_header TEXT, signature TEXT NOT NULL, received_at INTEGER NOT NULL, body BLOB NOT NULL,
    attempts INTEGER NOT NULL, error TEXT NOT NULL, status INTEGER, died_at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX dead_of_destination ON dead (destination);
  CREATE TABLE meta (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
`;

/** Two or three events share a page of this size; a fifth less processor time for each than with the usual half of it. */
const PAGE_BYTES = 8_192;
/** How long the write-ahead log gets between checkpoints. Longer ones cost fewer writes, and more room and pause. */
export const DEFAULT_LOG_BYTES = 16 * 1024 * 1024;

/** Opens the store, takes it for this process alone, checks it, and creates or verifies its tables. */
export function openStore(path: string, logBytes = DEFAULT_LOG_BYTES): Database {
  let database: Database | undefined;
  try {
    database = openDatabase(path);
    // Exclusive mode is the lock against a second process. The system drops it with the process, however that ends.
    database.exec(
      `PRAGMA page_size = ${PAGE_BYTES}; PRAGMA locking_mode = EXCLUSIVE; PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL`,
    );
    // FULL makes every commit wait for the disk: what the answer to Kustomer stands on.
    database.exec("PRAGMA synchronous = FULL; BEGIN EXCLUSIVE; COMMIT");
    const logPages = Math.max(16, Math.floor(logBytes / PAGE_BYTES));
    database.exec(`PRAGMA wal_autocheckpoint = ${logPages}; PRAGMA journal_size_limit = ${logBytes * 2}`);
    expectPragma(database, "journal_mode", "wal");
    expectPragma(database, "synchronous", 2);
    expectPragma(database, "locking_mode", "exclusive");
    checkIntegrity(database);
    migrate(database);
    return database;
  } catch (error) {
    database?.close();
    throw explain(error, path);
  }
}

function expectPragma(database: Database, name: string, wanted: string | number): void {
  const found = Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0];
  if (found !== wanted) throw new Error(`SQLite set ${name} to ${String(found)} where ${wanted} is needed.`);
}

function checkIntegrity(database: Database): void {
  const found = database.prepare("PRAGMA quick_check(1)").get();
  const verdict = found && Object.values(found)[0];
  if (verdict !== "ok") throw new StoreDamaged(String(verdict));
}

function migrate(database: Database): void {
  const version = Object.values(database.prepare("PRAGMA user_version").get() ?? {})[0];
  if (version === SCHEMA_VERSION) return;
  if (version !== 0) {
    throw new Error(`It has version ${String(version)} of the tables, this program knows version ${SCHEMA_VERSION}.`);
  }
  database.exec(`BEGIN IMMEDIATE; ${TABLES} PRAGMA user_version = ${SCHEMA_VERSION}; COMMIT`);
}

/** The file is there but is not, or no longer, a sound store. */
export class StoreDamaged extends Error {
  override readonly name = "StoreDamaged";
}

/** The store belongs to another running process. */
export class StoreInUse extends Error {
  override readonly name = "StoreInUse";
}

function explain(error: unknown, path: string): Error {
  const code = sqliteCode(error);
  const said = messageOf(error);
  if (code === SQLITE_BUSY) {
    return new StoreInUse(
      `Opening the store ${path}: another process is using it. Stop that one first, or give this one a store of its own.`,
    );
  }
  if (code === SQLITE_CORRUPT || code === SQLITE_NOTADB || error instanceof StoreDamaged) {
    return new StoreDamaged(
      `Opening the store ${path}: it is damaged (${said}). Its events may be saved with \`sqlite3 FILE .recover\`. ` +
        "To go on receiving with an empty store and keep the damaged files beside it, start with --set-aside-damaged.",
    );
  }
  return new Error(`Opening the store ${path}: ${said}. Check that its folder exists and can be written.`, {
    cause: error,
  });
}
