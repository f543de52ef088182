import { setTimeout as sleep } from "node:timers/promises";

/** Reset times that differ by less name the same window: some servers count in whole seconds, some from now on. */
const SAME_WINDOW_MS = 1500;

/**
 * One remote rate-limit budget, shared by everything in this process that talks to the same organisation. It follows the
 * `x-ratelimit-*` headers of the answers and holds requests back before the server has to refuse them.
 *
 * What is left of a window is unknown until an answer has told it, so a new window is opened by one request alone; the
 * others follow when it is answered, never more than `concurrency` at once.
 */
export class Pace {
  private window = 0;
  private opened = false;
  /** What the server last said is left, less the answers since that did not say. */
  private left = Number.POSITIVE_INFINITY;
  private endsAt = Number.POSITIVE_INFINITY;
  /** The server refused: nobody sends before. */
  private heldUntil = 0;
  private inFlight = 0;
  private inFlightOfThisWindow = 0;
  private queue: Promise<unknown> = Promise.resolve();
  private inLine = 0;
  private answered: () => void = () => undefined;

  constructor(private readonly concurrency: number) {}

  /**
   * Waits, first come first served, until one request may be sent; gives up, with `undefined`, where that would be after
   * `deadline`. An abort of `signal` ends the wait at once, with its reason; after it only what need not wait is let through,
   * so that what was begun can be finished.
   */
  take(deadline: number, signal?: AbortSignal): Promise<Turn | undefined> {
    if (signal?.aborted) return this.takeNow(signal);
    const turn = this.queue.then(() => this.admit(deadline, signal));
    this.queue = turn.catch(() => undefined);
    return signal === undefined ? turn : this.unlessAborted(turn, signal);
  }

  /** The request of this turn has ended. Every header may be missing, and the answer itself. */
  done(turn: Turn, headers: Headers = {}): void {
    this.inFlight -= 1;
    const left = numberOf(headers, "x-ratelimit-remaining");
    const now = Date.now();
    const resetAt = resetTime(headers, now);
    if (left === undefined || resetAt === undefined || resetAt <= now) this.left -= 1;
    else if (this.endsAt === Number.POSITIVE_INFINITY || this.isNextWindow(resetAt, now)) {
      this.endsAt = resetAt;
      this.left = left;
    }
    // Answers overtake each other: within one window only the smallest count is news, and an older window none at all.
    else if (turn.window === this.window || resetAt > this.endsAt - SAME_WINDOW_MS)
      this.left = Math.min(this.left, left);
    if (turn.window === this.window) {
      this.inFlightOfThisWindow -= 1;
      this.opened = true;
    }
    this.answered();
  }

  /** An answer that is read late, on a busy machine, seems to tell of a later end. No window begins before the last one's end. */
  private isNextWindow(resetAt: number, now: number): boolean {
    return resetAt > this.endsAt + SAME_WINDOW_MS && now > this.endsAt - SAME_WINDOW_MS;
  }

  /** The server refused for want of budget: nobody sends before `until`, or before this window's end where it did not say. */
  exhausted(until: number | undefined): void {
    const guess = Number.isFinite(this.endsAt) ? this.endsAt : Date.now() + 5000 + jitter(5000);
    this.heldUntil = Math.max(this.heldUntil, until ?? guess, Date.now() + 1000);
  }

  private async admit(deadline: number, signal: AbortSignal | undefined): Promise<Turn | undefined> {
    this.inLine += 1;
    try {
      for (;;) {
        signal?.throwIfAborted();
        const now = Date.now();
        const opensAt = this.opensAt(now);
        if (opensAt > deadline) return undefined;
        if (opensAt > now) await sleep(opensAt - now + jitter(50), undefined, { signal });
        else if (this.hasRoom()) return this.start();
        else await this.nextAnswer(signal);
      }
    } finally {
      this.inLine -= 1;
    }
  }

  private takeNow(signal: AbortSignal): Promise<Turn> {
    const now = Date.now();
    return this.inLine === 0 && this.opensAt(now) <= now && this.hasRoom()
      ? Promise.resolve(this.start())
      : Promise.reject(signal.reason as Error);
  }

