import type { Clock } from "../clock";
import type { EventQuery } from "../event-query";
import type { ArrivingEvent, ClaimedEvent, DeadLetter, DeadLetterPage, KeptEvent, KeptPage, Page } from "../inbox";
import type { Capacity } from "./capacity";
import { DeadLetters } from "./dead-letters";
import { Delivered } from "./delivered";
import type { GroupCommit } from "./group-commit";
import type { Queue } from "./queue";
import { reading } from "./reading";
import type { SetAside } from "./set-aside";
import { EVENTS_PER_SLICE, moveInSlices } from "./slices";
import type { Database } from "./sqlite";
import { type Account, eventBytes, type Tally } from "./tally";

type Shelf = SetAside<DeadLetter> | SetAside<KeptEvent>;

export interface BesideQueueParts {
  readonly database: Database;
  readonly queue: Queue;
  readonly commits: GroupCommit;
  readonly tally: Tally;
  readonly capacity: Capacity;
  readonly wall: Clock;
  /** The store's running time. */
  readonly now: Clock;
  readonly keepMs: ReadonlyMap<string, number> | undefined;
}

/** What the queue is done with: dead letters, and delivered events that are kept. Listed in pages, moved in slices. */
export class BesideQueue {
  private readonly dead: DeadLetters;
  private readonly delivered: Delivered;

  constructor(private readonly parts: BesideQueueParts) {
    const { database, queue } = parts;
    this.dead = new DeadLetters(database, queue);
    this.delivered = new Delivered(database, queue);
  }

  deadLetters(query: EventQuery, page: Page): Promise<DeadLetterPage> {
    return reading(() => {
      const { events, ...rest } = this.dead.page(query, page);
      return { letters: events, ...rest };
    });
  }

  deadLetterBody(seq: number): Promise<Uint8Array | undefined> {
    return reading(() => this.dead.body(seq));
  }

  replay(query: EventQuery): Promise<number> {
    return this.putBack(this.dead, query, (account) => {
      account.dead -= 1;
    });
  }

  drop(query: EventQuery): Promise<number> {
    return this.move(this.dead, query, async (seqs) => {
      const dropped = await this.parts.commits.write(() => this.dead.drop(seqs));
      for (const { destination, bytes } of dropped) {
        const account = this.parts.tally.of(destination);
        account.dead -= 1;
        account.eventBytes -= eventBytes(bytes);
      }
      return dropped.length;
    });
  }

  deliveries(query: EventQuery, page: Page): Promise<KeptPage> {
    return reading(() => this.delivered.page(query, page));
  }

  deliveryBody(seq: number): Promise<Uint8Array | undefined> {
    return reading(() => this.delivered.body(seq));
  }

  replayDeliveries(query: EventQuery): Promise<number> {
    return this.putBack(this.delivered, query, (account, { body }) => {
      account.kept -= 1;
      account.keptBytes -= eventBytes(body.length);
    });
  }

  keepsDeliveriesOf(destination: string): boolean {
    return (this.parts.keepMs?.get(destination) ?? 0) > 0;
  }

  /** Inside a transaction, before it leaves the queue. */
  keep(event: ClaimedEvent, wall: number): void {
    this.delivered.keep(event, this.parts.now(), wall);
  }

  async forgetDeliveries(): Promise<boolean> {
    const { keepMs, tally } = this.parts;
    if (keepMs === undefined) return false;
    let more = false;
    for (const destination of tally.destinations()) {
      if (tally.of(destination).kept === 0) continue;
      const forgotten = await this.forgetSome(destination, keepMs.get(destination) ?? 0);
      more ||= forgotten > 0 && tally.of(destination).kept > 0;
    }
    return more;
  }

  private async forgetSome(destination: string, keepMs: number): Promise<number> {
    const { capacity, commits, now, wall, tally } = this.parts;
    const forMs = capacity.needsRoom(destination) ? 0 : keepMs;
    const gone = await commits.write(() => this.delivered.forget(destination, forMs, now(), wall()));
    const account = tally.of(destination);
    for (const { bytes } of gone) {
      account.kept -= 1;
      account.keptBytes -= eventBytes(bytes);
      account.eventBytes -= eventBytes(bytes);
    }
    return gone.length;
  }

  private putBack(
    from: Shelf,
    query: EventQuery,
    note: (account: Account, event: ArrivingEvent) => void,
  ): Promise<number> {
    const { commits, now, wall, tally } = this.parts;
    return this.move(from, query, async (seqs) => {
      const events = await commits.write(() => from.replay(seqs, now(), wall()));
      for (const event of events) {
        const account = tally.of(event.destination);
        note(account, event);
        account.queued += 1;
      }
      return events.length;
    });
  }

  private async move(from: Shelf, query: EventQuery, move: (seqs: number[]) => Promise<number>): Promise<number> {
    const last = await reading(() => from.last());
    const page = (some: EventQuery, after: number) => {
      const { events, next } = from.page(some, { after, limit: EVENTS_PER_SLICE });
      return { seqs: events.map(({ seq }) => seq), next };
    };
    return moveInSlices(query, page, last, move);
  }
}
