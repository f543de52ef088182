import type { Clock } from "../clock";
import {
  type ArrivingEvent,
  type ClaimedEvent,
  type DeadLetterPage,
  type DestinationStats,
  type FailedAttempt,
  type InboxStats,
  type KeptPage,
  type NextDue,
  type Page,
  type Places,
  StoreUnavailable,
} from "../inbox";
import type { Capacity } from "./capacity";
import { Claims } from "./claims";
import { DeadLetters } from "./dead-letters";
import { Delivered } from "./delivered";
import { Erasure, type ErasedRow } from "./erasure";
import type { EventQuery } from "../event-query";
import { messageOf } from "../errors";
import { GroupCommit, type Step } from "./group-commit";
import { Meta } from "./meta";
import { Queue } from "./queue";
import { Retention } from "./retention";
import { RunningTime } from "./running-time";
import type { Database } from "./sqlite";
import type { Erased, RelayProblems, Store } from "./store";
import { ControlsTable, type StoredControls } from "./stored-controls";
import type { StoreFiles } from "./store-files";
import { eventBytes, type Tally } from "./tally";

export interface SqliteInboxParts {
  readonly database: Database;
  readonly files: StoreFiles;
  readonly tally: Tally;
  readonly capacity: Capacity;
  /** The wall's: for what people read. */
  readonly wall: Clock;
  /** What the store's running time goes by. */
  readonly monotonic: Clock;
  /** As the configuration says; where none is at hand, as the last one said that was. */
  readonly dedupeMs: number | undefined;
  /** How long each relay's delivered events are kept; undefined where no configuration is at hand. */
  readonly keepMs: ReadonlyMap<string, number> | undefined;
  readonly step?: (step: Step) => void;
}

const DEFAULT_DEDUPE_MS = 24 * 3_600_000;
/** Moved in one transaction, which everything else waits for. */
const LETTERS_PER_SLICE = 200;

/** The inbox of the self-hosted receiver: one SQLite file, one process, writes in groups. */
export class SqliteInbox implements Store {
  private readonly queue: Queue;
  private readonly dead: DeadLetters;
  private readonly delivered: Delivered;
  private readonly erasure: Erasure;
  private readonly controlsTable: ControlsTable;
  private readonly commits: GroupCommit;
  private readonly claims = new Claims();
  /** The events that an erasure takes away in the group of writes that is just being made. */
  private readonly erasing = new Set<number>();
  private readonly retention: Retention;
  private readonly meta: Meta;
  private readonly time: RunningTime;
  /** What has become of the store's files, if they are not there any more: what is written now is on no disk. */
  private lost: string | undefined;

  constructor(private readonly parts: SqliteInboxParts) {
    const { database, monotonic, wall } = parts;
    this.meta = new Meta(database);
    this.queue = new Queue(database);
    this.dead = new DeadLetters(database, this.queue);
    this.delivered = new Delivered(database, this.queue);
    this.erasure = new Erasure(database);
    this.controlsTable = new ControlsTable(database);
    this.time = new RunningTime(this.meta, monotonic, this.queue.latest, wall);
    this.commits = new GroupCommit(database, this.lookAtFiles, parts.step);
    this.retention = new Retention(database, this.dedupeMs());
    this.rememberLastReceived();
  }

  async accept(event: ArrivingEvent): Promise<"stored" | "duplicate"> {
    this.expectFiles();
    try {
      this.parts.capacity.expectRoom(event.destination, event.body.length, performance.now());
    } catch (error) {
      throw error instanceof StoreUnavailable ? error : unavailable(error);
    }
    const isNew = await this.commits.write(() => this.queue.accept(event, this.time.now()));
    this.expectFiles();
    const account = this.parts.tally.of(event.destination);
    account.lastReceivedAt = event.receivedAt;
    if (!isNew) return "duplicate";
    account.queued += 1;
    account.seen += 1;
    account.eventBytes += eventBytes(event.body.length);
    return "stored";
  }

  claim(destination: string, places: Places): Promise<ClaimedEvent[]> {
    return this.reading(() => {
      const now = this.time.now();
      const claimed = this.take(destination, "tried", Math.min(places.triedFirst, places.total), now);
      claimed.push(...this.take(destination, "untried", places.total - claimed.length, now));
      const tried = claimed.filter(({ attempts }) => attempts > 0).length;
      const left = Math.min(places.triedMost - tried, places.total - claimed.length);
      claimed.push(...this.take(destination, places.leastTriedFirst ? "least-tried" : "tried", left, now));
      return claimed;
    });
  }

