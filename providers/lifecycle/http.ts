import { setTimeout as sleep } from "node:timers/promises";
import { hasProxy, openSend } from "./connections";
import type { Send } from "./direct";
import { RelayError, messageOf } from "./errors";
import { codesOf, neverConnected } from "./never-connected";
import { type Headers, Pace, jitter, one, resetTime, retryAfter } from "./pace";
import { unlessCancelled } from "./wait";

/** One request, told in the words an error will use. */
export interface HttpRequest {
  /** What is being done to which object: `read outbound webhook 5f…`. */
  readonly doing: string;
  readonly method: "GET" | "POST" | "PATCH" | "PUT" | "DELETE";
  /** Path and query below the base URL. */
  readonly path: string;
  readonly bearer: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** A repetition does no harm. Default: everything but POST. */
  readonly repeatable?: boolean;
  /** In place of the connection's own. */
  readonly signal?: AbortSignal;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** The parsed JSON; `undefined` when the body is empty. */
  readonly body: unknown;
  readonly requestId: string | undefined;
}

/** No answer that says what happened, to a request that may have had its effect and must not be repeated blindly. */
export class AmbiguousError extends RelayError {
  override readonly name: string = "AmbiguousError";
}

/** The remote system was not reached, or gave no usable answer, for as long as we were willing to try. */
export class UnreachableError extends RelayError {
  override readonly name: string = "UnreachableError";
}

/** Something answered, and not in JSON: another server than the one that was meant, or a proxy's page. */
export class ForeignAnswerError extends UnreachableError {
  override readonly name = "ForeignAnswerError";
}

export interface HttpOptions {
  readonly timeoutSeconds?: number | undefined;
  /** Once aborted, no request waits any longer; one that is under way is finished. */
  readonly signal?: AbortSignal | undefined;
}

/** Requests in flight, and connections, per host. */
const CONCURRENCY = 8;
const ATTEMPTS = 5;
const FIRST_BACKOFF_MS = 400;
const LONGEST_BACKOFF_MS = 10_000;
/** How long one call waits for rate-limit budget, all waits together. */
const PATIENCE_MS = 5 * 60_000;
export const DEFAULT_TIMEOUT_SECONDS = 30;

const REQUEST_ID_HEADERS = [
  "x-request-id",
  "x-kustomer-request-id",
  "request-id",
  "x-correlation-id",
  "x-amzn-requestid",
  "x-amzn-trace-id",
];

interface Host {
  readonly send: Send;
  readonly pace: Pace;
}

/** One set of connections and one budget per host, shared by all resources of the process. */
const hosts = new Map<string, Promise<Host>>();

/** JSON over HTTPS to one base URL: bounded in time, paced, and repeated where that is safe. */
export class Http {
  private readonly timeoutSeconds: number;
  readonly signal: AbortSignal | undefined;

  constructor(
    readonly baseUrl: string,
    private readonly system: string,
    { timeoutSeconds = DEFAULT_TIMEOUT_SECONDS, signal }: HttpOptions = {},
  ) {
    this.timeoutSeconds = timeoutSeconds;
    this.signal = signal;
  }

