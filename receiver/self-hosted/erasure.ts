import type { ClaimedEvent } from "../inbox";
import type { Claims } from "./claims";
import type { GroupCommit } from "./group-commit";
import { reading } from "./reading";
import type { Database } from "./sqlite";
import type { Erased } from "./store";
import type { StoreFiles } from "./store-files";
import { eventBytes, type Tally } from "./tally";

/** What was erased, and of whom. */
interface ErasedRow {
  readonly seq: number;
  readonly destination: string;
  readonly bytes: number;
  readonly from: "queue" | "dead-letters" | "deliveries";
  readonly tried: boolean;
}

const TABLES = { queue: "events", "dead-letters": "dead", deliveries: "delivered" } as const;

export interface ErasureParts {
  readonly database: Database;
  readonly commits: GroupCommit;
  readonly claims: Claims;
  readonly tally: Tally;
  readonly files: StoreFiles;
}

/** Takes away everything that the store has of one conversation, what is under way to its destination as well. */
export class Erasure {
  private readonly rows: ConversationRows;
  /** The events that an erasure takes away in the group of writes that is just being made. */
  private readonly erasing = new Set<number>();

  constructor(private readonly parts: ErasureParts) {
    this.rows = new ConversationRows(parts.database);
  }

  async erase(conversation: string): Promise<Erased> {
    const { files, database } = this.parts;
    const rows = await this.remove(conversation);
    await reading(() => {
      // What earlier versions of the pages hold, in the log and in pages that are free.
      database.exec("PRAGMA incremental_vacuum; PRAGMA wal_checkpoint(TRUNCATE)");
      files.noteCleaning();
    });
    const count = (from: ErasedRow["from"]): number => rows.filter((row) => row.from === from).length;
    return { queued: count("queue"), deadLetters: count("dead-letters"), deliveries: count("deliveries") };
  }

  private async remove(conversation: string): Promise<readonly ErasedRow[]> {
    let rows: readonly ErasedRow[] = [];
    try {
      await this.parts.commits.write(() => {
        rows = this.rows.erase(conversation);
        for (const { from, seq } of rows) if (from === "queue") this.erasing.add(seq);
      });
      for (const row of rows) this.forget(row);
      return rows;
    } finally {
      // Where nothing was written they are as they were, and their outcomes have to be noted.
      for (const { seq } of rows) this.erasing.delete(seq);
    }
  }

  /** Its outcome has nothing to be noted at: it is gone, or goes in the same group of writes. */
  covers(event: ClaimedEvent): boolean {
    return this.erasing.has(event.seq) || !this.parts.claims.has(event);
  }

  private forget({ destination, seq, bytes, from, tried }: ErasedRow): void {
    const account = this.parts.tally.of(destination);
    account.eventBytes -= eventBytes(bytes);
    if (from === "dead-letters") account.dead -= 1;
    else if (from === "deliveries") {
      account.kept -= 1;
      account.keptBytes -= eventBytes(bytes);
    } else {
      // What is under way to its destination cannot be called back; its outcome finds nothing to be noted at.
      this.parts.claims.end({ destination, seq });
      account.queued -= 1;
      if (tried) account.retrying -= 1;
    }
  }
}

/** The statements for it. The bytes are overwritten, not merely given free. */
class ConversationRows {
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
}