  nextDue(destination: string): Promise<NextDue> {
    return this.reading(() => {
      const now = this.time.now();
      const held = this.claims.of(destination);
      const next = (tried: boolean): number | undefined => {
        const rows = this.queue.due(destination, tried, Number.MAX_SAFE_INTEGER, held.size + 1);
        const found = rows.find(({ seq }) => !held.has(seq));
        return found && Math.max(0, found.due - now);
      };
      return { untried: next(false), tried: next(true) };
    });
  }

  async settle(event: ClaimedEvent): Promise<void> {
    const isKept = (this.parts.keepMs?.get(event.destination) ?? 0) > 0;
    const wall = this.parts.wall();
    await this.commits.writeLazily(() => {
      if (this.isErased(event)) return;
      if (isKept) this.delivered.keep(event, this.time.now(), wall);
      this.queue.settle(event, this.time.now());
    });
    // It was erased meanwhile.
    if (!this.claims.has(event)) return;
    const account = this.parts.tally.of(event.destination);
    const bytes = eventBytes(this.claims.end(event));
    leftQueue(account, event);
    if (isKept) {
      account.kept += 1;
      account.keptBytes += bytes;
    } else account.eventBytes -= bytes;
  }

  async release(event: ClaimedEvent, inMs: number, failure?: FailedAttempt): Promise<void> {
    const wall = this.parts.wall();
    await this.commits.writeLazily(() => {
      if (!this.isErased(event)) this.queue.release(event, this.time.now() + Math.round(inMs), wall, failure);
    });
    if (!this.claims.has(event)) return;
    this.claims.end(event);
    if (!failure) return;
    const account = this.parts.tally.of(event.destination);
    if (event.attempts === 0) account.retrying += 1;
    account.lastError = { error: failure.error, at: wall };
  }

  async deadLetter(event: ClaimedEvent, failure: FailedAttempt): Promise<void> {
    await this.commits.write(() => {
      if (!this.isErased(event)) this.queue.bury(event, this.time.now(), this.parts.wall(), failure);
    });
    if (!this.claims.has(event)) return;
    this.claims.end(event);
    const account = this.parts.tally.of(event.destination);
    leftQueue(account, event);
    account.dead += 1;
  }

  stats(): Promise<InboxStats> {
    const { tally, capacity } = this.parts;
    return this.reading(() => ({
      destinations: tally.destinations().map((destination) => this.statsOf(destination)),
      bytesUsed: capacity.bytesUsed,
      bytesAllowed: capacity.bytesAllowed,
    }));
  }

  deadLetters(query: EventQuery, page: Page): Promise<DeadLetterPage> {
    return this.reading(() => {
      const { events, ...rest } = this.dead.page(query, page);
      return { letters: events, ...rest };
    });
  }

  deadLetterBody(seq: number): Promise<Uint8Array | undefined> {
    return this.reading(() => this.dead.body(seq));
  }

  async replay(query: EventQuery): Promise<number> {
    const last = await this.reading(() => this.dead.last());
    return this.inSlices(this.pagesOfDead(query), last, async (seqs) => {
      const wall = this.parts.wall();
      const events = await this.commits.write(() => this.dead.replay(seqs, this.time.now(), wall));
      for (const { destination } of events) {
        const account = this.parts.tally.of(destination);
        account.dead -= 1;
        account.queued += 1;
      }
      return events.length;
    });
  }

  async drop(query: EventQuery): Promise<number> {
    const last = await this.reading(() => this.dead.last());
    return this.inSlices(this.pagesOfDead(query), last, async (seqs) => {
      const dropped = await this.commits.write(() => this.dead.drop(seqs));
      for (const { destination, bytes } of dropped) {
        const account = this.parts.tally.of(destination);
        account.dead -= 1;
        account.eventBytes -= eventBytes(bytes);
      }
      return dropped.length;
    });
  }

  async prune(): Promise<boolean> {
    const { more, forgotten } = await this.commits.write(() => {
      this.time.saveNowAndThen();
      const step = this.retention.step(this.time.now());
      this.parts.files.noteShrinking();
      return step;
    });
    for (const destination of forgotten) this.parts.tally.of(destination).seen -= 1;
    return more;
  }

  controls(): Promise<StoredControls[]> {
    return this.reading(() => this.controlsTable.read());
  }

  setControls(controls: StoredControls): Promise<void> {
    return this.commits.write(() => {
      this.controlsTable.set(controls);
    });
  }

  deliveries(query: EventQuery, page: Page): Promise<KeptPage> {
    return this.reading(() => this.delivered.page(query, page));
  }

