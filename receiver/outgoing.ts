import type { Destination } from "./destination";
import type { OutgoingEvent } from "./inbox";
import { sign, type SigningSecret } from "./signature";

export interface OutgoingRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  readonly timeoutMs: number;
  /** Whether the beginning of a refusal's body is of interest. */
  readonly wantsExcerpt: boolean;
}

/**
 * What the destination said. Its head counts: a body that is cut off, or never ends, changes nothing about what became of the
 * event. So the body is never read further than it takes to let the connection go.
 */
export interface PostAnswer {
  readonly status: number;
  /** The beginning of a refusal's body, made harmless. */
  readonly excerpt?: string;
  readonly retryAfter?: string;
  readonly requestId?: string;
}

/** What of an answer's head matters, safe to be shown on a terminal. */
export function postAnswer(
  status: number,
  headers: Readonly<Record<string, string | string[] | undefined>>,
): PostAnswer {
  return {
    status,
    ...header("retryAfter", headers["retry-after"]),
    ...header("requestId", headers["x-request-id"] ?? headers["x-amzn-requestid"]),
  };
}

function header<K extends string>(key: K, value: string | string[] | undefined): Partial<Record<K, string>> {
  if (typeof value !== "string") return {};
  return { [key]: value.replace(/[^\x20-\x7e]/g, "?").slice(0, 128) } as Partial<Record<K, string>>;
}

/** Sends one request and never follows a redirect. Rejects when there was no answer. */
export type Post = (request: OutgoingRequest, signal: AbortSignal) => Promise<PostAnswer>;

export const EVENT_ID_HEADER = "x-kustomer-relay-event-id";

/** An allow-list: nothing else that the sender put on the request reaches the destination. */
export function outgoingRequest(
  event: OutgoingEvent,
  destination: Destination,
  secrets: readonly SigningSecret[],
): OutgoingRequest {
  return {
    url: destination.url,
    headers: {
      ...destination.headers,
      "content-type": event.contentType,
      ...(event.eventHeader !== undefined && { "x-kustomer-webhook-event": event.eventHeader }),
      "x-kustomer-webhook-signature": signatureFor(event, secrets),
      [EVENT_ID_HEADER]: event.id,
    },
    body: event.body,
    timeoutMs: destination.timeoutMs,
    wantsExcerpt: destination.keepAnswerExcerpt,
  };
}

function signatureFor(event: OutgoingEvent, secrets: readonly SigningSecret[]): string {
  if (event.refusals === 0) return event.signature;
  const candidates = signatureCandidates(event, secrets);
  return candidates[event.refusals % candidates.length] ?? event.signature;
}

/**
 * First the signature as it came. During a rotation an event may have been signed with the secret that the destination does
 * not know yet, or no longer knows; so after each refusal the next active secret is tried, in turn.
 */
export function signatureCandidates(event: OutgoingEvent, secrets: readonly SigningSecret[]): string[] {
  return [...new Set([event.signature, ...secrets.map((secret) => sign(event.body, secret))])];
}
