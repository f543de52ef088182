/** What is asked of dead letters, or of events that were kept: every part that is given must hold; without any, all are meant. */
export interface EventQuery {
  readonly seqs?: readonly number[] | undefined;
  readonly relay?: string | undefined;
  /** The event's name, its beginning and `*`, or its id. */
  readonly event?: string | undefined;
  /** A status that was answered, or its class: `4xx`. */
  readonly status?: number | string | undefined;
  /** A part of the last error, in any case. */
  readonly error?: string | undefined;
  /** Given up, or delivered, not before this moment… */
  readonly since?: number | undefined;
  /** …and before this one. */
  readonly until?: number | undefined;
  readonly conversation?: string | undefined;
}

/** What a query looks at. */
export interface Asked {
  readonly seq: number;
  readonly destination: string;
  readonly id: string;
  readonly name?: string;
  readonly conversation?: string;
  readonly status?: number;
  readonly error?: string;
  /** When it was given up or delivered. */
  readonly at: number;
}

/** Made once for a whole list. */
export function matcherOf(query: EventQuery): (event: Asked) => boolean {
  const { relay, event, status, since = -Infinity, until = Infinity, conversation } = query;
  const seqs = query.seqs && new Set(query.seqs);
  const error = query.error?.toLowerCase();
  const beginning = event?.endsWith("*") ? event.slice(0, -1) : undefined;
  return (one) =>
    (seqs === undefined || seqs.has(one.seq)) &&
    (relay === undefined || one.destination === relay) &&
    (event === undefined || one.name === event || one.id === event || isBeginning(beginning, one.name)) &&
    (status === undefined || isStatus(status, one.status)) &&
    (error === undefined || (one.error ?? "").toLowerCase().includes(error)) &&
    one.at >= since &&
    one.at < until &&
    (conversation === undefined || one.conversation === conversation);
}

const STATUS_CLASS = /^([1-5])xx$/i;

/** Undefined when it is neither a status nor a class of them. */
export function statusFrom(text: string): number | string | undefined {
  if (STATUS_CLASS.test(text)) return text.toLowerCase();
  return /^[1-5]\d\d$/.test(text) ? Number(text) : undefined;
}

function isStatus(wanted: number | string, status: number | undefined): boolean {
  if (status === undefined || typeof wanted === "number") return status === wanted;
  return String(Math.floor(status / 100)) === STATUS_CLASS.exec(wanted)?.[1];
}

function isBeginning(beginning: string | undefined, name: string | undefined): boolean {
  return beginning !== undefined && (name?.startsWith(beginning) ?? false);
}