  deliveryBody(seq: number): Promise<Uint8Array | undefined> {
    return this.reading(() => this.delivered.body(seq));
  }

  async replayDeliveries(query: EventQuery): Promise<number> {
    const last = await this.reading(() => this.delivered.last());
    const page = async (some: EventQuery, after: number): Promise<Slice> => {
      const { events, next } = await this.deliveries(some, { after, limit: LETTERS_PER_SLICE });
      return { seqs: events.map(({ seq }) => seq), next };
    };
    return this.inSlices(slicesOf(query, page), last, async (seqs) => {
      const wall = this.parts.wall();
      const events = await this.commits.write(() => this.delivered.replay(seqs, this.time.now(), wall));
      for (const { destination, body } of events) {
        const account = this.parts.tally.of(destination);
        account.kept -= 1;
        account.keptBytes -= eventBytes(body.length);
        account.queued += 1;
      }
      return events.length;
    });
  }

  async erase(conversation: string): Promise<Erased> {
    const rows = await this.commits.write(() => {
      const erased = this.erasure.erase(conversation);
      for (const { from, seq } of erased) if (from === "queue") this.erasing.add(seq);
      return erased;
    });
    for (const row of rows) this.forgetErased(row);
    await this.reading(() => {
      this.erasure.clean();
      this.parts.files.noteCleaning();
    });
    const count = (from: ErasedRow["from"]): number => rows.filter((row) => row.from === from).length;
    return { queued: count("queue"), deadLetters: count("dead-letters"), deliveries: count("deliveries") };
  }

  async look(): Promise<RelayProblems> {
    await this.reading(this.lookAtFiles);
    this.expectFiles();
    const { disk, full } = await this.reading(() => this.parts.capacity.look());
    if (disk !== undefined) throw new StoreUnavailable(disk);
    return Object.fromEntries(full);
  }

  async probe(): Promise<RelayProblems> {
    const problems = await this.look();
    await this.commits.write(() => {
      this.time.save();
    });
    return problems;
  }

  bytesOnDisk(): Promise<number> {
    return this.reading(() => this.parts.capacity.bytesOnDisk);
  }

  close(): Promise<void> {
    const { database, tally } = this.parts;
    // What was asked for before the end is still written.
    this.commits.flush();
    try {
      this.time.save();
      for (const destination of tally.destinations()) {
        const { lastReceivedAt } = tally.of(destination);
        if (lastReceivedAt !== undefined) this.meta.set(lastReceivedName(destination), lastReceivedAt);
      }
    } catch {
      // A store that cannot be written has said so before; it is let go of all the same.
    }
    database.close();
    return Promise.resolve();
  }

  private take(destination: string, which: "untried" | "tried" | "least-tried", most: number, now: number) {
    const claimed: ClaimedEvent[] = [];
    if (most <= 0) return claimed;
    const held = this.claims.of(destination);
    const limit = most + held.size;
    const rows =
      which === "least-tried"
        ? this.queue.leastTried(destination, now, limit)
        : this.queue.due(destination, which === "tried", now, limit);
    for (const place of rows) {
      if (claimed.length === most) break;
      if (held.has(place.seq)) continue;
      const event = this.queue.read(place, now);
      if (!event) continue;
      this.claims.begin(event);
      claimed.push(event);
    }
    return claimed;
  }

  private statsOf(destination: string): DestinationStats {
    const { tally, capacity } = this.parts;
    const { queued, retrying, dead, lastError, lastReceivedAt } = tally.of(destination);
    const oldestReceivedAt = queued === 0 ? undefined : this.queue.oldestReceivedAt(destination);
    const bytesAllowed = capacity.shareOf(destination);
    return {
      destination,
      queued,
      ...(oldestReceivedAt !== undefined && { oldestReceivedAt }),
      retrying,
      deadLetters: dead,
      ...(lastError && retrying > 0 && { lastError }),
      ...(lastReceivedAt !== undefined && { lastReceivedAt }),
      bytesUsed: capacity.bytesUsedBy(destination),
      ...(bytesAllowed !== undefined && { bytesAllowed }),
    };
  }

  async forgetDeliveries(): Promise<boolean> {
    const { keepMs, tally, capacity } = this.parts;
    if (keepMs === undefined) return false;
    let more = false;
    for (const destination of tally.destinations()) {
      const account = tally.of(destination);
      if (account.kept === 0) continue;
      const forMs = capacity.needsRoom(destination) ? 0 : (keepMs.get(destination) ?? 0);
      const gone = await this.commits.write(() =>
        this.delivered.forget(destination, forMs, this.time.now(), this.parts.wall()),
      );
      for (const { bytes } of gone) {
        account.kept -= 1;
        account.keptBytes -= eventBytes(bytes);
        account.eventBytes -= eventBytes(bytes);
      }
      more ||= gone.length > 0 && account.kept > 0;
    }
    return more;
  }

