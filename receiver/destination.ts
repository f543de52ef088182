/** Where events go and how hard we try. */
export interface Destination {
  readonly name: string;
  readonly url: string;
  /** Sent with every event, beside the ones that Kustomer sent. */
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** Deliveries under way at the same time. */
  readonly concurrency: number;
  /** How often an answer that will not get better is tried before the event becomes a dead letter. */
  readonly triesWhenRefused: number;
  /** How long everything else is tried. */
  readonly giveUpAfterMs: number;
  readonly backoff: Backoff;
}

export interface Backoff {
  readonly firstMs: number;
  readonly maxMs: number;
}

export const DELIVERY_DEFAULTS = {
  headers: {},
  timeoutMs: 30_000,
  concurrency: 16,
  triesWhenRefused: 4,
  giveUpAfterMs: 14 * 24 * 3_600_000,
  backoff: { firstMs: 1_000, maxMs: 600_000 },
} as const;

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** Returns what is wrong with a destination's URL, or undefined. Events hold customers' words: they travel over TLS only. */
export function destinationUrlProblem(url: string, allowLoopbackHttp: boolean): string | undefined {
  if (!URL.canParse(url)) return "is not a URL; give the whole address, with https://";
  const { protocol, hostname, username, password, hash } = new URL(url);
  if (username !== "" || password !== "") return "holds credentials; put them into the destination's headers instead";
  if (hash !== "") return "has a fragment (#…), which no server would ever see; remove it";
  if (protocol === "https:") return undefined;
  if (protocol !== "http:") return `has the scheme ${protocol} where https: is needed`;
  if (!LOOPBACK.test(hostname)) return "is plain http; use https (plain http is allowed to loopback addresses only)";
  return allowLoopbackHttp ? undefined : "is plain http to loopback; set allowLoopbackHttp: true to allow that here";
}

/** A query may hold a key, so messages name an address without it. */
export function nameOfUrl(url: string): string {
  const { origin, pathname } = new URL(url);
  return origin + pathname;
}

/** One spelling, so that a configured header can never go out beside one of the receiver's own of the same name. */
export function headersByLowerCaseName(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
