import { setTimeout as sleep } from "node:timers/promises";

const pollMs = 250;

/** The result code SQLite gives while another connection holds the lock. */
const busy = 5;

export interface LockOptions {
  signal: AbortSignal;
  /** How long the holder may take. */
  timeoutMs: number;
  /** Runs beside the wait, only where there is one. */
  whileWaiting: (wait: () => Promise<void>) => Promise<void>;
}

/**
 * Only one process at a time does the work. The lock is one that the kernel takes on the file for SQLite: it goes with its
 * holder, however that ends, so there are no stale locks to recognise and no process ids to mistake for another's. The
 * empty file stays: removing it would let one run lock the old file and another a new one.
 */
export async function withLock<T>(file: string, options: LockOptions, work: () => Promise<T>): Promise<T> {
  // Loaded late because most runs find an engine and need no lock, and some Node versions call this module experimental on stderr.
  const { DatabaseSync } = await import("node:sqlite");
  const database = new DatabaseSync(file);
  try {
    const take = (): boolean => {
      try {
        // No journal file: nothing is ever written.
        database.exec("PRAGMA busy_timeout = 0; PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE");
        return true;
      } catch (error) {
        if (typeof error === "object" && error && "errcode" in error && error.errcode === busy) return false;
        throw error;
      }
    };
    if (!take()) {
      await options.whileWaiting(async () => {
        const deadline = performance.now() + options.timeoutMs;
        do {
          if (performance.now() > deadline) throw new Error("another run has been holding the lock for too long");
          await sleep(pollMs, undefined, { signal: options.signal });
        } while (!take());
      });
    }
    return await work();
  } finally {
    database.close();
  }
}
