import type { Clock } from "../clock";
import {
  type ArrivingEvent,
  type ClaimedEvent,
  type DeadLetter,
  type DeadLetterSelection,
  type FailedAttempt,
  type InboxStats,
  StoreUnavailable,
} from "../inbox";
import type { Capacity } from "./capacity";
import { DeadLetters } from "./dead-letters";
import { messageOf } from "../errors";
import { GroupCommit, type Step } from "./group-commit";
import { Leases } from "./leases";
import { Queue } from "./queue";
import { Retention } from "./retention";
import type { Database } from "./sqlite";
import { readStats } from "./stats";
import type { Store } from "./store";
import { Tally } from "./tally";

export interface SqliteInboxParts {
  readonly database: Database;
  readonly capacity: Capacity;
  readonly clock: Clock;
  readonly dedupeMs: number;
  /** The longest wait that may be stored; more is a leftover of a clock that was wrong. */
  readonly maxWaitMs: number;
  readonly maxBytes: number;
  readonly step?: (step: Step) => void;
}

/** The inbox of the self-hosted receiver: one SQLite file, one process, writes in groups. */
export class SqliteInbox implements Store {
  private readonly queue: Queue;
  private readonly dead: DeadLetters;
  private readonly commits: GroupCommit;
  private readonly leases: Leases;
  private readonly retention: Retention;
  private readonly tally: Tally;

  constructor(private readonly parts: SqliteInboxParts) {
    const { database, clock } = parts;
    this.queue = new Queue(database);
    this.dead = new DeadLetters(database, this.queue);
    this.commits = new GroupCommit(database, parts.step);
    this.leases = new Leases(clock);
    this.tally = new Tally(database);
    this.retention = new Retention(database, parts.dedupeMs);
    this.retention.bringForward(clock() + parts.maxWaitMs, clock());
  }

  async accept(event: ArrivingEvent): Promise<"stored" | "duplicate"> {
    try {
      this.parts.capacity.expectRoom(event.body.length, performance.now());
    } catch (error) {
      throw error instanceof StoreUnavailable ? error : unavailable(error);
    }
    const isNew = await this.commits.write(() => this.queue.accept(event));
    if (isNew) this.tally.add(event.destination, 1);
    return isNew ? "stored" : "duplicate";
  }

  claim(destination: string, limit: number, leaseMs: number): Promise<ClaimedEvent[]> {
    return this.reading(() => {
      const claimed: ClaimedEvent[] = [];
      for (const { seq, due } of this.queue.due(destination, this.parts.clock(), limit + this.leases.size)) {
        if (claimed.length === limit) break;
        if (!this.leases.take(seq, leaseMs)) continue;
        const event = this.queue.read(seq, due);
        if (event) claimed.push(event);
      }
      return claimed;
    });
  }

  nextDue(destination: string): Promise<number | undefined> {
    return this.reading(() => {
      const rows = this.queue.due(destination, Number.MAX_SAFE_INTEGER, this.leases.size + 1);
      return rows.find((row) => !this.leases.held(row.seq))?.due;
    });
  }

  async settle(event: ClaimedEvent): Promise<void> {
    await this.commits.writeLazily(() => {
      this.queue.settle(event, this.parts.clock());
    });
    this.leases.end(event.seq);
    this.tally.add(event.destination, -1);
  }

  async release(event: ClaimedEvent, due: number, failure?: FailedAttempt): Promise<void> {
    await this.commits.writeLazily(() => {
      this.queue.release(event, due, this.parts.clock(), failure);
    });
    this.leases.end(event.seq);
  }

  async deadLetter(event: ClaimedEvent, failure: FailedAttempt): Promise<void> {
    await this.commits.write(() => {
      this.queue.bury(event, this.parts.clock(), failure);
    });
    this.leases.end(event.seq);
    this.tally.add(event.destination, -1);
  }

  stats(): Promise<InboxStats> {
    const { database, capacity, maxBytes } = this.parts;
    return this.reading(() => ({
      destinations: readStats(database, this.tally),
      bytesUsed: capacity.bytesUsed,
      bytesAllowed: maxBytes,
    }));
  }

  deadLetters(selection: DeadLetterSelection): Promise<DeadLetter[]> {
    return this.reading(() => this.dead.list(selection));
  }

  deadLetterBody(seq: number): Promise<Uint8Array | undefined> {
    return this.reading(() => this.dead.body(seq));
  }

  replay(selection: DeadLetterSelection): Promise<number> {
    return this.inSlices(selection, (seqs) => {
      for (const event of this.dead.replay(seqs, this.parts.clock())) this.tally.add(event.destination, 1);
    });
  }

  drop(selection: DeadLetterSelection): Promise<number> {
    return this.inSlices(selection, (seqs) => {
      this.dead.drop(seqs);
    });
  }

  prune(): Promise<boolean> {
    return this.commits.write(() => this.retention.step(this.parts.clock()));
  }

  probe(): Promise<void> {
    return this.commits.write(() => {
      this.retention.probe(this.parts.clock());
    });
  }

  bytesOnDisk(): Promise<number> {
    return this.reading(() => this.parts.capacity.bytesOnDisk);
  }

  close(): Promise<void> {
    this.commits.flush();
    this.parts.database.close();
    return Promise.resolve();
  }

  /** Many dead letters are moved in slices, so that events which arrive meanwhile are not kept waiting. */
  private async inSlices(selection: DeadLetterSelection, move: (seqs: number[]) => void): Promise<number> {
    const seqs = await this.reading(() => this.dead.seqs(selection));
    for (let from = 0; from < seqs.length; from += 200) {
      await this.commits.write(() => {
        move(seqs.slice(from, from + 200));
      });
    }
    return seqs.length;
  }

  private reading<T>(read: () => T): Promise<T> {
    try {
      return Promise.resolve(read());
    } catch (error) {
      return Promise.reject(unavailable(error));
    }
  }
}

function unavailable(error: unknown): StoreUnavailable {
  return new StoreUnavailable(`Reading the store failed: ${messageOf(error)}`, { cause: error });
}
