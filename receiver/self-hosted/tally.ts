import type { DestinationStats } from "../inbox";
import type { Row } from "./rows";
import type { Database } from "./sqlite";

/** What the store holds for one destination. */
export interface Account {
  queued: number;
  retrying: number;
  dead: number;
  /** Delivered events that are kept, and what they take: a part of eventBytes. */
  kept: number;
  keptBytes: number;
  /** Ids kept for recognising duplicates. */
  seen: number;
  /** About what its events take, dead and delivered ones too, ids not counted. */
  eventBytes: number;
  lastReceivedAt: number | undefined;
  lastError: DestinationStats["lastError"];
}

/** Beside its body: its other columns, its entries in the indexes. */
const EVENT_OVERHEAD_BYTES = 600;
const SEEN_BYTES = 100;

export function eventBytes(bodyBytes: number): number {
  return bodyBytes + EVENT_OVERHEAD_BYTES;
}

/**
 * Counted once, when the store is opened, and kept up from then on: whoever looks at the figures, however often, costs the
 * events nothing.
 */
export class Tally {
  private readonly accounts = new Map<string, Account>();

  constructor(database: Database) {
    const each = (sql: string, note: (account: Account, row: Row) => void): void => {
      for (const row of database.prepare(sql).all()) note(this.of(String(row.destination)), row);
    };
    const size = `sum(length(body) + ${EVENT_OVERHEAD_BYTES})`;
    each(
      `SELECT destination, count(*) AS n, ${size} AS bytes, max(received_at) AS last FROM events GROUP BY destination`,
      (account, { n, bytes, last }) => {
        account.queued = Number(n);
        account.eventBytes += Number(bytes);
        account.lastReceivedAt = Number(last);
      },
    );
    each(`SELECT destination, count(*) AS n, ${size} AS bytes FROM dead GROUP BY destination`, (account, row) => {
      account.dead = Number(row.n);
      account.eventBytes += Number(row.bytes);
    });
    each(`SELECT destination, count(*) AS n, ${size} AS bytes FROM delivered GROUP BY destination`, (account, row) => {
      account.kept = Number(row.n);
      account.keptBytes = Number(row.bytes);
      account.eventBytes += Number(row.bytes);
    });
    each("SELECT destination, count(*) AS n FROM seen GROUP BY destination", (account, { n }) => {
      account.seen = Number(n);
    });
    // With max() SQLite takes the other columns from the row that has it.
    each("SELECT destination, count(*) AS n, error, max(at) AS at FROM tries GROUP BY destination", (account, row) => {
      account.retrying = Number(row.n);
      account.lastError = { error: String(row.error), at: Number(row.at) };
    });
  }

  of(destination: string): Account {
    const known = this.accounts.get(destination);
    if (known) return known;
    const account: Account = {
      queued: 0,
      retrying: 0,
      dead: 0,
      kept: 0,
      keptBytes: 0,
      seen: 0,
      eventBytes: 0,
      lastReceivedAt: undefined,
      lastError: undefined,
    };
    this.accounts.set(destination, account);
    return account;
  }

  destinations(): string[] {
    return [...this.accounts.keys()].sort((a, b) => a.localeCompare(b));
  }

  /** Of the room that is used, the part that is this destination's. */
  share(destination: string): number {
    let all = 0;
    for (const account of this.accounts.values()) all += weight(account);
    return all === 0 ? 0 : weight(this.of(destination)) / all;
  }
}

function weight({ eventBytes: bytes, seen }: Account): number {
  return bytes + seen * SEEN_BYTES;
}
