import { numberOf } from "./queue";
import type { Database } from "./sqlite";

/** Small enough that a step takes a few milliseconds: everything else waits for it. */
const IDS_PER_STEP = 2_000;
const PAGES_PER_STEP = 200;
/** Left for the next events to use: giving them back and taking them again would be work for nothing. */
const FREE_PAGES_KEPT = 4_096;

export interface RetentionStep {
  /** There is more to do: ids not walked through yet, or pages to give back. */
  readonly more: boolean;
  /** The destinations of the ids that were forgotten, one entry for each id. */
  readonly forgotten: readonly string[];
}

/** Forgets the ids of old events and gives unused pages back to the disk, a little at a time. */
export class Retention {
  private readonly sql: ReturnType<typeof prepare>;
  private position = { destination: "", id: "" };

  constructor(
    private readonly database: Database,
    private readonly dedupeMs: number,
  ) {
    this.sql = prepare(database);
  }

  /** `now` is the store's running time. */
  step(now: number): RetentionStep {
    const { destination, id } = this.position;
    const rows = this.sql.walk.all(destination, id, IDS_PER_STEP);
    const forgotten: string[] = [];
    for (const row of rows) {
      if (Number(row.at) >= now - this.dedupeMs) continue;
      this.sql.forget.run(String(row.destination), String(row.id));
      forgotten.push(String(row.destination));
    }
    const spare = numberOf(this.sql.freePages, "freelist_count") - FREE_PAGES_KEPT;
    if (spare > 0) this.database.exec(`PRAGMA incremental_vacuum(${Math.min(spare, PAGES_PER_STEP)})`);
    const last = rows.length === IDS_PER_STEP ? rows.at(-1) : undefined;
    this.position = last ? { destination: String(last.destination), id: String(last.id) } : { destination: "", id: "" };
    return { more: last !== undefined || spare > PAGES_PER_STEP, forgotten };
  }
}

function prepare(database: Database) {
  return {
    freePages: database.prepare("PRAGMA freelist_count"),
    walk: database.prepare(
      "SELECT destination, id, at FROM seen WHERE (destination, id) > (?, ?) ORDER BY destination, id LIMIT ?",
    ),
    forget: database.prepare("DELETE FROM seen WHERE destination = ? AND id = ?"),
  };
}
