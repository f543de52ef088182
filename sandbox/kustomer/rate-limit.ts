import type { Answer } from "../http";
import type { Profile } from "../profile";
import { gatewayError } from "./errors";

/**
 * Documented (DOC-RL): one budget per org and minute for all keys, headers x-ratelimit-limit/-remaining/-reset, 429
 * until the window resets. That reset is in epoch seconds was observed in public code.
 */
export class RateLimit {
  #windowEnds = 0;
  #count = 0;
  #peak = 0;
  #answers = 0;

  constructor(
    private readonly limit: number | false,
    private readonly windowMs: number,
    private readonly profile: Profile,
  ) {}

  get peak(): number {
    return this.#peak;
  }

  /** Counts a request; false when it is over the limit. */
  admit(): boolean {
    this.#turnWindow();
    this.#count += 1;
    this.#peak = Math.max(this.#peak, this.#count);
    return this.limit === false || this.#count <= this.limit;
  }

  headers(): Record<string, string> {
    this.#turnWindow();
    this.#answers += 1;
    if (this.limit === false || (this.profile.rateLimitHeaders === "sometimes" && this.#answers % 2 === 0)) return {};
    return this.#spellOut(this.limit);
  }

  /** The 429; `withReset` undefined leaves it to the profile. */
  refusal(withReset?: boolean): Answer {
    this.#turnWindow();
    const seconds = Math.max(1, Math.ceil((this.#windowEnds - Date.now()) / 1000));
    const spelled = withReset ?? this.profile.rateLimitHeaders === "always";
    return {
      ...gatewayError(this.profile, 429, "Rate limit exceeded"),
      headers: {
        ...(spelled ? { ...this.#spellOut(this.limit || 0), "x-ratelimit-remaining": "0" } : {}),
        ...(this.profile.retryAfter && withReset !== false ? { "retry-after": String(seconds) } : {}),
      },
    };
  }

  #spellOut(limit: number): Record<string, string> {
    return {
      "x-ratelimit-limit": String(limit),
      "x-ratelimit-remaining": String(Math.max(0, limit - this.#count)),
      "x-ratelimit-reset": String(Math.ceil(this.#windowEnds / 1000)),
    };
  }

  #turnWindow(): void {
    if (Date.now() < this.#windowEnds) return;
    this.#windowEnds = Date.now() + this.windowMs;
    this.#count = 0;
  }
}
