import type { Database } from "./sqlite";

/** How many events wait, per destination. Counting them in the file would read through every body of a long queue. */
export class Tally {
  private readonly queued = new Map<string, number>();

  constructor(database: Database) {
    for (const row of database.prepare("SELECT destination, count(*) AS n FROM events GROUP BY destination").all()) {
      this.queued.set(String(row.destination), Number(row.n));
    }
  }

  add(destination: string, difference: number): void {
    this.queued.set(destination, (this.queued.get(destination) ?? 0) + difference);
  }

  entries(): Iterable<[string, number]> {
    return this.queued.entries();
  }
}
