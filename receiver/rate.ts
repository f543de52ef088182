import type { Clock } from "./clock";

const SECOND_MS = 1_000;

/**
 * Never more than so many in any second, wherever that begins. It starts as if the second before its start had been used up:
 * what went out before a restart is not known any more, and both together must not be too many.
 */
export class Rate {
  /** When the last ones went, as many as may go in one window. */
  private readonly went: number[];
  private next = 0;
  private readonly windowMs: number;

  /** `clock` is one that nobody sets. */
  constructor(
    readonly perSecond: number,
    private readonly clock: Clock,
  ) {
    const inWindow = Math.max(1, Math.floor(perSecond));
    this.windowMs = (inWindow / perSecond) * SECOND_MS;
    this.went = new Array<number>(inWindow).fill(clock());
  }

  /** How many may go now. */
  allowance(): number {
    const now = this.clock();
    const { went, next, windowMs } = this;
    // From the oldest on: they leave the window in the order in which they went.
    let free = 0;
    while (free < went.length && now - (went[(next + free) % went.length] ?? 0) >= windowMs) free += 1;
    return free;
  }

  spend(): void {
    this.went[this.next] = this.clock();
    this.next = (this.next + 1) % this.went.length;
  }

  /** In how many milliseconds one more may go; 0 where it may now, by the same sum as there. */
  waitMs(): number {
    return Math.max(0, this.windowMs - (this.clock() - (this.went[this.next] ?? 0)));
  }
}
