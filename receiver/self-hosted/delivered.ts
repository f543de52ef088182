import type { ClaimedEvent, KeptEvent } from "../inbox";
import type { Queue } from "./queue";
import { keptEvent } from "./rows";
import { SetAside } from "./set-aside";
import type { Database } from "./sqlite";

const FORGOTTEN_PER_STEP = 500;

export interface Forgotten {
  readonly seq: number;
  readonly bytes: number;
}

/** Events that were delivered, where they are to be kept for some hours. */
export class Delivered extends SetAside<KeptEvent> {
  private readonly sql: ReturnType<typeof prepare>;

  constructor(database: Database, queue: Queue) {
    super(database, queue, {
      table: "delivered",
      columns: ["delivered_at"],
      eventFrom: keptEvent,
      at: ({ deliveredAt }) => deliveredAt,
    });
    this.sql = prepare(database);
  }

  /** Before it leaves the queue. `now` is the store's running time, `wall` the wall clock's. */
  keep(event: ClaimedEvent, now: number, wall: number): void {
    this.sql.keep.run(event.attempts + 1, wall, now, event.seq);
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
    for (const { seq } of past) this.remove(Number(seq));
    return past.map((row) => ({ seq: Number(row.seq), bytes: Number(row.bytes) }));
  }
}

function prepare(database: Database) {
  return {
    keep: database.prepare(
      `INSERT OR REPLACE INTO delivered (seq, destination, id, name, conversation, content_type, event_header, signature,
                                         received_at, body, attempts, delivered_at, at)
       SELECT seq, destination, id, name, conversation, content_type, event_header, signature, received_at, body, ?, ?, ?
       FROM events WHERE seq = ?`,
    ),
    oldest: database.prepare(
      `SELECT seq, at, delivered_at, length(body) AS bytes FROM delivered INDEXED BY delivered_by_age
       WHERE destination = ? ORDER BY at LIMIT ?`,
    ),
  };
}
