import { envelopeOf, parseEvent } from "./envelope";
import type { Filter } from "./filter";
import { EventTooLarge, type Inbox, StoreUnavailable } from "./inbox";
import { PROBE_EVENT } from "./probe";
import { malformation, type Refusal, type SigningSecret, verify } from "./signature";

/** What a platform adapter tells about a request before its body is read. */
export interface IntakeHead {
  readonly method: string | undefined;
  readonly contentType: string | undefined;
  readonly contentEncoding: string | undefined;
  /** The Content-Length header, if there is one. It may lie: the body is capped while it streams, too. */
  readonly contentLength: string | undefined;
  readonly eventHeader: string | undefined;
  readonly signature: string | undefined;
}

export interface IntakeSettings {
  readonly destination: string;
  readonly maxBodyBytes: number;
  /** Refuse events whose signed createdAt is older. Has to exceed Kustomer's 64 minutes of retries. */
  readonly maxAgeMs?: number;
  /** What goes on; everything, where there is none. */
  readonly filter?: Filter;
  /** Whether it is known yet what goes on. Where it is not, the sender comes again. */
  readonly isReady?: () => boolean;
}

export type Outcome = "stored" | "duplicate" | "probe" | "filtered" | RejectReason;
export type RejectReason =
  | "method"
  | "content-type"
  | "too-large"
  | "too-old"
  | "incomplete"
  | "no-room"
  | "no-controls"
  | "store-unavailable"
  | "not-found"
  | "not-understood"
  | Refusal;

export interface IntakeAnswer {
  readonly status: number;
  readonly outcome: Outcome;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** The event's id, once it is known to be genuine. */
  readonly eventId?: string;
  /** The label of the secret that signed it. */
  readonly secret?: string;
  /** Of the filter, by which the event does not go on. */
  readonly rule?: string;
}

/** What an answer to an unverified request says. By these words the doctor knows a receiver. */
export const SIGNATURE_REFUSED = "The signature is missing or does not match.";

/** Long enough for a checkpoint or a restart to be over, short beside Kustomer's first retry after a minute. */
const RETRY_AFTER_SECONDS = "5";

/** Everything that can be refused without reading the body or asking for a secret: whatever a stranger sends costs no more. */
export function refuseByHead(head: IntakeHead, settings: IntakeSettings): IntakeAnswer | undefined {
  if (head.method !== "POST") return refuse("method", 405, "Send events with POST.", { allow: "POST" });
  if (!isJson(head.contentType)) return refuse("content-type", 415, "Send application/json.");
  // The signature covers the bytes as they were sent; an encoded body could not be passed on with its meaning intact.
  if (head.contentEncoding !== undefined && head.contentEncoding.toLowerCase() !== "identity") {
    return refuse("content-type", 415, "Send the body without a content encoding.");
  }
  if (head.contentLength !== undefined && Number(head.contentLength) > settings.maxBodyBytes) return tooLarge(settings);
  const why = malformation(head.signature);
  return why && unsigned(why);
}

export function tooLarge(settings: IntakeSettings): IntakeAnswer {
  return refuse("too-large", 413, `The body may have at most ${settings.maxBodyBytes} bytes.`);
}

export function notFound(): IntakeAnswer {
  return refuse("not-found", 404, "No relay has this path.");
}

/** Verifies a whole body, reads what it must of it, and answers 2xx only once the event is durable. */
export async function takeIn(
  head: IntakeHead,
  body: Uint8Array,
  settings: IntakeSettings,
  secrets: readonly SigningSecret[],
  inbox: Pick<Inbox, "accept">,
  now: number,
): Promise<IntakeAnswer> {
  const verdict = verify(body, head.signature, secrets);
  if (!verdict.verified) {
    // Without a secret it is this side that is not ready: the sender should come again rather than be told it is wrong.
    if (verdict.why === "no-secret") return unavailable("no-secret");
    return unsigned(verdict.why);
  }
  const event = parseEvent(body);
  const envelope = envelopeOf(event, body);
  const secret = verdict.secret.label;
  if (envelope.name === PROBE_EVENT) return taken("probe", envelope.id, secret);
  if (isTooOld(envelope.createdAt, settings.maxAgeMs, now)) {
    return { ...refuse("too-old", 401, "The event is too old."), eventId: envelope.id, secret };
  }
  if (settings.isReady?.() === false) return { ...unavailable("no-controls"), eventId: envelope.id, secret };
  const rule = settings.filter?.(event);
  if (rule !== undefined) return { ...taken("filtered", envelope.id, secret), rule };
  try {
    const outcome = await inbox.accept({
      destination: settings.destination,
      id: envelope.id,
      name: envelope.name,
      conversation: envelope.conversation,
      contentType: head.contentType ?? "application/json",
      eventHeader: head.eventHeader,
      signature: head.signature ?? "",
      body,
      receivedAt: now,
    });
    return taken(outcome, envelope.id, secret);
  } catch (error) {
    if (error instanceof EventTooLarge)
      return { ...refuse("too-large", 413, error.message), eventId: envelope.id, secret };
    if (!(error instanceof StoreUnavailable)) throw error;
    return { ...unavailable("store-unavailable"), eventId: envelope.id, secret };
  }
}

const JSON_HEADERS = { "content-type": "application/json" };
const BODIES = {
  stored: '{"status":"stored"}',
  duplicate: '{"status":"duplicate"}',
  probe: '{"status":"probe"}',
  filtered: '{"status":"filtered"}',
};

function taken(outcome: keyof typeof BODIES, eventId: string, secret: string): IntakeAnswer {
  return { status: 200, outcome, headers: JSON_HEADERS, body: BODIES[outcome], eventId, secret };
}

/** This side is not ready: the sender should come again. */
export function unavailable(reason: RejectReason): IntakeAnswer {
  return refuse(reason, 503, "Not available now; try again.", { "retry-after": RETRY_AFTER_SECONDS });
}

function unsigned(why: Refusal): IntakeAnswer {
  return refuse(why, 401, SIGNATURE_REFUSED);
}

function refuse(reason: RejectReason, status: number, error: string, headers?: Record<string, string>): IntakeAnswer {
  return { status, outcome: reason, headers: { ...JSON_HEADERS, ...headers }, body: JSON.stringify({ error }) };
}

/** `application/json`, and every type that says by its ending that it is JSON (RFC 6839), such as `application/vnd.api+json`. */
const JSON_TYPE = /^(?:application\/json|[\w!#$&^.+-]+\/[\w!#$&^.+-]+\+json)$/i;

function isJson(contentType: string | undefined): boolean {
  if (contentType === "application/json") return true;
  return JSON_TYPE.test(contentType?.split(";", 1)[0]?.trim() ?? "");
}

function isTooOld(createdAt: number | undefined, maxAgeMs: number | undefined, now: number): boolean {
  return maxAgeMs !== undefined && createdAt !== undefined && now - createdAt > maxAgeMs;
}
