import { closeSync, existsSync, fsyncSync, linkSync, openSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { codeOf } from "../errors";
import { numberOf } from "./queue";
import type { Database } from "./sqlite";

/** The file is there but is not, or no longer, a sound store. */
export class StoreDamaged extends Error {
  override readonly name = "StoreDamaged";
}

/** SQLite takes what is shorter than its header for a new database. */
const SHORTEST_DATABASE = 512;

/** SQLite would begin an empty database where only its log is left, or where the file was emptied, and say nothing. */
export function expectWholeFiles(path: string): void {
  const bytes = sizeOf(path);
  if (bytes === undefined) {
    if ((sizeOf(`${path}-wal`) ?? 0) > 0) throw new StoreDamaged("its log is there, but not the file itself");
  } else if (bytes < SHORTEST_DATABASE) throw new StoreDamaged(`the file has ${bytes} bytes: it was cut`);
}

/** Gives a file that is whole its name, unless another process has been quicker. */
export function giveName(made: string, path: string): void {
  try {
    linkSync(made, path);
  } catch (error) {
    // Some file systems have no links.
    if (codeOf(error) !== "EEXIST" && !existsSync(path)) renameSync(made, path);
  }
  rmSync(made, { force: true });
  if (process.platform === "win32") return;
  const folder = openSync(dirname(path), "r");
  fsyncSync(folder);
  closeSync(folder);
}

interface Seen {
  readonly device: number;
  readonly inode: number;
  readonly bytes: number;
}

/**
 * Whether the files that SQLite has open are still the ones of their names. On Unix a file can be deleted, replaced or cut
 * under an open database, and every later commit then goes to nowhere, and succeeds. Only looked at by name: opening and
 * closing a file of one's own would drop SQLite's locks on it.
 */
export class StoreFiles {
  private main: Seen | undefined;
  private log: Seen | undefined;
  private readonly pages;
  private readonly pageBytes: number;
  /** The fewest pages since the file's size changed last: so far the next checkpoint may give it back. */
  private fewestPages = Infinity;

  private found: string | undefined;

  constructor(
    private readonly path: string,
    database: Database,
    /** The log is cut to this when it is begun anew. */
    private readonly logBytesKept: number,
  ) {
    this.pages = database.prepare("PRAGMA page_count");
    this.pageBytes = numberOf(database.prepare("PRAGMA page_size"), "page_size");
    this.main = seen(path);
    this.log = seen(`${path}-wal`);
  }

  /** To be called after pages were given back to the system. */
  noteShrinking(): void {
    this.fewestPages = Math.min(this.fewestPages, numberOf(this.pages, "page_count"));
  }

  /** To be called after the log was cut on purpose, and pages were given back. */
  noteCleaning(): void {
    this.noteShrinking();
    this.log = seen(`${this.path}-wal`);
  }

  /** What has become of the files; undefined while all is well. Once it is not, it stays so: what was cut may grow again. */
  problem(): string | undefined {
    this.found ??= this.look();
    return this.found;
  }

  private look(): string | undefined {
    const main = seen(this.path);
    const log = seen(`${this.path}-wal`);
    const problem =
      changed("file", this.main, main, this.fewestPages * this.pageBytes) ??
      changed("log", this.log, log, this.logBytesKept);
    if (problem !== undefined) {
      return `The store's ${problem} while it was in use. Events that wait are still delivered: let the queue run empty before the restart that makes a new store.`;
    }
    if (main?.bytes !== this.main?.bytes) this.fewestPages = numberOf(this.pages, "page_count");
    this.main = main;
    this.log = log;
    return undefined;
  }
}

function changed(what: string, before: Seen | undefined, now: Seen | undefined, mayShrinkTo: number) {
  if (!before) return undefined;
  if (!now) return `${what} was deleted`;
  if (now.inode !== before.inode || now.device !== before.device) return `${what} was replaced`;
  return now.bytes < Math.min(before.bytes, mayShrinkTo) ? `${what} was cut` : undefined;
}

function seen(path: string): Seen | undefined {
  const found = statSync(path, { throwIfNoEntry: false });
  return found && { device: found.dev, inode: found.ino, bytes: found.size };
}

function sizeOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.size;
}
