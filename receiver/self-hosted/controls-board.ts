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
  declared: Controls;
  overrides: Overrides;
  /** What holds until then. */
  now: Controls;
  until: number;
}

export interface BoardParts {
  readonly store: Pick<Store, "controls" | "setControls">;
  /** The wall's: overrides end at a time that people name. */
  readonly clock: Clock;
  /**
   * What the configuration says; undefined where none is at hand, or none of a relay, and the store's word for it counts.
   */
  readonly declared?: () => ReadonlyMap<string, Controls | undefined>;
  /** Told of everything that holds from now on. */
  readonly changed?: (controls: RelayControls, why: WhyControlled) => void;
}

/** `ended`: an override has come to its time. `declared`: the declaration itself is another one. */
export type WhyControlled = "started" | "ordered" | "ended" | "declared";

/** The controls of all relays: what is declared, and the overrides above that, which the store keeps. */
export class ControlsBoard {
  private readonly entries = new Map<string, Entry>();

  constructor(private readonly parts: BoardParts) {}

  /** Reads the overrides, and leaves in the store what is declared, for whoever looks while nothing runs on it. */
  async start(): Promise<void> {
    const { store } = this.parts;
    const declared = this.parts.declared?.();
    const stored = new Map((await store.controls()).map((one) => [one.relay, one]));
    const relays = declared ?? new Map([...stored].map(([relay, one]) => [relay, one.declared]));
    for (const [relay, said] of relays) {
      const known = stored.get(relay);
      const controls = said ?? known?.declared ?? NO_CONTROLS;
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

  controlsOf(relay: string): RelayControls | undefined {
    return this.entries.has(relay) ? this.shown(relay) : undefined;
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

  /** The declaration has changed while it runs. Overrides stand above this one as they did above the former. */
  async declare(relay: string, declared: Controls): Promise<void> {
    const entry = this.entries.get(relay);
    if (!entry || JSON.stringify(entry.declared) === JSON.stringify(declared)) return;
    entry.declared = declared;
    // It holds at once: a store that takes nothing now need not know what a file says.
    entry.until = -Infinity;
    this.tell(relay, "declared");
    await this.save(relay);
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

  private tell(relay: string, why: WhyControlled): void {
    this.parts.changed?.(this.shown(relay), why);
  }

  private names(): string {
    return [...this.entries.keys()].join(", ") || "none, as far as the store knows";
  }
}
