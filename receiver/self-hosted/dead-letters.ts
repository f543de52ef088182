import type { ArrivingEvent, DeadLetter, DeadLetterSelection } from "../inbox";
import type { Queue } from "./queue";
import { arrivingEvent, deadLetter } from "./rows";
import type { Database } from "./sqlite";

/** What a person may still send on, or give up. */
export class DeadLetters {
  private readonly sql: ReturnType<typeof prepare>;

  constructor(
    database: Database,
    private readonly queue: Queue,
  ) {
    this.sql = prepare(database);
  }

  list(selection: DeadLetterSelection): DeadLetter[] {
    if (typeof selection === "object" && "seqs" in selection) {
      return selection.seqs.flatMap((seq) => this.sql.describeOne.all(seq)).map(deadLetter);
    }
    return this.sql.describe.all(sinceOf(selection)).map(deadLetter);
  }

  seqs(selection: DeadLetterSelection): number[] {
    if (typeof selection === "object" && "seqs" in selection) {
      return selection.seqs.filter((seq) => this.sql.exists.get(seq) !== undefined);
    }
    return this.sql.numbers.all(sinceOf(selection)).map((row) => Number(row.seq));
  }

  body(seq: number): Uint8Array | undefined {
    const found = this.sql.read.get(seq)?.body;
    return found instanceof Uint8Array ? found : undefined;
  }

  /** Returns what is in the queue again. */
  replay(seqs: readonly number[], now: number): ArrivingEvent[] {
    return seqs.flatMap((seq) => {
      const row = this.sql.read.get(seq);
      if (!row) return [];
      // Received anew, or an event that waited for its person for a fortnight would be given up at its first failure.
      const event = { ...arrivingEvent(row), receivedAt: now };
      this.queue.readmit(event);
      this.sql.remove.run(seq);
      return [event];
    });
  }

  drop(seqs: readonly number[]): void {
    for (const seq of seqs) this.sql.remove.run(seq);
  }
}

function sinceOf(selection: "all" | { readonly since: number }): number {
  return selection === "all" ? 0 : selection.since;
}

function prepare(database: Database) {
  const columns = `seq, destination, id, name, conversation, length(body) AS bytes, attempts, error, status,
                   received_at, died_at`;
  return {
    describe: database.prepare(`SELECT ${columns} FROM dead WHERE died_at >= ? ORDER BY seq`),
    describeOne: database.prepare(`SELECT ${columns} FROM dead WHERE seq = ?`),
    exists: database.prepare("SELECT 1 FROM dead WHERE seq = ?"),
    numbers: database.prepare("SELECT seq FROM dead WHERE died_at >= ? ORDER BY seq"),
    read: database.prepare("SELECT * FROM dead WHERE seq = ?"),
    remove: database.prepare("DELETE FROM dead WHERE seq = ?"),
  };
}
