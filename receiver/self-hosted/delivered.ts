import type { ArrivingEvent, ClaimedEvent, KeptEvent, KeptPage, Page } from "../inbox";
import { type EventQuery, matcherOf } from "../event-query";
import type { Queue } from "./queue";
import { arrivingEvent, keptEvent, type Row } from "./rows";
import type { Database } from "./sqlite";

/** So many are looked at in one go: everything else waits meanwhile. */
const LOOKED_AT_ONCE = 1_000;
const FORGOTTEN_PER_STEP = 500;

export interface Forgotten {
  readonly seq: number;
  readonly bytes: number;
}

/** Events that were delivered, where they are to be kept for some hours. */
export class Delivered {
  private readonly sql: ReturnType<typeof prepare>;

  constructor(
    database: Database,
    private readonly queue: Queue,
  ) {
    this.sql = prepare(database);
  }

  /** Before it leaves the queue. `now` is the store's running time, `wall` the wall clock's. */
  keep(event: ClaimedEvent, now: number, wall: number): void {
    this.sql.keep.run(event.attempts + 1, wall, now, event.seq);
  }

  page(query: EventQuery, { after = 0, limit }: Page): KeptPage {
    const most = Math.max(1, Math.min(limit, LOOKED_AT_ONCE));
    const matches = matcherOf(query);
    const asked = (rows: readonly Row[]): KeptEvent[] =>
      rows.map(keptEvent).filter((event) => matches({ ...event, at: event.deliveredAt }));
    if (query.seqs !== undefined) {
      const wanted = query.seqs.filter((seq) => seq > after).toSorted((a, b) => a - b);
      const rows = wanted.slice(0, most).flatMap((seq) => this.sql.describeOne.all(seq));
      return { events: asked(rows), ...(wanted.length > most && { next: wanted[most - 1] }) };
    }
    const rows = this.sql.describe.all(after, most);
    const events = asked(rows);
    const last = rows.length === most ? Number(rows.at(-1)?.seq) : undefined;
    return { events, ...(last !== undefined && { next: last }) };
  }

  last(): number {
    return Number(this.sql.last.get()?.seq ?? 0);
  }

  body(seq: number): Uint8Array | undefined {
    const found = this.sql.read.get(seq)?.body;
    return found instanceof Uint8Array ? found : undefined;
  }

  /** Returns what is in the queue again. */
  replay(seqs: readonly number[], now: number, wall: number): ArrivingEvent[] {
    return seqs.flatMap((seq) => {
      const row = this.sql.read.get(seq);
      if (!row) return [];
      const event = { ...arrivingEvent(row), receivedAt: wall };
      this.queue.readmit(event, now);
      this.sql.remove.run(seq);
      return [event];
    });
  }

  /**
   * The oldest ones that were kept for long enough, by either clock: one that was set must not make customers' words stay. All
   * that are there, where room is needed.
   */
  forget(destination: string, keepMs: number, now: number, wall: number): Forgotten[] {
    const rows = this.sql.oldest.all(destination, FORGOTTEN_PER_STEP);
    const past = rows.filter(
      (row) => Number(row.at) <= now - keepMs || Number(row.delivered_at) <= wall - keepMs || keepMs <= 0,
    );
    for (const { seq } of past) this.sql.remove.run(Number(seq));
    return past.map((row) => ({ seq: Number(row.seq), bytes: Number(row.bytes) }));
  }
}

function prepare(database: Database) {
  const columns =
    "seq, destination, id, name, conversation, length(body) AS bytes, attempts, received_at, delivered_at";
  return {
    keep: database.prepare(
      `INSERT OR REPLACE INTO delivered (seq, destination, id, name, conversation, content_type, event_header, signature,
                                         received_at, body, attempts, delivered_at, at)
       SELECT seq, destination, id, name, conversation, content_type, event_header, signature, received_at, body, ?, ?, ?
       FROM events WHERE seq = ?`,
    ),
    last: database.prepare("SELECT max(seq) AS seq FROM delivered"),
    describe: database.prepare(`SELECT ${columns} FROM delivered WHERE seq > ? ORDER BY seq LIMIT ?`),
    describeOne: database.prepare(`SELECT ${columns} FROM delivered WHERE seq = ?`),
    read: database.prepare("SELECT * FROM delivered WHERE seq = ?"),
    remove: database.prepare("DELETE FROM delivered WHERE seq = ?"),
    oldest: database.prepare(
      `SELECT seq, at, delivered_at, length(body) AS bytes FROM delivered INDEXED BY delivered_by_age
       WHERE destination = ? ORDER BY at LIMIT ?`,
    ),
  };
}
