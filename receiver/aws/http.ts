import { Agent as HttpAgent, type IncomingHttpHeaders, request as httpRequest } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import { codeOf } from "../errors";

export interface HttpRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string | number>>;
  readonly body: Uint8Array | string;
  /** One deadline for everything, connecting and the answer's body included. */
  readonly timeoutMs: number;
  /** Of the answer's body. What goes beyond is not read, and its connection not used again. */
  readonly readAtMost: number;
  /** The answer is known with its head, and its body read for so long: that it is cut off, or does not end, changes nothing. */
  readonly bodyWithinMs?: number;
  /** Breaks it off, with the signal's reason for an error. */
  readonly signal?: AbortSignal;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Sends one POST and follows no redirect. Rejects when there was no whole answer in time. */
export type Send = (request: HttpRequest) => Promise<HttpAnswer>;

/** With node:https, not fetch: that takes four times as long to load, and follows redirects unless it is told not to. */
const KEPT_ALIVE = { keepAlive: true, maxSockets: 64 };
let agents: { readonly http: HttpAgent; readonly https: HttpsAgent } | undefined;

export const send: Send = async (outgoing) => {
  const endsAt = performance.now() + outgoing.timeoutMs;
  agents ??= { http: new HttpAgent(KEPT_ALIVE), https: new HttpsAgent(KEPT_ALIVE) };
  const agent = outgoing.url.startsWith("http:") ? agents.http : agents.https;
  const first = await attempt(outgoing, agent, outgoing.timeoutMs);
  if (first !== "stale-connection") return first;
  const second = await attempt(outgoing, false, endsAt - performance.now());
  if (second === "stale-connection") throw new Error("the connection was closed");
  return second;
};

/** The other side closes idle connections, and a frozen function learns of that only when it writes to one. */
const CLOSED = new Set(["ECONNRESET", "EPIPE"]);

function attempt(
  { url, headers, body, timeoutMs, readAtMost, bodyWithinMs, signal }: HttpRequest,
  agent: HttpAgent | false,
  withinMs: number,
): Promise<HttpAnswer | "stale-connection"> {
  return new Promise((resolve, reject) => {
    const length = Buffer.byteLength(body);
    const begin = url.startsWith("http:") ? httpRequest : httpsRequest;
    const request = begin(url, { method: "POST", agent, headers: { ...headers, "content-length": length } });
    let timer = setTimeout(() => {
      request.destroy(new Error(`it did not answer within ${Math.round(timeoutMs / 100) / 10} seconds`));
    }, withinMs);
    const breakOff = (): void => {
      request.destroy(signal?.reason as Error);
    };
    if (signal?.aborted) breakOff();
    signal?.addEventListener("abort", breakOff);
    const settle = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", breakOff);
    };
    let answered = false;
    const fail = (error: Error): void => {
      settle();
      if (!answered && request.reusedSocket && CLOSED.has(codeOf(error) ?? "")) resolve("stale-connection");
      else reject(error);
    };
    request.on("error", fail);
    request.on("response", (response) => {
      answered = true;
      const chunks: Buffer[] = [];
      let read = 0;
      const finish = (): void => {
        settle();
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) });
      };
      response.on("data", (chunk: Buffer) => {
        read += chunk.length;
        if (read <= readAtMost) {
          chunks.push(chunk);
          return;
        }
        finish();
        request.destroy();
      });
      response.on("end", finish);
      response.on("error", bodyWithinMs === undefined ? fail : finish);
      if (bodyWithinMs === undefined) return;
      clearTimeout(timer);
      timer = setTimeout(() => request.destroy(), bodyWithinMs);
    });
    request.end(body);
  });
}
