import type { ArrivingEvent, ClaimedEvent, FailedAttempt } from "../inbox";
import { claimedEvent } from "./rows";
import type { Database } from "./sqlite";

type Statement = ReturnType<Database["prepare"]>;

export interface QueuePlace {
  readonly seq: number;
  readonly due: number;
}

/**
 * The statements that move events through the store. Synchronous; the caller opens and commits the transactions. `now` is
 * the store's running time.
 */
export class Queue {
  private lastSeq: number;
  private readonly sql: ReturnType<typeof prepare>;

  constructor(database: Database) {
    this.sql = prepare(database);
    this.lastSeq = numberOf(this.sql.lastSeq, "seq");
  }

  /** The latest running time that an event was stored at. */
  get latest(): number {
    return numberOf(this.sql.latest, "since");
  }

  /** False when an event with this id came before. */
  accept(event: ArrivingEvent, now: number): boolean {
    if (this.sql.see.run(event.destination, event.id, now).changes === 0) return false;
    this.readmit(event, now);
    return true;
  }

  /** Puts an event behind whatever its conversation has queued, whether or not it was here before. */
  readmit(event: ArrivingEvent, now: number): void {
    const { destination, conversation } = event;
    this.append(event, now);
    const first = conversation === undefined ? this.lastSeq : this.sql.first.get(conversation, destination)?.seq;
    if (first === this.lastSeq) this.sql.makeReady.run(destination, 0, now, this.lastSeq);
  }

  /** The first events of conversations, those due for longest first: the ones never tried, or the ones that failed. */
  due(destination: string, tried: boolean, now: number, limit: number): QueuePlace[] {
    return this.sql.due.all(destination, tried ? 1 : 0, now, limit).map(queuePlace);
  }

  leastTried(destination: string, now: number, limit: number): QueuePlace[] {
    return this.sql.leastTried.all(destination, now, limit).map(queuePlace);
  }

  read({ seq, due }: QueuePlace, now: number): ClaimedEvent | undefined {
    const row = this.sql.read.get(seq);
    return row && claimedEvent(row, due, now);
  }

  /** When the oldest event of all that wait was received: it is the first of its conversation. */
  oldestReceivedAt(destination: string): number | undefined {
    const times = [this.sql.oldestUntried.get(destination), this.sql.oldestTried.get(destination)].flatMap((row) =>
      row === undefined ? [] : [Number(row.received_at)],
    );
    return times.length === 0 ? undefined : Math.min(...times);
  }

  /** The event is done with; the next one of its conversation comes up. */
  settle(event: ClaimedEvent, now: number): void {
    this.unready(event);
    this.sql.remove.run(event.seq);
    if (event.attempts > 0) this.sql.forgetTries.run(event.seq);
    if (event.conversation === undefined) return;
    const next = this.sql.first.get(event.conversation, event.destination);
    if (!next) return;
    // Due since it was stored, so that a conversation which had to wait is not put behind newer ones.
    this.sql.makeReady.run(event.destination, 0, Math.min(Number(next.since), now), Number(next.seq));
  }

  release(event: ClaimedEvent, due: number, wall: number, failure: FailedAttempt | undefined): void {
    this.unready(event);
    this.sql.makeReady.run(event.destination, event.attempts > 0 || failure ? 1 : 0, due, event.seq);
    if (!failure) return;
    const { error, status = null } = failure;
    const refused = failure.refused ? 1 : 0;
    this.sql.noteTry.run(event.seq, event.destination, refused, error, status, wall, event.receivedAt);
  }

  bury(event: ClaimedEvent, now: number, wall: number, failure: FailedAttempt): void {
    const { error, status = null, excerpt = null } = failure;
    this.sql.bury.run(event.attempts + 1, error, status, excerpt, wall, event.seq);
    this.settle(event, now);
  }

  private unready({ destination, attempts, due, seq }: ClaimedEvent): void {
    this.sql.unready.run(destination, attempts > 0 ? 1 : 0, due, seq);
  }

