import { existsSync, rmSync } from "node:fs";
import { messageOf } from "../errors";
import { openDatabase, type Database, SQLITE_BUSY, SQLITE_CORRUPT, SQLITE_NOTADB, sqliteCode } from "./sqlite";
import { expectWholeFiles, giveName, StoreDamaged } from "./store-files";

/** Raise it with every change of the tables below, and add the step from the version before. */
const SCHEMA_VERSION = 3;
/** In the file's header: by this a store is told from any other program's SQLite file. "KREL". */
const APPLICATION_ID = 0x4b52454c;

/**
 * events: what still has to be delivered; `since` is the running time at which it was stored. ready: the first event of
 * every conversation, by whether it failed before and the running time at which it is due; narrow, so that promoting the next
 * one never rewrites a body. seen: ids for recognising duplicates, kept longer than the bodies. tries: only for events that
 * failed at least once. dead: what a person has to look at. delivered: what was delivered, where that is kept; `at` is the
 * running time. controls: of each relay what is declared, and what stands above it.
 */
const READY = `
  CREATE TABLE ready (
    destination TEXT NOT NULL, tried INTEGER NOT NULL, due INTEGER NOT NULL, seq INTEGER NOT NULL,
    PRIMARY KEY (destination, tried, due, seq)
  ) STRICT, WITHOUT ROWID;
`;
const TRIES_BY_AGE = "CREATE INDEX tries_by_age ON tries (destination, received_at);";
const FROM_VERSION_2 = `
  CREATE TABLE delivered (
    seq INTEGER PRIMARY KEY, destination TEXT NOT NULL, id TEXT NOT NULL, name TEXT, conversation TEXT,
    content_type TEXT NOT NULL, event_header TEXT, signature TEXT NOT NULL, received_at INTEGER NOT NULL, body BLOB NOT NULL,
    attempts INTEGER NOT NULL, delivered_at INTEGER NOT NULL, at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX delivered_by_age ON delivered (destination, at);
  CREATE TABLE controls (relay TEXT PRIMARY KEY, declared TEXT, overrides TEXT) STRICT, WITHOUT ROWID;
`;
const TABLES = `
  CREATE TABLE events (
    seq INTEGER PRIMARY KEY, destination TEXT NOT NULL, id TEXT NOT NULL, name TEXT, conversation TEXT,
    content_type TEXT NOT NULL, event_header TEXT, signature TEXT NOT NULL, received_at INTEGER NOT NULL, body BLOB NOT NULL,
    since INTEGER
  ) STRICT;
  CREATE INDEX events_of_conversation ON events (conversation, destination, seq) WHERE conversation IS NOT NULL;
  ${READY}
  CREATE TABLE seen (
    destination TEXT NOT NULL, id TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (destination, id)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE tries (
    seq INTEGER PRIMARY KEY, destination TEXT NOT NULL, attempts INTEGER NOT NULL, refusals INTEGER NOT NULL,
    error TEXT NOT NULL, status INTEGER, at INTEGER NOT NULL, received_at INTEGER NOT NULL
  ) STRICT;
  ${TRIES_BY_AGE}
  CREATE TABLE dead (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, destination TEXT NOT NULL, id TEXT NOT NULL, name TEXT, conversation TEXT,
    content_type TEXT NOT NULL, event_header TEXT, signature TEXT NOT NULL, received_at INTEGER NOT NULL, body BLOB NOT NULL,
    attempts INTEGER NOT NULL, error TEXT NOT NULL, status INTEGER, died_at INTEGER NOT NULL, excerpt TEXT
  ) STRICT;
  CREATE TABLE meta (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  ${FROM_VERSION_2}
`;

