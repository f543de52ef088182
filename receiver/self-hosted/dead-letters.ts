import type { DeadLetter } from "../inbox";
import type { Queue } from "./queue";
import { deadLetter } from "./rows";
import { SetAside } from "./set-aside";
import type { Database } from "./sqlite";

/** What a person may still send on, or give up. */
export class DeadLetters extends SetAside<DeadLetter> {
  constructor(database: Database, queue: Queue) {
    super(database, queue, {
      table: "dead",
      columns: ["error", "status", "excerpt", "died_at"],
      eventFrom: deadLetter,
      at: ({ diedAt }) => diedAt,
    });
  }

  /** Returns what is gone. */
  drop(seqs: readonly number[]): { destination: string; bytes: number }[] {
    return seqs.flatMap((seq) => {
      const row = this.describe(seq);
      if (!row) return [];
      this.remove(seq);
      return [{ destination: String(row.destination), bytes: Number(row.bytes) }];
    });
  }
}
