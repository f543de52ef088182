import type { DestinationStats } from "../inbox";
import type { Row } from "./rows";
import type { Database } from "./sqlite";
import type { Tally } from "./tally";

/** Read from narrow tables and indexes only: the bodies of a long queue are never touched. */
export function readStats(database: Database, tally: Tally): DestinationStats[] {
  const byDestination = new Map<string, DestinationStats>();
  const note = (row: Row, stats: Partial<DestinationStats>): void => {
    const destination = String(row.destination);
    const known = byDestination.get(destination) ?? { destination, queued: 0, retrying: 0, deadLetters: 0 };
    byDestination.set(destination, { ...known, ...stats });
  };
  for (const [destination, queued] of tally.entries()) note({ destination }, { queued });
  for (const row of database.prepare(OLDEST).all()) note(row, { oldestReceivedAt: Number(row.received_at) });
  for (const row of database.prepare(RETRYING).all()) {
    const lastError = { error: String(row.error), at: Number(row.at) };
    note(row, { retrying: Number(row.retrying), lastError });
  }
  for (const row of database.prepare(DEAD).all()) note(row, { deadLetters: Number(row.dead_letters) });
  return [...byDestination.values()].sort((a, b) => a.destination.localeCompare(b.destination));
}

/** The oldest event of all is the first of its conversation, so it is in the narrow table. */
const OLDEST = `SELECT destination, received_at FROM events
                WHERE seq IN (SELECT min(seq) FROM ready GROUP BY destination)`;
/** With max() SQLite takes the other columns from the row that has it. */
const RETRYING = "SELECT destination, count(*) AS retrying, error, max(at) AS at FROM tries GROUP BY destination";
const DEAD = "SELECT destination, count(*) AS dead_letters FROM dead GROUP BY destination";
