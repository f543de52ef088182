import { type Controls, controlsFrom, type Overrides, overridesFrom } from "../controls";
import type { Database } from "./sqlite";

/** What the store knows of a relay's controls: what its receiver was told last, and what somebody set since. */
export interface StoredControls {
  readonly relay: string;
  readonly declared?: Controls;
  readonly overrides: Overrides;
}

export class ControlsTable {
  private readonly all;
  private readonly write;

  constructor(database: Database) {
    this.all = database.prepare("SELECT relay, declared, overrides FROM controls ORDER BY relay");
    this.write = database.prepare(
      `INSERT INTO controls (relay, declared, overrides) VALUES (?, ?, ?)
       ON CONFLICT DO UPDATE SET declared = excluded.declared, overrides = excluded.overrides`,
    );
  }

  read(): StoredControls[] {
    return this.all.all().map(({ relay, declared, overrides }) => ({
      relay: String(relay),
      ...(typeof declared === "string" && { declared: controlsFrom(JSON.parse(declared)) }),
      overrides: overridesFrom(typeof overrides === "string" ? overrides : undefined),
    }));
  }

  /** Inside a transaction. */
  set({ relay, declared, overrides }: StoredControls): void {
    const has = Object.keys(overrides).length > 0;
    this.write.run(
      relay,
      declared === undefined ? null : JSON.stringify(declared),
      has ? JSON.stringify(overrides) : null,
    );
  }
}
