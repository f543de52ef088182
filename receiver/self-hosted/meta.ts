import type { Database } from "./sqlite";

/** A few numbers that the store remembers about itself. */
export class Meta {
  private readonly read;
  private readonly write;

  constructor(database: Database) {
    this.read = database.prepare("SELECT value FROM meta WHERE name = ?");
    this.write = database.prepare(
      "INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value",
    );
  }

  get(name: string): number | undefined {
    const value = this.read.get(name)?.value;
    return value === undefined ? undefined : Number(value);
  }

  set(name: string, value: number): void {
    this.write.run(name, Math.round(value));
  }
}
