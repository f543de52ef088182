import type { Clock } from "../clock";
import {
  changed,
  type Controls,
  effective,
  nextEnd,
  NO_CONTROLS,
  type Order,
  type Overrides,
  relayControls,
  type RelayControls,
  standing,
} from "../controls";
import type { Store } from "./store";

interface Entry {
  readonly declared: Controls;
  overrides: Overrides;
  /** What holds until then. */
  now: Controls;
  until: number;
}

export interface BoardParts {
  readonly store: Pick<Store, "controls" | "setControls">;
  /** The wall's: overrides end at a time that people name. */
  readonly clock: Clock;
  /** What the configuration says; undefined where none is at hand, and the store's word for it counts. */
  readonly declared?: ReadonlyMap<string, Controls>;
  /** Told of everything that holds from now on. `ended`: an override has come to its time. */
  readonly changed?: (controls: RelayControls, why: "started" | "ordered" | "ended") => void;
}

/** The controls of all relays: what is declared, and the overrides above that, which the store keeps. */
export class ControlsBoard {
  private readonly entries = new Map<string, Entry>();

  constructor(private readonly parts: BoardParts) {}

  /** Reads the overrides, and leaves in the store what is declared, for whoever looks while nothing runs on it. */
  async start(): Promise<void> {
    const { store, declared } = this.parts;
    const stored = new Map((await store.controls()).map((one) => [one.relay, one]));
    const relays = declared ?? new Map([...stored].map(([relay, one]) => [relay, one.declared ?? NO_CONTROLS]));
    for (const [relay, controls] of relays) {
      const known = stored.get(relay);
      const overrides = known?.overrides ?? {};
      this.entries.set(relay, { declared: controls, overrides, now: controls, until: -Infinity });
      if (declared && JSON.stringify(known?.declared) !== JSON.stringify(controls)) await this.save(relay);
      this.tell(relay, "started");
    }
  }

  /** For the deliveries, which ask for every event. */
  of(relay: string): () => Controls {
    return () => {
      const entry = this.entries.get(relay);
      if (!entry) return NO_CONTROLS;
      if (entry.until === Infinity) return entry.now;
      const now = this.parts.clock();
      if (now < entry.until) return entry.now;
      entry.now = effective(entry.declared, entry.overrides, now);
      entry.until = nextEnd(standing(entry.overrides, now));
      return entry.now;
    };
  }

  all(): RelayControls[] {
    return [...this.entries.keys()].map((relay) => this.shown(relay));
  }

  /** Once a second: forgets what has ended, and says so. */
  async look(): Promise<void> {
    const now = this.parts.clock();
    for (const [relay, entry] of this.entries) {
      if (now < nextEnd(entry.overrides)) continue;
      await this.put(relay, entry, standing(entry.overrides, now));
      this.tell(relay, "ended");
    }
  }

  async order(relay: string, order: Order): Promise<RelayControls> {
    const entry = this.entries.get(relay);
    if (!entry) throw new Error(`There is no relay ${relay} here; there is ${this.names()}.`);
    await this.put(relay, entry, changed(entry.overrides, order, entry.declared, this.parts.clock()));
    this.tell(relay, "ordered");
    return this.shown(relay);
  }

  /** In the store before it holds: what was answered is not forgotten by a restart. */
  private async put(relay: string, entry: Entry, overrides: Overrides): Promise<void> {
    await this.parts.store.setControls({ relay, declared: entry.declared, overrides });
    entry.overrides = overrides;
    entry.until = -Infinity;
  }

  private async save(relay: string): Promise<void> {
    const entry = this.entries.get(relay);
    if (entry) await this.put(relay, entry, entry.overrides);
  }

  private shown(relay: string): RelayControls {
    const { declared, overrides } = this.entries.get(relay) ?? { declared: NO_CONTROLS, overrides: {} };
    return relayControls(relay, declared, overrides, this.parts.clock());
  }

  private tell(relay: string, why: "started" | "ordered" | "ended"): void {
    this.parts.changed?.(this.shown(relay), why);
  }

  private names(): string {
    return [...this.entries.keys()].join(", ") || "none, as far as the store knows";
  }
}
