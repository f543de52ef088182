import { readEnvelope } from "./envelope";
import { type Inbox, StoreUnavailable } from "./inbox";
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
}

export type Outcome = "stored" | "duplicate" | RejectReason;
export type RejectReason =
  "method" | "content-type" | "too-large" | "too-old" | "incomplete" | "store-unavailable" | "not-found" | Refusal;

export interface IntakeAnswer {
  readonly status: number;
  readonly outcome: Outcome;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** The event's id, once it is known to be genuine. */
  readonly eventId?: string;
  /** The label of the secret that signed it. */
  readonly secret?: string;
}

/** Long enough for a checkpoint or a restart to be over, short beside Kustomer's first retry after a minute. */
const RETRY_AFTER_SECONDS = "5";

/** Everything that can be refused without reading the body. */
export function refuseByHead(head: IntakeHead, settings: IntakeSettings): IntakeAnswer | undefined {
  if (head.method !== "POST") return refuse("method", 405, "Send events with POST.", { allow: "POST" });
  if (!isJson(head.contentType)) return refuse("content-type", 415, "Send application/json.");
  // The signature covers the bytes as they were sent; an encoded body could not be passed on with its meaning intact.
  if (head.contentEncoding !== undefined && head.contentEncoding.toLowerCase() !== "identity") {
    return refuse("content-type", 415, "Send the body without a content encoding.");
  }
  if (head.contentLength !== undefined && Number(head.contentLength) > settings.maxBodyBytes) return tooLarge(settings);
  return undefined;
}

export function tooLarge(settings: IntakeSettings): IntakeAnswer {
  return refuse("too-large", 413, `The body may have at most ${settings.maxBodyBytes} bytes.`);
}

export function notFound(): IntakeAnswer {
  return refuse("not-found", 404, "No relay has this path.");
}

/** For hosts that have to fetch their secrets: what shows before, so that nobody can make them fetch for nothing. */
export function refuseBySignatureShape(head: IntakeHead): IntakeAnswer | undefined {
  const why = malformation(head.signature);
  return why && unsigned(why);
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
  const envelope = readEnvelope(body);
  const secret = verdict.secret.label;
  if (isTooOld(envelope.createdAt, settings.maxAgeMs, now)) {
    return { ...refuse("too-old", 401, "The event is too old."), eventId: envelope.id, secret };
  }
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
    return { status: 200, outcome, headers: JSON_HEADERS, body: BODIES[outcome], eventId: envelope.id, secret };
  } catch (error) {
    if (!(error instanceof StoreUnavailable)) throw error;
    return { ...unavailable("store-unavailable"), eventId: envelope.id, secret };
  }
}

const JSON_HEADERS = { "content-type": "application/json" };
const BODIES = { stored: '{"status":"stored"}', duplicate: '{"status":"duplicate"}' };

/** This side is not ready: the sender should come again. */
export function unavailable(reason: RejectReason): IntakeAnswer {
  return refuse(reason, 503, "Not available now; try again.", { "retry-after": RETRY_AFTER_SECONDS });
}

function unsigned(why: Refusal): IntakeAnswer {
  return refuse(why, 401, "The signature is missing or does not match.");
}

function refuse(reason: RejectReason, status: number, error: string, headers?: Record<string, string>): IntakeAnswer {
  return { status, outcome: reason, headers: { ...JSON_HEADERS, ...headers }, body: JSON.stringify({ error }) };
}

function isJson(contentType: string | undefined): boolean {
  if (contentType === "application/json") return true;
  return contentType?.split(";", 1)[0]?.trim().toLowerCase() === "application/json";
}

function isTooOld(createdAt: number | undefined, maxAgeMs: number | undefined, now: number): boolean {
  return maxAgeMs !== undefined && createdAt !== undefined && now - createdAt > maxAgeMs;
}
