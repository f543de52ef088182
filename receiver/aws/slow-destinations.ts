import { messageOf } from "../errors";
import type { Place, Places } from "./places";
import type { BatchReport } from "./report";
import { noteMs } from "./time-budget";

/** Who answers within this time never has to wait for who does not. */
export const QUICK_MS = 3_000;
/** After that, a destination that was slow is taken for a quick one again. */
const REMEMBERED_MS = 300_000;

/**
 * A destination that takes long, or never answers, holds the function that waits for it, and there are only so many functions. So
 * at most half of them wait for longer than QUICK_MS: whoever wants to needs one of the places in the table. The other half is there
 * for destinations that answer. While all of them do, this costs nothing.
 */
export class SlowDestinations {
  private readonly slowUntil = new Map<string, number>();

  constructor(
    readonly places: Places,
    readonly quickMs = QUICK_MS,
  ) {}

  isSlow(route: string): boolean {
    return performance.now() < (this.slowUntil.get(route) ?? 0);
  }

  wasSlow(route: string): void {
    this.slowUntil.set(route, performance.now() + REMEMBERED_MS);
  }

  wasQuick(route: string): void {
    this.slowUntil.delete(route);
  }
}

export interface WaitingParts {
  readonly slow: SlowDestinations;
  readonly report: BatchReport;
  /** What is left of the function's time: a place is had for no longer. */
  readonly remaining: () => number;
}

/** What one batch may wait for. It asks for a place at most once, and only where it has to. */
export class Waiting {
  private place: Promise<Place | "no-answer" | undefined> | undefined;
  private slotsUntil: number | undefined;

  constructor(private readonly parts: WaitingParts) {}

  /** Whether a POST to this relay's destination may be begun. */
  async mayBegin(route: string): Promise<boolean> {
    return !this.parts.slow.isSlow(route) || (await this.mayWait());
  }

  /** Breaks the POST off once it has taken long, unless there is a place to wait. */
  async during<T>(route: string, post: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const { slow } = this.parts;
    const aborting = new AbortController();
    const began = performance.now();
    const timer = setTimeout(() => {
      slow.wasSlow(route);
      void this.mayWait().then((may) => {
        if (!may) aborting.abort(new Error(tooSlow(slow.quickMs)));
      });
    }, slow.quickMs);
    try {
      return await post(aborting.signal);
    } finally {
      clearTimeout(timer);
      if (performance.now() - began < slow.quickMs) slow.wasQuick(route);
    }
  }

  /** For slots it waits no longer than for a quick destination, in all: a limited relay's batches hold functions, too. */
  forSlotsMs(): number {
    const now = performance.now();
    this.slotsUntil ??= now + this.parts.slow.quickMs;
    return Math.max(this.slotsUntil - now, 0);
  }

  /** Lets the place go. */
  async end(): Promise<void> {
    const place = await this.place;
    if (place === undefined || place === "no-answer") return;
    const { slow, report } = this.parts;
    await slow.places.free(place, noteMs(this.parts)).catch((error: unknown) => {
      report.problem("a place to wait could not be freed, and is free when its lease ends", messageOf(error));
    });
  }

  private async mayWait(): Promise<boolean> {
    this.place ??= this.take();
    return (await this.place) !== undefined;
  }

  private take(): Promise<Place | "no-answer" | undefined> {
    const { slow, report, remaining } = this.parts;
    return slow.places.take(remaining(), noteMs(this.parts)).catch((error: unknown) => {
      report.problem(
        "the table did not say whether there is a place to wait; it is waited all the same",
        messageOf(error),
      );
      return "no-answer";
    });
  }
}

function tooSlow(ms: number): string {
  return `it did not answer within ${ms / 1000} seconds, and as many functions wait for slow destinations as may`;
}
