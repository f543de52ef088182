import { numberOf } from "./queue";
import type { Database } from "./sqlite";

/** Small enough that a step takes a few milliseconds: everything else waits for it. */
const IDS_PER_STEP = 2_000;
const PAGES_PER_STEP = 500;
/** Left for the next events to use: giving them back and taking them again would be work for nothing. */
const FREE_PAGES_KEPT = 4_096;

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

  /** True while there is more to do: ids not walked through yet, or pages to give back. */
  step(now: number): boolean {
    const { destination, id } = this.position;
    const rows = this.sql.walk.all(destination, id, IDS_PER_STEP);
    for (const row of rows) {
      if (Number(row.at) < now - this.dedupeMs) this.sql.forget.run(String(row.destination), String(row.id));
    }
    const spare = numberOf(this.sql.freePages, "freelist_count") - FREE_PAGES_KEPT;
    if (spare > 0) this.database.exec(`PRAGMA incremental_vacuum(${Math.min(spare, PAGES_PER_STEP)})`);
    const last = rows.length === IDS_PER_STEP ? rows.at(-1) : undefined;
    this.position = last ? { destination: String(last.destination), id: String(last.id) } : { destination: "", id: "" };
    return last !== undefined || spare > PAGES_PER_STEP;
  }

  /** After a clock that was ahead has been put right, events would wait for a time that is far off. */
  bringForward(latest: number, now: number): void {
    this.sql.bringForward.run(now, latest);
    this.sql.bringSeenBack.run(now, now);
  }

  probe(now: number): void {
    this.sql.probe.run(now);
  }
}

function prepare(database: Database) {
  return {
    freePages: database.prepare("PRAGMA freelist_count"),
    walk: database.prepare(
      "SELECT destination, id, at FROM seen WHERE (destination, id) > (?, ?) ORDER BY destination, id LIMIT ?",
    ),
    forget: database.prepare("DELETE FROM seen WHERE destination = ? AND id = ?"),
    bringForward: database.prepare("UPDATE ready SET due = ? WHERE due > ?"),
    bringSeenBack: database.prepare("UPDATE seen SET at = ? WHERE at > ?"),
    probe: database.prepare(
      "INSERT INTO meta (name, value) VALUES ('probe', ?) ON CONFLICT DO UPDATE SET value = excluded.value",
    ),
  };
}