  private append(event: ArrivingEvent, now: number): void {
    this.lastSeq += 1;
    this.sql.append.run(
      this.lastSeq,
      event.destination,
      event.id,
      event.name ?? null,
      event.conversation ?? null,
      event.contentType,
      event.eventHeader ?? null,
      event.signature,
      event.receivedAt,
      event.body,
      now,
    );
  }
}

/** Events that were stored before the store knew its running time have no `since`. */
function prepare(database: Database) {
  return {
    // A number is never given twice while anything may still refer to it: the queue, what is kept, or a dead letter that ever was.
    lastSeq: database.prepare(
      `SELECT max(coalesce((SELECT max(seq) FROM events), 0), coalesce((SELECT max(seq) FROM delivered), 0),
                  coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'dead'), 0)) AS seq`,
    ),
    latest: database.prepare("SELECT since FROM events ORDER BY seq DESC LIMIT 1"),
    see: database.prepare("INSERT OR IGNORE INTO seen (destination, id, at) VALUES (?, ?, ?)"),
    append: database.prepare(
      `INSERT INTO events (seq, destination, id, name, conversation, content_type, event_header, signature, received_at,
                           body, since)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    first: database.prepare(
      `SELECT seq, coalesce(since, received_at) AS since FROM events WHERE conversation = ? AND destination = ? ORDER BY seq LIMIT 1`,
    ),
    makeReady: database.prepare("INSERT INTO ready (destination, tried, due, seq) VALUES (?, ?, ?, ?)"),
    unready: database.prepare("DELETE FROM ready WHERE destination = ? AND tried = ? AND due = ? AND seq = ?"),
    due: database.prepare(
      "SELECT seq, due FROM ready WHERE destination = ? AND tried = ? AND due <= ? ORDER BY due, seq LIMIT ?",
    ),
    leastTried: database.prepare(
      `SELECT r.seq, r.due FROM ready r JOIN tries t USING (seq) WHERE r.destination = ? AND r.tried = 1 AND r.due <= ?
       ORDER BY t.attempts, r.due LIMIT ?`,
    ),
    oldestUntried: database.prepare(
      `SELECT received_at FROM events
       WHERE seq = (SELECT seq FROM ready WHERE destination = ? AND tried = 0 ORDER BY due, seq LIMIT 1)`,
    ),
    oldestTried: database.prepare("SELECT received_at FROM tries WHERE destination = ? ORDER BY received_at LIMIT 1"),
    read: database.prepare(
      `SELECT e.*, coalesce(e.since, e.received_at) AS stored, t.attempts, t.refusals
       FROM events e LEFT JOIN tries t USING (seq) WHERE seq = ?`,
    ),
    remove: database.prepare("DELETE FROM events WHERE seq = ?"),
    forgetTries: database.prepare("DELETE FROM tries WHERE seq = ?"),
    noteTry: database.prepare(
      `INSERT INTO tries (seq, destination, attempts, refusals, error, status, at, received_at)
       VALUES (?, ?, 1, ?, ?, ?, ?, ?)
       ON CONFLICT (seq) DO UPDATE SET attempts = attempts + 1, refusals = refusals + excluded.refusals,
         error = excluded.error, status = excluded.status, at = excluded.at`,
    ),
    bury: database.prepare(
      `INSERT INTO dead (seq, destination, id, name, conversation, content_type, event_header, signature, received_at, body,
                         attempts, error, status, excerpt, died_at)
       SELECT seq, destination, id, name, conversation, content_type, event_header, signature, received_at, body,
              ?, ?, ?, ?, ?
       FROM events WHERE seq = ?`,
    ),
  };
}

function queuePlace(row: Record<string, unknown>): QueuePlace {
  return { seq: Number(row.seq), due: Number(row.due) };
}

export function numberOf(statement: Statement, column: string, ...values: (string | number)[]): number {
  return Number(statement.get(...values)?.[column] ?? 0);
}