  /** One that is far back in the line need not wait until it is the first. */
  private unlessAborted(turn: Promise<Turn | undefined>, signal: AbortSignal): Promise<Turn | undefined> {
    return new Promise((resolve, reject) => {
      const abandon = (): void => {
        reject(signal.reason as Error);
        void turn.then((unused) => {
          if (unused !== undefined) this.done(unused);
        }, ignore);
      };
      signal.addEventListener("abort", abandon, { once: true });
      void turn.then(resolve, reject).finally(() => {
        signal.removeEventListener("abort", abandon);
      });
    });
  }

  /** When the next request may be sent, as far as the budget tells; the past where it may be now. */
  private opensAt(now: number): number {
    if (this.heldUntil === 0 ? now >= this.endsAt : now >= this.heldUntil) this.startWindow();
    return this.heldUntil === 0 ? (this.left > 0 ? 0 : this.endsAt) : this.heldUntil;
  }

  /** Until a request of ours is answered, or `signal` is aborted. */
  private async nextAnswer(signal: AbortSignal | undefined): Promise<void> {
    let wake: () => void = () => undefined;
    await new Promise<void>((resolve) => {
      wake = this.answered = resolve;
      signal?.addEventListener("abort", wake, { once: true });
    });
    signal?.removeEventListener("abort", wake);
  }

  private startWindow(): void {
    this.window += 1;
    this.opened = false;
    this.left = Number.POSITIVE_INFINITY;
    this.endsAt = Number.POSITIVE_INFINITY;
    this.heldUntil = 0;
    this.inFlightOfThisWindow = 0;
  }

  private hasRoom(): boolean {
    if (this.inFlight >= this.concurrency) return false;
    return this.opened ? this.inFlight < this.left : this.inFlightOfThisWindow === 0;
  }

  private start(): Turn {
    this.inFlight += 1;
    this.inFlightOfThisWindow += 1;
    return { window: this.window };
  }
}

function ignore(): void {
  // Whoever waits for it learns of it.
}

/** Leave to send one request. */
export interface Turn {
  readonly window: number;
}

export type Headers = Readonly<Record<string, string | string[] | undefined>>;

/**
 * When the window ends, in milliseconds since the epoch of this machine's clock. Documented as epoch seconds; milliseconds and a
 * number of seconds to wait are understood too.
 */
export function resetTime(headers: Headers, now = Date.now()): number | undefined {
  const value = numberOf(headers, "x-ratelimit-reset");
  if (value === undefined) return undefined;
  if (value > 1e12) return value + clockDifference(headers, now);
  return value > 1e9 ? value * 1000 + clockDifference(headers, now) : now + value * 1000;
}

/** `Retry-After` in milliseconds since the epoch of this machine's clock: a number of seconds or a date. */
export function retryAfter(headers: Headers, now = Date.now()): number | undefined {
  const text = one(headers["retry-after"])?.trim();
  if (text === undefined || text === "") return undefined;
  const seconds = Number(text);
  const at = Number.isFinite(seconds) ? now + seconds * 1000 : Date.parse(text) + clockDifference(headers, now);
  return Number.isFinite(at) ? at : undefined;
}

/** `Date` counts in whole seconds, and its answer has travelled: clocks that differ by less agree. */
const CLOCKS_AGREE_MS = 2000;

/** How far this machine's clock is ahead of the server's, by the answer's own `Date`. */
function clockDifference(headers: Headers, now: number): number {
  const ahead = now - Date.parse(one(headers.date) ?? "");
  return Math.abs(ahead) < CLOCKS_AGREE_MS || Number.isNaN(ahead) ? 0 : ahead;
}

export function one(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}

/** Up to `ms`, so that those who waited together do not come back together. */
export function jitter(ms: number): number {
  return Math.random() * ms;
}

function numberOf(headers: Headers, name: string): number | undefined {
  const text = one(headers[name])?.trim();
  const value = text === undefined || text === "" ? Number.NaN : Number(text);
  return Number.isFinite(value) ? value : undefined;
}
