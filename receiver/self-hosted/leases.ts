import type { Clock } from "../clock";

/** Who has which event is known to the one process that uses the store, so a lease is memory and ends with it at the latest. */
export class Leases {
  private readonly until = new Map<number, number>();

  constructor(private readonly clock: Clock) {}

  get size(): number {
    return this.until.size;
  }

  held(seq: number): boolean {
    return (this.until.get(seq) ?? -Infinity) > this.clock();
  }

  take(seq: number, forMs: number): boolean {
    if (this.held(seq)) return false;
    this.until.set(seq, this.clock() + forMs);
    return true;
  }

  end(seq: number): void {
    this.until.delete(seq);
  }
}
