import { type Destination, nameOfUrl } from "./destination";
import { codeOf, property } from "./errors";
import type { FailedAttempt, OutgoingEvent } from "./inbox";
import type { PostAnswer } from "./outgoing";

/** Answers that the same bytes will get again tomorrow. 401 and 403 can heal, but only when a person changes something. */
const REFUSALS = new Set([400, 401, 403, 404, 410, 413, 422]);

/** Answers that may mean the destination as a whole is in trouble, not this event. */
const OVERLOADED = new Set([429, 502, 503, 504]);

/** What shows that a request never got to the destination, so that no event can be to blame. */
const UNREACHABLE =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|EHOSTDOWN|ENETUNREACH|ENETDOWN|UND_ERR_CONNECT_TIMEOUT|(CERT_|ERR_TLS_|ERR_SSL_|DEPTH_ZERO_|UNABLE_TO_|SELF_SIGNED_).*)$/;

/** However long an event has waited (behind others of its conversation, perhaps), it is tried so often before it is given up. */
const LEAST_TRIES = 5;

/** A Retry-After beyond this is taken for a mistake: the event would be forgotten rather than postponed. */
export const MAX_RETRY_AFTER_MS = 3_600_000;

export interface Failure extends FailedAttempt {
  /** The destination asked for this long a rest. */
  readonly retryAfterMs?: number;
  /**
   * Whose trouble it is: the event's own; maybe the whole destination's; or certainly that, because the request did not even
   * get there.
   */
  readonly about: "event" | "destination" | "connection";
}

/** Undefined when the event was delivered. */
export function failureOf(answer: PostAnswer, destination: Destination, now: number): Failure | undefined {
  const { status } = answer;
  if (status >= 200 && status < 300) return undefined;
  const what = status >= 300 && status < 400 ? `${status}, a redirect, which is never followed` : String(status);
  const requestId = answer.requestId === undefined ? "" : ` (request id ${answer.requestId})`;
  const retryAfterMs = readRetryAfter(answer.retryAfter, now);
  return {
    error: `POST ${nameOfUrl(destination.url)} answered ${what}${requestId}`,
    status,
    refused: REFUSALS.has(status),
    about: OVERLOADED.has(status) ? "destination" : "event",
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    ...(answer.excerpt !== undefined && { excerpt: answer.excerpt }),
  };
}

/** No answer at all: refused, reset, timed out, no such host. */
export function failureWithoutAnswer(error: unknown, destination: Destination): Failure {
  // By shape, not by instanceof: undici's errors are not always of this realm.
  const why =
    codeOf(error) === "ERR_ASSERTION"
      ? "what came is no HTTP"
      : ((error as { message?: unknown } | null)?.message ?? error);
  return {
    error: `POST ${nameOfUrl(destination.url)} got no answer: ${String(why)}`,
    refused: false,
    about: isUnreachable(error) ? "connection" : "destination",
  };
}

function isUnreachable(error: unknown): boolean {
  return UNREACHABLE.test(codeOf(error) ?? codeOf(property(error, "cause")) ?? "");
}

/** Retry-After is a number of seconds or a date. */
export function readRetryAfter(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  const value = header.trim();
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - now;
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, 0), MAX_RETRY_AFTER_MS);
}

export type NextStep = { readonly do: "retry"; readonly inMs: number } | { readonly do: "give-up" };

/** What becomes of an event after one more failure. It has been in our hands for `waitedMs`; `random` is in [0, 1). */
export function nextStep(
  event: OutgoingEvent,
  failure: Failure,
  destination: Destination,
  waitedMs: number,
  random: number,
): NextStep {
  if (failure.refused && event.refusals + 1 >= destination.triesWhenRefused) return { do: "give-up" };
  const inMs = Math.max(backoffMs(event.attempts, destination, random), failure.retryAfterMs ?? 0);
  const waitedEnough = waitedMs + inMs > destination.giveUpAfterMs && event.attempts + 1 >= LEAST_TRIES;
  if (!failure.refused && waitedEnough) return { do: "give-up" };
  return { do: "retry", inMs };
}

/** Doubles from try to try up to a maximum; the upper half is random, so that events which failed together come apart. */
export function backoffMs(attemptsBefore: number, destination: Pick<Destination, "backoff">, random: number): number {
  const { firstMs, maxMs } = destination.backoff;
  const full = Math.min(maxMs, firstMs * 2 ** Math.min(attemptsBefore, 40));
  return Math.round(full / 2 + (full / 2) * random);
}
