import type { ArrivingEvent, ClaimedEvent, FailedAttempt } from "../inbox";
import { claimedEvent } from "./rows";
import type { Database } from "./sqlite";

type Statement = ReturnType<Database["prepare"]>;

/** The statements that move events through the store. Synchronous; the caller opens and commits the transactions. */
export class Queue {
  private lastSeq: number;
  private readonly sql: ReturnType<typeof prepare>;

  constructor(database: Database) {
    this.sql = prepare(database);
    this.lastSeq = numberOf(this.sql.lastSeq, "seq");
  }

  /** False when an event with this id came before. */
  accept(event: ArrivingEvent): boolean {
    if (this.sql.see.run(event.destination, event.id, event.receivedAt).changes === 0) return false;
    this.readmit(event);
    return true;
  }

  /** Puts an event behind whatever its conversation has queued, whether or not it was here before. */
  readmit(event: ArrivingEvent): void {
    const { destination, conversation, receivedAt } = event;
    this.append(event);
    const first = conversation === undefined ? this.lastSeq : this.sql.first.get(conversation, destination)?.seq;
    if (first === this.lastSeq) this.sql.makeReady.run(destination, receivedAt, this.lastSeq);
  }

  due(destination: string, now: number, limit: number): { seq: number; due: number }[] {
    return this.sql.due.all(destination, now, limit).map((row) => ({ seq: Number(row.seq), due: Number(row.due) }));
  }

  read(seq: number, due: number): ClaimedEvent | undefined {
    const row = this.sql.read.get(seq);
    return row && claimedEvent(row, due);
  }

  /** The event is done with; the next one of its conversation comes up. */
  settle(event: ClaimedEvent, now: number): void {
    this.sql.unready.run(event.destination, event.due, event.seq);
    this.sql.remove.run(event.seq);
    if (event.attempts > 0) this.sql.forgetTries.run(event.seq);
    if (event.conversation === undefined) return;
    const next = this.sql.first.get(event.conversation, event.destination);
    if (!next) return;
    // Due since it was received, so that a conversation which had to wait is not put behind newer ones. (A time ahead of now
    // comes from a clock that has been set back since.)
    this.sql.makeReady.run(event.destination, Math.min(Number(next.received_at), now), Number(next.seq));
  }

  release(event: ClaimedEvent, due: number, now: number, failure: FailedAttempt | undefined): void {
    this.sql.unready.run(event.destination, event.due, event.seq);
    this.sql.makeReady.run(event.destination, due, event.seq);
    if (failure) {
      const refused = failure.refused ? 1 : 0;
      this.sql.noteTry.run(event.seq, event.destination, refused, failure.error, failure.status ?? null, now);
    }
  }

  bury(event: ClaimedEvent, now: number, failure: FailedAttempt): void {
    this.sql.bury.run(event.attempts + 1, failure.error, failure.status ?? null, now, event.seq);
    this.settle({ ...event, attempts: event.attempts + 1 }, now);
  }

  private append(event: ArrivingEvent): void {
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
    );
  }
}

function prepare(database: Database) {
  return {
    // A number is never given twice while anything may still refer to it: the queue, or a dead letter that ever was.
    lastSeq: database.prepare(
      `SELECT max(coalesce((SELECT max(seq) FROM events), 0),
                  coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'dead'), 0)) AS seq`,
    ),
    see: database.prepare("INSERT OR IGNORE INTO seen (destination, id, at) VALUES (?, ?, ?)"),
    append: database.prepare(
      `INSERT INTO events (seq, destination, id, name, conversation, content_type, event_header, signature, received_at, body)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    first: database.prepare(
      "SELECT seq, received_at FROM events WHERE conversation = ? AND destination = ? ORDER BY seq LIMIT 1",
    ),
    makeReady: database.prepare("INSERT INTO ready (destination, due, seq) VALUES (?, ?, ?)"),
    unready: database.prepare("DELETE FROM ready WHERE destination = ? AND due = ? AND seq = ?"),
    due: database.prepare("SELECT seq, due FROM ready WHERE destination = ? AND due <= ? ORDER BY due, seq LIMIT ?"),
    read: database.prepare(
      "SELECT e.*, t.attempts, t.refusals FROM events e LEFT JOIN tries t USING (seq) WHERE seq = ?",
    ),
    remove: database.prepare("DELETE FROM events WHERE seq = ?"),
    forgetTries: database.prepare("DELETE FROM tries WHERE seq = ?"),
    noteTry: database.prepare(
      `INSERT INTO tries (seq, destination, attempts, refusals, error, status, at) VALUES (?, ?, 1, ?, ?, ?, ?)
       ON CONFLICT (seq) DO UPDATE SET attempts = attempts + 1, refusals = refusals + excluded.refusals,
         error = excluded.error, status = excluded.status, at = excluded.at`,
    ),
    bury: database.prepare(
      `INSERT INTO dead (seq, destination, id, name, conversation, content_type, event_header, signature, received_at, body,
                         attempts, error, status, died_at)
       SELECT seq, destination, id, name, conversation, content_type, event_header, signature, received_at, body, ?, ?, ?, ?
       FROM events WHERE seq = ?`,
    ),
  };
}

export function numberOf(statement: Statement, column: string, ...values: (string | number)[]): number {
  return Number(statement.get(...values)?.[column] ?? 0);
}
