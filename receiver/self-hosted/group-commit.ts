import { StoreUnavailable } from "../inbox";
import { messageOf } from "../errors";
import type { Database } from "./sqlite";

/** Where the crash harness may end the process. */
export type Step = "appended" | "before-commit" | "committed";

interface Waiting {
  readonly apply: () => unknown;
  readonly mayWait: boolean;
  readonly resolve: (value: never) => void;
  readonly reject: (error: Error) => void;
}

const LONGEST_WAIT_MS = 2;
/** Bounds what one failure takes with it, and how long the loop stands still for one commit. */
const LARGEST_GROUP = 500;

/**
 * Everything that asks to be written within a few turns of the event loop shares one transaction, and so one wait for the disk.
 * While that wait lasts the next requests pile up in the sockets, so the groups grow with the load by themselves.
 */
export class GroupCommit {
  private waiting: Waiting[] = [];
  private since = 0;
  /** As the store was opened. */
  private syncing = true;

  constructor(
    private readonly database: Database,
    /** Before and after every commit that is waited for, and before those who asked for it are told. */
    private readonly look: () => void,
    private readonly step?: (step: Step) => void,
  ) {}

  /** Resolves once what `apply` wrote is on the disk; rejects with StoreUnavailable, and nothing written, otherwise. */
  write<T>(apply: () => T): Promise<T> {
    return this.enlist(apply, false);
  }

  /**
   * For what may be done again: resolves once it would survive the end of the process. The end of the machine's power may
   * undo it, so it does not wait for the disk unless something else in its group does.
   */
  writeLazily<T>(apply: () => T): Promise<T> {
    return this.enlist(apply, true);
  }

  private enlist<T>(apply: () => T, mayWait: boolean): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.waiting.push({ apply, mayWait, resolve, reject }) === 1) {
        this.since = performance.now();
        setImmediate(this.gather, 1);
      }
      this.step?.("appended");
    });
  }

  /** Writes once a turn of the loop has brought nothing more, or the first one has waited long enough. */
  private readonly gather = (lengthBefore: number): void => {
    const { length } = this.waiting;
    const growing = length > lengthBefore && length < LARGEST_GROUP;
    if (growing && performance.now() - this.since < LONGEST_WAIT_MS) setImmediate(this.gather, length);
    else this.flush();
  };

  /** Writes what waits now rather than at the end of the turn. */
  readonly flush = (): void => {
    const group = this.waiting;
    if (group.length === 0) return;
    this.waiting = [];
    try {
      const results = this.commit(group);
      this.step?.("committed");
      group.forEach((one, index) => {
        one.resolve(results[index] as never);
      });
    } catch (error) {
      const unavailable = new StoreUnavailable(`Writing to the store failed: ${messageOf(error)}`, { cause: error });
      for (const one of group) one.reject(unavailable);
    }
  };

  private syncEveryCommit(wanted: boolean): void {
    if (wanted === this.syncing) return;
    this.database.exec(`PRAGMA synchronous = ${wanted ? "FULL" : "NORMAL"}`);
    this.syncing = wanted;
  }

  private commit(group: readonly Waiting[]): unknown[] {
    const mustLast = !group.every((one) => one.mayWait);
    this.syncEveryCommit(mustLast);
    if (mustLast) this.look();
    this.database.exec("BEGIN IMMEDIATE");
    try {
      const results = group.map((one) => one.apply());
      this.step?.("before-commit");
      this.database.exec("COMMIT");
      if (mustLast) this.look();
      return results;
    } catch (error) {
      // SQLite has rolled back by itself after some errors (a full disk, an I/O error), and refuses to do it again.
      if (this.database.isTransaction) this.database.exec("ROLLBACK");
      throw error;
    }
  }
}
