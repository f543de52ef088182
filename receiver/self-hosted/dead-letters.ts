import { type EventQuery, matcherOf } from "../event-query";
import type { ArrivingEvent, DeadLetter, DeadLetterPage, Page } from "../inbox";
import { numberOf, type Queue } from "./queue";
import { arrivingEvent, deadLetter, type Row } from "./rows";
import type { Database } from "./sqlite";

/** So many are looked at in one go, whether they are the ones that were asked for or not: everything else waits meanwhile. */
const LOOKED_AT_ONCE = 1_000;

/** What a person may still send on, or give up. */
export class DeadLetters {
  private readonly sql: ReturnType<typeof prepare>;

  constructor(
    database: Database,
    private readonly queue: Queue,
  ) {
    this.sql = prepare(database);
  }

  /** The highest number there is: what dies later is not meant by who asks now. */
  last(): number {
    return numberOf(this.sql.last, "seq");
  }

  page(query: EventQuery, { after = 0, limit }: Page): DeadLetterPage {
    const most = Math.max(1, Math.min(limit, LOOKED_AT_ONCE));
    const matches = matcherOf(query);
    const asked = (rows: readonly Row[]): DeadLetter[] =>
      rows.map(deadLetter).filter((letter) => matches({ ...letter, at: letter.diedAt }));
    if (query.seqs !== undefined) {
      const wanted = query.seqs.filter((seq) => seq > after).toSorted((a, b) => a - b);
      const rows = wanted.slice(0, most).flatMap((seq) => this.sql.describeOne.all(seq));
      return { letters: asked(rows), ...(wanted.length > most && { next: wanted[most - 1] }) };
    }
    const rows = this.sql.describe.all(after, most);
    const letters = asked(rows);
    const last = rows.length === most ? Number(rows.at(-1)?.seq) : undefined;
    return { letters, ...(last !== undefined && { next: last }) };
  }

  body(seq: number): Uint8Array | undefined {
    const found = this.sql.read.get(seq)?.body;
    return found instanceof Uint8Array ? found : undefined;
  }

  /** Returns what is in the queue again. `now` is the store's running time, `wall` the wall clock's. */
  replay(seqs: readonly number[], now: number, wall: number): ArrivingEvent[] {
    return seqs.flatMap((seq) => {
      const row = this.sql.read.get(seq);
      if (!row) return [];
      // Received anew, or it would be taken for an event that has waited for as long as its person has.
      const event = { ...arrivingEvent(row), receivedAt: wall };
      this.queue.readmit(event, now);
      this.sql.remove.run(seq);
      return [event];
    });
  }

  /** Returns what is gone. */
  drop(seqs: readonly number[]): { destination: string; bytes: number }[] {
    return seqs.flatMap((seq) => {
      const row = this.sql.describeOne.get(seq);
      if (!row) return [];
      this.sql.remove.run(seq);
      return [{ destination: String(row.destination), bytes: Number(row.bytes) }];
    });
  }
}

function prepare(database: Database) {
  const columns = `seq, destination, id, name, conversation, length(body) AS bytes, attempts, error, status, excerpt,
                   received_at, died_at`;
  return {
    last: database.prepare("SELECT max(seq) AS seq FROM dead"),
    describe: database.prepare(`SELECT ${columns} FROM dead WHERE seq > ? ORDER BY seq LIMIT ?`),
    describeOne: database.prepare(`SELECT ${columns} FROM dead WHERE seq = ?`),
    read: database.prepare("SELECT * FROM dead WHERE seq = ?"),
    remove: database.prepare("DELETE FROM dead WHERE seq = ?"),
  };
}
