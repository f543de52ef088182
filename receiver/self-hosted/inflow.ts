import type { Clock } from "../clock";

const MINUTE_MS = 60_000;
const MINUTES = 60;

/** How much each relay's events bring, over the last hour or since the start. */
export class Inflow {
  private readonly startedAt: number;
  private readonly byRelay = new Map<string, { bytes: number; minute: number }[]>();

  /** `clock` is one that nobody sets. */
  constructor(private readonly clock: Clock) {
    this.startedAt = clock();
  }

  stored(relay: string, bytes: number): void {
    const minute = Math.floor(this.clock() / MINUTE_MS);
    const minutes = this.byRelay.get(relay) ?? [];
    if (minutes.length === 0) this.byRelay.set(relay, minutes);
    const last = minutes.at(-1);
    if (last?.minute === minute) last.bytes += bytes;
    else minutes.push({ bytes, minute });
    while ((minutes[0]?.minute ?? minute) <= minute - MINUTES) minutes.shift();
  }

  bytesPerMs(relay: string): number {
    const now = this.clock();
    const from = Math.floor(now / MINUTE_MS) - MINUTES;
    const bytes = (this.byRelay.get(relay) ?? []).reduce((sum, one) => (one.minute > from ? sum + one.bytes : sum), 0);
    return bytes / Math.max(MINUTE_MS, Math.min(now - this.startedAt, MINUTES * MINUTE_MS));
  }
}
