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
  /** Whether a dead letter keeps the beginning of what the destination answered. */
  readonly keepAnswerExcerpt: boolean;
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
  keepAnswerExcerpt: true,
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

/** What HTTP's own machinery says of a message, or between two hops: set by hand, no request would ever be sent. */
const SET_BY_HTTP = new Set([
  ..."connection content-length expect host keep-alive proxy-connection te trailer transfer-encoding upgrade".split(
    " ",
  ),
]);
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

export interface HeaderProblem {
  readonly name: string;
  readonly problem: string;
}

/** Every header that could not be sent as it is written. Found at start and at preview, for afterwards nothing would be delivered. */
export function destinationHeaderProblems(headers: Readonly<Record<string, unknown>>): HeaderProblem[] {
  const names = Object.keys(headers).map((name) => name.toLowerCase());
  return Object.entries(headers).flatMap(([name, value], index) => {
    const repeated = names.indexOf(name.toLowerCase()) < index;
    const problem = repeated ? "is there twice; write it once" : destinationHeaderProblem(name, value);
    return problem === undefined ? [] : [{ name, problem }];
  });
}

function destinationHeaderProblem(name: string, value: unknown): string | undefined {
  if (!HEADER_NAME.test(name)) return "is no name that a header can have";
  if (SET_BY_HTTP.has(name.toLowerCase())) return "is set by HTTP itself; remove it";
  // A number's text is lost once it is read (007, 1.0, twenty digits): what was meant must be written.
  if (typeof value !== "string") return "is not text; put its value into quotes";
  if (/[\r\n]/.test(value)) return "holds a line break; write it in one line";
  return HEADER_VALUE.test(value) ? undefined : "holds characters that no header can have; write it in Latin letters";
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
