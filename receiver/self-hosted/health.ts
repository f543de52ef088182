import { StoreUnavailable } from "../inbox";
import type { RelayProblems, Store } from "./store";

/** Whether events would be taken, as it was found last. */
export interface Health {
  /** Why no event can be taken at all. */
  readonly problem?: string;
  /** Why those of single relays cannot. */
  readonly relays: RelayProblems;
}

/** Looks at the store every second, and before every answer that asks for a proof. */
export class StoreHealth {
  private found: Health = { relays: {} };

  constructor(
    private readonly store: Pick<Store, "look" | "probe">,
    /** Told when it has changed. */
    private readonly changed: (health: Health, before: Health) => void,
  ) {}

  get current(): Health {
    return this.found;
  }

  /** Without writing anything. */
  look(): Promise<Health> {
    return this.note(this.store.look());
  }

  /** By writing. */
  probe(): Promise<Health> {
    return this.note(this.store.probe());
  }

  private async note(looking: Promise<RelayProblems>): Promise<Health> {
    const before = this.found;
    try {
      this.found = { relays: await looking };
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
      this.found = { problem: error.message, relays: {} };
    }
    if (JSON.stringify(this.found) !== JSON.stringify(before)) this.changed(this.found, before);
    return this.found;
  }
}