  /** Its outcome has nothing to be noted at: it is gone, or goes in the same group of writes. */
  private isErased(event: ClaimedEvent): boolean {
    return this.erasing.has(event.seq) || !this.claims.has(event);
  }

  private forgetErased({ destination, seq, bytes, from, tried }: ErasedRow): void {
    const account = this.parts.tally.of(destination);
    account.eventBytes -= eventBytes(bytes);
    if (from === "dead-letters") account.dead -= 1;
    else if (from === "deliveries") {
      account.kept -= 1;
      account.keptBytes -= eventBytes(bytes);
    } else {
      // What is under way to its destination cannot be called back; its outcome finds nothing to be noted at.
      this.claims.end({ destination, seq });
      this.erasing.delete(seq);
      account.queued -= 1;
      if (tried) account.retrying -= 1;
    }
  }

  private pagesOfDead(query: EventQuery): (after: number) => Promise<Slice> {
    return slicesOf(query, async (some, after) => {
      const { letters, next } = await this.deadLetters(some, { after, limit: LETTERS_PER_SLICE });
      return { seqs: letters.map(({ seq }) => seq), next };
    });
  }

  /** In slices, so that events which arrive meanwhile are not kept waiting, however many there are. */
  private async inSlices(
    page: (after: number) => Promise<Slice>,
    last: number,
    move: (seqs: number[]) => Promise<number>,
  ): Promise<number> {
    let moved = 0;
    let after: number | undefined = 0;
    while (after !== undefined) {
      const slice: Slice = await page(after);
      const seqs = slice.seqs.filter((seq) => seq <= last);
      if (seqs.length > 0) moved += await move(seqs);
      after = slice.next !== undefined && slice.next < last ? slice.next : undefined;
      // Pages without a letter that is meant write nothing, and must not keep the loop to themselves either.
      await new Promise((resolve) => setImmediate(resolve));
    }
    return moved;
  }

  private readonly lookAtFiles = (): void => {
    this.lost = this.parts.files.problem();
  };

  private expectFiles(): void {
    if (this.lost !== undefined) throw new StoreUnavailable(this.lost);
  }

  private dedupeMs(): number {
    const { dedupeMs } = this.parts;
    if (dedupeMs !== undefined && dedupeMs !== this.meta.get("dedupe")) this.meta.set("dedupe", dedupeMs);
    return dedupeMs ?? this.meta.get("dedupe") ?? DEFAULT_DEDUPE_MS;
  }

  private rememberLastReceived(): void {
    const { tally } = this.parts;
    for (const destination of tally.destinations()) {
      const account = tally.of(destination);
      const noted = this.meta.get(lastReceivedName(destination)) ?? account.lastReceivedAt;
      if (noted !== undefined) account.lastReceivedAt = Math.max(noted, account.lastReceivedAt ?? 0);
    }
  }

  private reading<T>(read: () => T): Promise<T> {
    try {
      return Promise.resolve(read());
    } catch (error) {
      return Promise.reject(unavailable(error));
    }
  }
}

interface Slice {
  readonly seqs: readonly number[];
  readonly next?: number | undefined;
}

/** Of many numbers only those of the next slice are asked for: they may be hundreds of thousands. */
function slicesOf(
  query: EventQuery,
  page: (some: EventQuery, after: number) => Promise<Slice>,
): (after: number) => Promise<Slice> {
  if (query.seqs === undefined) return (after) => page(query, after);
  const sorted = query.seqs.toSorted((a, b) => a - b);
  let from = 0;
  return async () => {
    const some = sorted.slice(from, from + LETTERS_PER_SLICE);
    from += some.length;
    const { seqs } = await page({ ...query, seqs: some }, 0);
    return { seqs, next: from < sorted.length ? some.at(-1) : undefined };
  };
}

function leftQueue(account: { queued: number; retrying: number }, event: ClaimedEvent): void {
  account.queued -= 1;
  if (event.attempts > 0) account.retrying -= 1;
}

function lastReceivedName(destination: string): string {
  return `last-received:${destination}`;
}

function unavailable(error: unknown): StoreUnavailable {
  return new StoreUnavailable(`Reading the store failed: ${messageOf(error)}`, { cause: error });
}
