import type { Clock } from "../clock";
import {
  type ArrivingEvent,
  type ClaimedEvent,
  type DestinationStats,
  type FailedAttempt,
  type InboxStats,
  type NextDue,
  type Places,
  StoreUnavailable,
} from "../inbox";
import { BesideQueue } from "./beside-queue";
import type { Capacity } from "./capacity";
import { Claims } from "./claims";
import { Erasure } from "./erasure";
import { GroupCommit, type Step } from "./group-commit";
import { Meta } from "./meta";
import { Queue } from "./queue";
import { reading, unreadable } from "./reading";
import { Retention } from "./retention";
import { RunningTime } from "./running-time";
import type { Database } from "./sqlite";
import type { RelayProblems, Store } from "./store";
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

/** What became of an event that came in company: what kept it from being taken need not be what keeps the others. */
export type Accepted = "stored" | "duplicate" | StoreUnavailable;

/** The inbox of the self-hosted receiver: one SQLite file, one process, writes in groups. */
export class SqliteInbox implements Store {
  private readonly queue: Queue;
  private readonly beside: BesideQueue;
  private readonly erasure: Erasure;
  private readonly controlsTable: ControlsTable;
  private readonly commits: GroupCommit;
  private readonly claims: Claims;
  private readonly retention: Retention;
  private readonly meta: Meta;
  private readonly time: RunningTime;
  /** What has become of the store's files, if they are not there any more: what is written now is on no disk. */
  private lost: string | undefined;

  constructor(private readonly parts: SqliteInboxParts) {
    const { database, monotonic, wall, tally, files, capacity, keepMs } = parts;
    this.meta = new Meta(database);
    this.queue = new Queue(database);
    this.claims = new Claims(this.queue);
    this.controlsTable = new ControlsTable(database);
    this.time = new RunningTime(this.meta, monotonic, this.queue.latest, wall);
    this.commits = new GroupCommit(database, this.lookAtFiles, parts.step);
    const { queue, commits, claims } = this;
    const now = this.time.now;
    this.beside = new BesideQueue({ database, queue, commits, tally, capacity, wall, now, keepMs });
    this.erasure = new Erasure({ database, commits, claims, tally, files });
    this.retention = new Retention(database, this.dedupeMs());
    this.rememberLastReceived();
  }

  async accept(event: ArrivingEvent): Promise<"stored" | "duplicate"> {
    const [accepted] = await this.acceptAll([event]);
    if (accepted === undefined || accepted instanceof StoreUnavailable) throw accepted ?? new StoreUnavailable();
    return accepted;
  }

  /** What came together is written together, in the order in which it came. Rejects when none of it could be taken. */
  async acceptAll(events: readonly ArrivingEvent[]): Promise<readonly Accepted[]> {
    this.expectFiles();
    const refusals = events.map((event) => this.refusalOf(event));
    if (refusals.every((refusal) => refusal !== undefined)) return refusals;
    const accepted = await this.commits.write(() => {
      const now = this.time.now();
      return events.map(
        (event, index): Accepted => refusals[index] ?? (this.queue.accept(event, now) ? "stored" : "duplicate"),
      );
    });
    this.expectFiles();
    for (const [index, event] of events.entries()) this.enterInBooks(event, accepted[index]);
    return accepted;
  }

  claim(destination: string, places: Places): Promise<ClaimedEvent[]> {
    return reading(() => this.claims.claim(destination, places, this.time.now()));
  }

  nextDue(destination: string): Promise<NextDue> {
    return reading(() => this.claims.nextDue(destination, this.time.now()));
  }

  async settle(event: ClaimedEvent): Promise<void> {
    const isKept = this.beside.keepsDeliveriesOf(event.destination);
    const wall = this.parts.wall();
    await this.commits.writeLazily(() => {
      if (this.erasure.covers(event)) return;
      if (isKept) this.beside.keep(event, wall);
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
      if (!this.erasure.covers(event)) this.queue.release(event, this.time.now() + Math.round(inMs), wall, failure);
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
      if (!this.erasure.covers(event)) this.queue.bury(event, this.time.now(), this.parts.wall(), failure);
    });
    if (!this.claims.has(event)) return;
    this.claims.end(event);
    const account = this.parts.tally.of(event.destination);
    leftQueue(account, event);
    account.dead += 1;
  }

  stats(): Promise<InboxStats> {
    const { tally, capacity } = this.parts;
    return reading(() => ({
      destinations: tally.destinations().map((destination) => this.statsOf(destination)),
      bytesUsed: capacity.bytesUsed,
      bytesAllowed: capacity.bytesAllowed,
    }));
  }

  readonly deadLetters: Store["deadLetters"] = (...args) => this.beside.deadLetters(...args);
  readonly deadLetterBody: Store["deadLetterBody"] = (seq) => this.beside.deadLetterBody(seq);
  readonly replay: Store["replay"] = (query) => this.beside.replay(query);
  readonly drop: Store["drop"] = (query) => this.beside.drop(query);
  readonly deliveries: Store["deliveries"] = (...args) => this.beside.deliveries(...args);
  readonly deliveryBody: Store["deliveryBody"] = (seq) => this.beside.deliveryBody(seq);
  readonly replayDeliveries: Store["replayDeliveries"] = (query) => this.beside.replayDeliveries(query);
  readonly forgetDeliveries: Store["forgetDeliveries"] = () => this.beside.forgetDeliveries();
  readonly erase: Store["erase"] = (conversation) => this.erasure.erase(conversation);

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
    return reading(() => this.controlsTable.read());
  }

  setControls(controls: StoredControls): Promise<void> {
    return this.commits.write(() => {
      this.controlsTable.set(controls);
    });
  }

  async look(): Promise<RelayProblems> {
    await reading(this.lookAtFiles);
    this.expectFiles();
    const { disk, full } = await reading(() => this.parts.capacity.look());
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
    return reading(() => this.parts.capacity.bytesOnDisk);
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

  private refusalOf({ destination, body }: ArrivingEvent): StoreUnavailable | undefined {
    try {
      this.parts.capacity.expectRoom(destination, body.length, performance.now());
      return undefined;
    } catch (error) {
      return unreadable(error);
    }
  }

  private enterInBooks({ destination, receivedAt, body }: ArrivingEvent, accepted: Accepted | undefined): void {
    if (accepted !== "stored" && accepted !== "duplicate") return;
    const account = this.parts.tally.of(destination);
    account.lastReceivedAt = receivedAt;
    if (accepted === "duplicate") return;
    account.queued += 1;
    account.seen += 1;
    account.eventBytes += eventBytes(body.length);
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
}

function leftQueue(account: { queued: number; retrying: number }, event: ClaimedEvent): void {
  account.queued -= 1;
  if (event.attempts > 0) account.retrying -= 1;
}

function lastReceivedName(destination: string): string {
  return `last-received:${destination}`;
}
