export interface CircuitSettings {
  /** So many different events in a row without one success. */
  readonly failuresToOpen: number;
  readonly firstPauseMs: number;
  readonly maxPauseMs: number;
}

export const CIRCUIT_DEFAULTS: CircuitSettings = { failuresToOpen: 5, firstPauseMs: 1_000, maxPauseMs: 30_000 };

/**
 * Keeps a dead destination cheap: while the circuit is open nothing is sent, and after each pause one event goes out as a
 * probe. Counts different events, because one event that always fails says little about the destination.
 */
export class Circuit {
  private failed = new Set<number>();
  private pauses = 0;
  private pausedUntil = 0;
  private probing = false;

  constructor(
    private readonly settings: CircuitSettings = CIRCUIT_DEFAULTS,
    private readonly random: () => number = Math.random,
  ) {}

  get open(): boolean {
    return this.pauses > 0;
  }

  /** How many deliveries may start now, given how many the destination takes at once. */
  allowance(now: number, free: number): number {
    if (now < this.pausedUntil) return 0;
    if (!this.open) return free;
    return this.probing ? 0 : Math.min(1, free);
  }

  /** When to ask again; undefined when there is nothing to wait for but the deliveries under way. */
  waitUntil(now: number): number | undefined {
    return now < this.pausedUntil ? this.pausedUntil : undefined;
  }

  started(): void {
    if (this.open) this.probing = true;
  }

  succeeded(): void {
    this.failed.clear();
    this.pauses = 0;
    this.pausedUntil = 0;
    this.probing = false;
  }

  /** The destination answered, if with a refusal: it is alive. */
  answered(): void {
    this.succeeded();
  }

  failedOn(event: number, now: number): void {
    const wasProbe = this.probing;
    this.probing = false;
    if (this.failed.size < this.settings.failuresToOpen) this.failed.add(event);
    if (wasProbe || (!this.open && this.failed.size >= this.settings.failuresToOpen)) this.pause(now);
  }

  /** The destination asked for a rest. */
  restFor(ms: number, now: number): void {
    this.pausedUntil = Math.max(this.pausedUntil, now + Math.min(ms, this.settings.maxPauseMs));
  }

  private pause(now: number): void {
    const full = Math.min(this.settings.maxPauseMs, this.settings.firstPauseMs * 2 ** Math.min(this.pauses, 40));
    this.pauses += 1;
    this.pausedUntil = now + full / 2 + (full / 2) * this.random();
  }
}
