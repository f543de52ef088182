import type { Database } from "./sqlite";

/** What was erased, and of whom. */
export interface ErasedRow {
  readonly seq: number;
  readonly destination: string;
  readonly bytes: number;
  readonly from: "queue" | "dead-letters" | "deliveries";
  readonly tried: boolean;
}

const TABLES = { queue: "events", "dead-letters": "dead", deliveries: "delivered" } as const;

/** Everything that the store has of one conversation. Its bytes are overwritten, not merely given free. */
export class Erasure {
  private readonly find;
  private readonly removals;
  private readonly unready;
  private readonly forgetTries;

  constructor(private readonly database: Database) {
    const each = Object.entries(TABLES).map(([from, table]) => {
      const tried = table === "events" ? "EXISTS (SELECT 1 FROM tries WHERE tries.seq = events.seq)" : "0";
      return `SELECT seq, destination, length(body) AS bytes, ${tried} AS tried, '${from}' AS origin FROM ${table} WHERE conversation = ?1`;
    });
    this.find = database.prepare(each.join(" UNION ALL "));
    this.removals = Object.values(TABLES).map((table) =>
      database.prepare(`DELETE FROM ${table} WHERE conversation = ?`),
    );
    this.unready = database.prepare("DELETE FROM ready WHERE destination = ? AND seq = ?");
    this.forgetTries = database.prepare("DELETE FROM tries WHERE seq = ?");
  }

  /** Inside a transaction. */
  erase(conversation: string): ErasedRow[] {
    const rows = this.find.all(conversation).map((row): ErasedRow => ({
      seq: Number(row.seq),
      destination: String(row.destination),
      bytes: Number(row.bytes),
      from: row.origin as ErasedRow["from"],
      tried: Number(row.tried) === 1,
    }));
    this.database.exec("PRAGMA secure_delete = ON");
    try {
      for (const remove of this.removals) remove.run(conversation);
      for (const { destination, seq, from } of rows) {
        if (from !== "queue") continue;
        this.unready.run(destination, seq);
        this.forgetTries.run(seq);
      }
    } finally {
      this.database.exec("PRAGMA secure_delete = OFF");
    }
    return rows;
  }

  /** Afterwards: what earlier versions of the pages hold, in the log and in pages that are free. */
  clean(): void {
    this.database.exec("PRAGMA incremental_vacuum; PRAGMA wal_checkpoint(TRUNCATE)");
  }
}