  /** Any answer the server gave on purpose, whatever its status; 429 and passing troubles are dealt with here. */
  async send(request: HttpRequest): Promise<HttpAnswer> {
    const host = await hostOf(this.baseUrl);
    const signal = request.signal ?? this.signal;
    const unlessAborted = <T>(waiting: Promise<T>): Promise<T> =>
      unlessCancelled(waiting, request.doing, signal, this.system);
    const repeatable = request.repeatable ?? request.method !== "POST";
    const deadline = Date.now() + PATIENCE_MS;
    for (let attempt = 1; ;) {
      const turn = await unlessAborted(host.pace.take(deadline, signal));
      if (turn === undefined)
        throw new UnreachableError(
          `${request.doing}: ${this.system}'s rate limit leaves no room for this request within ${PATIENCE_MS / 60_000} minutes; run it again later`,
        );
      const outcome = await this.attempt(host.send, request);
      host.pace.done(turn, outcome.headers);
      if (outcome.kind === "answer" && outcome.answer.status === 429) {
        // Refused before it had any effect: even a POST may be sent again.
        host.pace.exhausted(retryAfter(outcome.answer.headers) ?? resetTime(outcome.answer.headers));
        continue;
      }
      if (outcome.kind === "answer" && outcome.answer.status < 500) return outcome.answer;
      if (outcome.kind !== "unsent" && !repeatable)
        throw new AmbiguousError(
          `${request.doing}: ${this.system} ${outcome.trouble}, so it is not known whether it was done`,
        );
      if (attempt === ATTEMPTS) {
        if (outcome.kind === "answer") return outcome.answer;
        throw new (outcome.isForeign ? ForeignAnswerError : UnreachableError)(
          `${request.doing}: ${this.system} at ${this.baseUrl} ${outcome.trouble} (${ATTEMPTS} attempts); check the address and the network${hasProxy() ? ", and what HTTPS_PROXY and NO_PROXY say" : ""}, then run it again`,
        );
      }
      await unlessAborted(sleep(backoff(attempt), undefined, { signal }));
      attempt += 1;
    }
  }

  private async attempt(send: Send, request: HttpRequest): Promise<Outcome> {
    const signal = AbortSignal.timeout(this.timeoutSeconds * 1000);
    try {
      const { pathname } = new URL(this.baseUrl);
      const { status, headers, text } = await send({
        method: request.method,
        path: pathname.replace(/\/$/, "") + request.path,
        headers: {
          accept: "application/json",
          authorization: `Bearer ${request.bearer}`,
          ...(request.body === undefined ? {} : { "content-type": "application/json" }),
          ...request.headers,
        },
        body: request.body === undefined ? null : JSON.stringify(request.body),
        signal,
      });
      const requestId = REQUEST_ID_HEADERS.map((name) => one(headers[name])).find((id) => id !== undefined);
      const said = `answered ${status}${requestId === undefined ? "" : ` (request ${requestId})`}`;
      const body = parse(text);
      if (status < 300 && body === undefined && text.trim() !== "")
        return { kind: "no answer", headers, trouble: `${said} with something that is not JSON`, isForeign: true };
      return { kind: "answer", headers, trouble: said, answer: { status, headers, body, requestId } };
    } catch (error) {
      // First: the time may have run out while it was still being connected.
      if (neverConnected(error)) return { kind: "unsent", trouble: troubleOf(error) };
      if (signal.aborted) return { kind: "no answer", trouble: `gave no answer within ${this.timeoutSeconds} seconds` };
      return { kind: "no answer", trouble: troubleOf(error) };
    }
  }
}

type Outcome =
  | { kind: "answer"; headers: Headers; trouble: string; answer: HttpAnswer; isForeign?: undefined }
  /** The request may have arrived. */
  | { kind: "no answer"; headers?: Headers; trouble: string; isForeign?: boolean }
  /** The request certainly did not arrive. */
  | { kind: "unsent"; headers?: undefined; trouble: string; isForeign?: undefined };

function hostOf(baseUrl: string): Promise<Host> {
  const { origin } = new URL(baseUrl);
  const host = hosts.get(origin) ?? openHost(origin);
  hosts.set(origin, host);
  return host;
}

async function openHost(origin: string): Promise<Host> {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major < 22 || (major === 22 && minor < 19))
    throw new UnreachableError(
      `this package needs Node 22.19 or later, and the \`node\` that Pulumi found on the PATH is ${process.version}; put a newer one first on the PATH`,
    );
  return { send: await openSend(origin, CONCURRENCY), pace: new Pace(CONCURRENCY) };
}

function backoff(attempt: number): number {
  const longest = Math.min(FIRST_BACKOFF_MS * 2 ** (attempt - 1), LONGEST_BACKOFF_MS);
  return longest / 2 + jitter(longest / 2);
}

function troubleOf(error: unknown): string {
  const code = codesOf(error)[0];
  return `could not be reached or broke off (${[code, messageOf(error)].filter((part) => part !== undefined && part !== "").join(": ")})`;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
