import { randomBytes } from "node:crypto";

const IDLE_MS = 30 * 60_000;

interface Session {
  /** What commands that change something have to bring along, beside the cookie. */
  readonly pageToken: string;
  lastUsed: number;
}

/** Who may use the page: whoever had the address that was printed, once; then the browser that has the cookie, until it idles. */
export class Sessions {
  private ticket: string | undefined = token();
  private readonly open = new Map<string, Session>();

  constructor(private readonly now: () => number = Date.now) {}

  /** The token of the address. It opens the page once; `undefined` afterwards. */
  get unusedTicket(): string | undefined {
    return this.ticket;
  }

  /** The cookie's value in exchange for the ticket; `undefined` for one that is wrong or used. */
  exchange(ticket: string): string | undefined {
    if (this.ticket === undefined || ticket !== this.ticket) return undefined;
    this.ticket = undefined;
    const cookie = token();
    this.open.set(cookie, { pageToken: token(), lastUsed: this.now() });
    return cookie;
  }

  /** The session's page token; `undefined` where there is no such session, or it has been idle for too long. */
  pageTokenOf(cookie: string | undefined): string | undefined {
    const session = cookie === undefined ? undefined : this.open.get(cookie);
    if (cookie === undefined || session === undefined) return undefined;
    if (this.now() - session.lastUsed > IDLE_MS) {
      this.open.delete(cookie);
      return undefined;
    }
    session.lastUsed = this.now();
    return session.pageToken;
  }

  /** Whether it goes on, without that counting as use: a page that is only left open idles. */
  isOpen(cookie: string): boolean {
    const session = this.open.get(cookie);
    return session !== undefined && this.now() - session.lastUsed <= IDLE_MS;
  }
}

function token(): string {
  return randomBytes(24).toString("base64url");
}
