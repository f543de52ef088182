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
  private answered: () => void = () => undefined;

  constructor(private readonly concurrency: number) {}

  /** Waits, first come first served, until one request may be sent; gives up, with `undefined`, where that would be after `deadline`. */
  take(deadline: number): Promise<Turn | undefined> {
    const turn = this.queue.then(() => this.admit(deadline));
    this.queue = turn;
    return turn;
  }

  /** The request of this turn has ended. Every header may be missing, and the answer itself. */
  done(turn: Turn, headers: Headers = {}): void {
    this.inFlight -= 1;
    const left = numberOf(headers, "x-ratelimit-remaining");
    const resetAt = resetTime(headers);
    if (left === undefined || resetAt === undefined || resetAt <= Date.now()) this.left -= 1;
    else if (this.endsAt === Number.POSITIVE_INFINITY || resetAt > this.endsAt + SAME_WINDOW_MS) {
      this.endsAt = resetAt;
      this.left = left;
    }
    // Answers overtake each other: within one window only the smallest count is news, and an older window none at all.
    else if (resetAt > this.endsAt - SAME_WINDOW_MS) this.left = Math.min(this.left, left);
    if (turn.window === this.window) {
      this.inFlightOfThisWindow -= 1;
      this.opened = true;
    }
    this.answered();
  }

  /** The server refused for want of budget: nobody sends before `until`, or before this window's end where it did not say. */
  exhausted(until: number | undefined): void {
    const guess = Number.isFinite(this.endsAt) ? this.endsAt : Date.now() + 5000 + jitter(5000);
    this.heldUntil = Math.max(this.heldUntil, until ?? guess, Date.now() + 1000);
  }

  private async admit(deadline: number): Promise<Turn | undefined> {
    for (;;) {
      const now = Date.now();
      if (this.heldUntil === 0 ? now >= this.endsAt : now >= this.heldUntil) this.startWindow();
      const wait = this.heldUntil === 0 ? (this.left > 0 ? 0 : this.endsAt) : this.heldUntil;
      if (wait > deadline) return undefined;
      if (wait > now) await sleep(wait - now + jitter(50));
      else if (this.hasRoom()) return this.start();
      else await new Promise<void>((resolve) => (this.answered = resolve));
    }
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

/** Leave to send one request. */
export interface Turn {
  readonly window: number;
}

export type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** When the window ends, in milliseconds since the epoch. Documented as epoch seconds; milliseconds and a number of seconds to wait are understood too. */
export function resetTime(headers: Headers): number | undefined {
  const value = numberOf(headers, "x-ratelimit-reset");
  if (value === undefined) return undefined;
  if (value > 1e12) return value;
  return value > 1e9 ? value * 1000 : Date.now() + value * 1000;
}

/** `Retry-After` in milliseconds since the epoch: a number of seconds or a date. */
export function retryAfter(headers: Headers): number | undefined {
  const text = one(headers["retry-after"])?.trim();
  if (text === undefined || text === "") return undefined;
  const seconds = Number(text);
  const at = Number.isFinite(seconds) ? Date.now() + seconds * 1000 : Date.parse(text);
  return Number.isFinite(at) ? at : undefined;
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
