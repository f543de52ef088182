import type { Clock } from "./clock";
import type { Controls } from "./controls";
import { Rate } from "./rate";

/** What a relay's controls let through to its destination. Without any it is open, and costs nothing. */
export class Gate {
  private rate: Rate | undefined;

  constructor(
    private readonly controls: () => Controls,
    /** One that nobody sets. */
    private readonly clock: Clock,
  ) {}

  get isPaused(): boolean {
    return this.controls().paused;
  }

  /** How many requests may be begun now. */
  allowance(): number {
    if (this.isPaused) return 0;
    return this.limit()?.allowance() ?? Infinity;
  }

  /** In how many milliseconds one more may be begun; Infinity while it is paused, whose end wakes the delivery. */
  waitMs(): number {
    if (this.isPaused) return Infinity;
    return this.limit()?.waitMs() ?? 0;
  }

  began(): void {
    this.limit()?.spend();
  }

  private limit(): Rate | undefined {
    const { maxPerSecond } = this.controls();
    if (maxPerSecond === undefined) this.rate = undefined;
    else if (this.rate?.perSecond !== maxPerSecond) this.rate = new Rate(maxPerSecond, this.clock);
    return this.rate;
  }
}
