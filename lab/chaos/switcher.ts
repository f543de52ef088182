import { setTimeout as sleep } from "node:timers/promises";
import type { Order } from "../../receiver/controls";

/** Between these moments the relay was certainly paused. */
export interface Pause {
  readonly from: number;
  readonly to: number;
}

const BY = "chaos";
const NEXT_WITHIN_MS = 1_500;
/** Where nobody runs that could take an order. */
const AGAIN_MS = 100;
const LIMITS = [20, 100, 500] as const;
const RESUME_WITHIN_MS = 30_000;

/** Pauses, limits and resumes a relay at random moments, whether or not somebody kills it meanwhile. */
export class Switcher {
  readonly pauses: Pause[] = [];
  readonly orders: Record<string, number> = {};
  private pausedSince: number | undefined;
  private stopping = false;

  constructor(
    private readonly random: () => number,
    /** Rejects where nobody runs who could take it. */
    private readonly give: (order: Order) => Promise<unknown>,
  ) {}

  /** Runs until stop() is called. */
  async run(): Promise<void> {
    while (!this.isStopping()) {
      const order = this.next();
      const taken = await this.attempt(order).then(
        () => true,
        () => false,
      );
      const least = order.do === "pause" ? NEXT_WITHIN_MS : 0;
      await sleep(taken ? least + this.random() * NEXT_WITHIN_MS : AGAIN_MS);
    }
  }

  stop(): void {
    this.stopping = true;
  }

  /** Lets everything flow, so that what is still to come can come. */
  async resume(): Promise<void> {
    const until = performance.now() + RESUME_WITHIN_MS;
    for (;;) {
      try {
        await this.attempt({ do: "resume", by: BY });
        return;
      } catch (error) {
        if (performance.now() > until) throw error;
        await sleep(50);
      }
    }
  }

  private isStopping(): boolean {
    return this.stopping;
  }

  private next(): Order {
    const draw = this.random();
    if (draw < 0.4) return { do: "pause", by: BY };
    if (draw < 0.7) return { do: "resume", by: BY };
    return { do: "limit", by: BY, maxPerSecond: LIMITS[Math.floor(this.random() * LIMITS.length)] ?? "none" };
  }

  /** An order that got no answer may hold or not: from its beginning on nothing is certain, until one is answered again. */
  private async attempt(order: Order): Promise<void> {
    const began = performance.now();
    if (order.do !== "limit") this.endPause(began);
    await this.give(order);
    this.orders[order.do] = (this.orders[order.do] ?? 0) + 1;
    if (order.do === "pause") this.pausedSince = performance.now();
  }

  private endPause(at: number): void {
    if (this.pausedSince !== undefined) this.pauses.push({ from: this.pausedSince, to: at });
    this.pausedSince = undefined;
  }
}
