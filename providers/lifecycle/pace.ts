import { setTimeout as sleep } from "node:timers/promises";

/**
 * One remote rate-limit budget, shared by everything in this process that talks to the same organisation. It follows the
 * `x-ratelimit-*` headers of the answers and holds requests back before the server has to refuse them.
 */
export class Pace {
  private limit: number | undefined;
  private remaining = Number.POSITIVE_INFINITY;
  private resetAt = 0;

  /** Waits until there is budget for one request; gives up, with false, where that would be after `deadline`. */
  async take(deadline: number): Promise<boolean> {
    for (;;) {
      const now = Date.now();
      if (now >= this.resetAt) this.remaining = this.limit ?? Number.POSITIVE_INFINITY;
      if (this.remaining > 0) {
        this.remaining -= 1;
        return true;
      }
      if (this.resetAt > deadline) return false;
      await sleep(this.resetAt - now + jitter(50));
    }
  }

  /** Takes note of the budget that an answer reports. Every header may be missing. */
  note(headers: Headers): void {
    const limit = numberOf(headers, "x-ratelimit-limit");
    const remaining = numberOf(headers, "x-ratelimit-remaining");
    const resetAt = resetTime(headers);
    if (limit !== undefined) this.limit = limit;
    if (remaining === undefined || resetAt === undefined || resetAt < this.resetAt) return;
    // Answers overtake each other: within one window only the smallest count is news.
    this.remaining = resetAt === this.resetAt ? Math.min(this.remaining, remaining) : remaining;
    this.resetAt = resetAt;
  }

  /** The server refused for want of budget: nobody sends before `until`. */
  exhausted(until: number): void {
    this.remaining = 0;
    this.resetAt = Math.max(this.resetAt, until);
  }
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
  const text = one(headers["retry-after"]);
  if (text === undefined) return undefined;
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
  const value = Number(one(headers[name]) ?? Number.NaN);
  return Number.isFinite(value) ? value : undefined;
}
