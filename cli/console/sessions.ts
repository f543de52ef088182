import { randomBytes, timingSafeEqual } from "node:crypto";

const IDLE_MS = 30 * 60_000;

/**
 * What a browser has of its session. The cookie alone is worth nothing: browsers send it to every port of this machine, so also
 * to another user's. The page's token is kept by the page, for whose port no other asks.
 */
export interface Session {
  readonly cookie: string;
  readonly pageToken: string;
}

/** Who may use the page: whoever had the address that was printed, once; then the browser that has the cookie, until it idles. */
export class Sessions {
  private ticket: string | undefined = secret();
  private readonly open = new Map<string, Session & { lastUsed: number }>();

  constructor(
    private readonly now: () => number = Date.now,
    /** Whether something goes on that somebody has started and waits for: no session ends meanwhile. */
    private readonly isBusy: () => boolean = () => false,
  ) {}

  /** The token of the address. It opens the page once; `undefined` afterwards. */
  get unusedTicket(): string | undefined {
    return this.ticket;
  }

  /** A session in exchange for the ticket; `undefined` for one that is wrong or used. */
  exchange(ticket: string): Session | undefined {
    if (this.ticket === undefined || !isSame(ticket, this.ticket)) return undefined;
    this.ticket = undefined;
    const session = { cookie: secret(), pageToken: secret(), lastUsed: this.now() };
    this.open.set(session.cookie, session);
    return session;
  }

  /** The session of a cookie, which is used by that; `undefined` where there is none, or it has been idle for too long. */
  use(cookie: string | undefined): Session | undefined {
    if (cookie === undefined || !this.isOpen(cookie)) return undefined;
    const session = this.open.get(cookie);
    if (session !== undefined) session.lastUsed = this.now();
    return session;
  }

  /** Whether it goes on, without that counting as use: a page that is only left open idles. */
  isOpen(cookie: string): boolean {
    const session = this.open.get(cookie);
    if (session === undefined) return false;
    if (this.isBusy()) session.lastUsed = this.now();
    if (this.now() - session.lastUsed <= IDLE_MS) return true;
    this.open.delete(cookie);
    return false;
  }

  /** Where all have ended: a ticket for the next one. Whether there is a new one. */
  renew(): boolean {
    const isOver = this.ticket === undefined && [...this.open.keys()].every((cookie) => !this.isOpen(cookie));
    if (isOver) this.ticket = secret();
    return isOver;
  }
}

/** In a time that tells nothing of where they differ. */
export function isSame(given: unknown, expected: string): boolean {
  if (typeof given !== "string") return false;
  const [one, other] = [Buffer.from(given), Buffer.from(expected)];
  return one.length === other.length && timingSafeEqual(one, other);
}

function secret(): string {
  return randomBytes(24).toString("base64url");
}