/** No wait is longer than an hour; what a wall clock that was wrong put off for longer is due after one. */
const FROM_VERSION_1 = `
  ALTER TABLE events ADD COLUMN since INTEGER;
  ALTER TABLE dead ADD COLUMN excerpt TEXT;
  ALTER TABLE tries ADD COLUMN received_at INTEGER NOT NULL DEFAULT 0;
  UPDATE tries SET received_at = coalesce((SELECT received_at FROM events WHERE events.seq = tries.seq), at);
  ${TRIES_BY_AGE}
  ALTER TABLE ready RENAME TO ready_1;
  ${READY}
  INSERT INTO ready (destination, tried, due, seq)
    SELECT destination, EXISTS (SELECT 1 FROM tries WHERE tries.seq = ready_1.seq),
           min(due, unixepoch() * 1000 + 3600000), seq FROM ready_1;
  DROP TABLE ready_1;
  DROP INDEX dead_of_destination;
  UPDATE seen SET at = unixepoch() * 1000 WHERE at > unixepoch() * 1000;
  ${FROM_VERSION_2}
`;

/** From every version there was to the present one. */
const STEPS: Readonly<Record<number, string>> = { 0: TABLES, 1: FROM_VERSION_1, 2: FROM_VERSION_2 };

/** Two or three events share a page of this size; a fifth less processor time for each than with the usual half of it. */
const PAGE_BYTES = 8_192;
/** How long the write-ahead log gets between checkpoints. Longer ones cost fewer writes, and more room and pause. */
export const DEFAULT_LOG_BYTES = 16 * 1024 * 1024;

/** Opens the store, takes it for this process alone, checks it, and creates or verifies its tables. */
export function openStore(path: string, logBytes = DEFAULT_LOG_BYTES): Database {
  let database: Database | undefined;
  try {
    expectWholeFiles(path);
    if (!existsSync(path)) createFile(path);
    database = openDatabase(path);
    // Exclusive mode is the lock against a second process. The system drops it with the process, however that ends.
    database.exec("PRAGMA locking_mode = EXCLUSIVE");
    expectOurs(database, path);
    database.exec("PRAGMA journal_mode = WAL");
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

/**
 * Made under another name and given its own once it is whole: an empty file of that name is then always one that was cut,
 * and never mistaken for a new store.
 */
function createFile(path: string): void {
  const made = `${path}.new-${process.pid}`;
  for (const suffix of ["", "-wal", "-journal"]) rmSync(made + suffix, { force: true });
  const database = openDatabase(made);
  try {
    database.exec(`PRAGMA page_size = ${PAGE_BYTES}; PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL`);
    migrate(database);
  } finally {
    database.close();
  }
  giveName(made, path);
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
  const version = pragma(database, "user_version");
  if (version === SCHEMA_VERSION) return;
  const step = STEPS[version];
  if (step === undefined) {
    throw new Error(`It has version ${version} of the tables, this program knows version ${SCHEMA_VERSION}.`);
  }
  database.exec(
    `BEGIN IMMEDIATE; ${step} PRAGMA user_version = ${SCHEMA_VERSION}; PRAGMA application_id = ${APPLICATION_ID}; COMMIT`,
  );
}

/** Before anything is written: the tables of somebody else's database are none of ours. */
function expectOurs(database: Database, path: string): void {
  const mark = pragma(database, "application_id");
  const tables = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all();
  const isNew = tables.length === 0 && mark === 0;
  const isOfVersion1 =
    mark === 0 && tables.some(({ name }) => name === "seen") && tables.some(({ name }) => name === "ready");
  if (mark === APPLICATION_ID || isNew || isOfVersion1) return;
  throw new StoreForeign(
    `Opening the store ${path}: it is a database of another program. It was left as it is; name another folder with --store.`,
  );
}

function pragma(database: Database, name: string): number {
  return Number(Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0]);
}

/** The file is a sound database, but not a store. */
export class StoreForeign extends Error {
  override readonly name = "StoreForeign";
}

/** The store belongs to another running process. */
export class StoreInUse extends Error {
  override readonly name = "StoreInUse";
}

function explain(error: unknown, path: string): Error {
  if (error instanceof StoreForeign) return error;
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
