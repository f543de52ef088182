import type { Agent, ClientRequest, IncomingHttpHeaders, RequestOptions } from "node:http";
import { codeOf } from "../errors";

export interface HttpRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string | number>>;
  readonly body: Uint8Array | string;
  /** One deadline for everything, connecting and the answer's body included. */
  readonly timeoutMs: number;
  /** Of the answer's body. What goes beyond is not read, and its connection not used again. */
  readonly readAtMost: number;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Sends one POST and follows no redirect. Rejects when there was no whole answer in time. */
export type Send = (request: HttpRequest) => Promise<HttpAnswer>;

interface Protocol {
  readonly request: (url: string, options: RequestOptions) => ClientRequest;
  readonly agent: Agent;
}

const protocols = new Map<string, Promise<Protocol>>();

/**
 * node:https rather than fetch, which takes three times as long to load; and loaded late, because it is most of what a start
 * costs. `connectEarly` moves that to where the processor is not throttled.
 */
function protocolOf(url: string): Promise<Protocol> {
  const { protocol } = new URL(url);
  let loading = protocols.get(protocol);
  if (!loading) protocols.set(protocol, (loading = load(protocol)));
  return loading;
}

async function load(protocol: string): Promise<Protocol> {
  const { request, Agent } = protocol === "http:" ? await import("node:http") : await import("node:https");
  return { request, agent: new Agent({ keepAlive: true, maxSockets: 64 }) };
}

/** Lambda gives a function's start a whole processor, and its events a share of one that goes by their memory. */
export async function loadEarly(): Promise<void> {
  await protocolOf("https://localhost/");
}

export const send: Send = async (outgoing) => {
  const protocol = await protocolOf(outgoing.url);
  const endsAt = performance.now() + outgoing.timeoutMs;
  const first = await attempt(protocol.request, outgoing, protocol.agent, outgoing.timeoutMs);
  if (first !== "stale-connection") return first;
  const second = await attempt(protocol.request, outgoing, false, endsAt - performance.now());
  if (second === "stale-connection") throw new Error("the connection was closed");
  return second;
};

/** The other side closes idle connections, and a frozen function learns of that only when it writes to one. */
const CLOSED = new Set(["ECONNRESET", "EPIPE"]);

function attempt(
  begin: Protocol["request"],
  { url, headers, body, timeoutMs, readAtMost }: HttpRequest,
  agent: Agent | false,
  withinMs: number,
): Promise<HttpAnswer | "stale-connection"> {
  return new Promise((resolve, reject) => {
    const length = Buffer.byteLength(body);
    const request = begin(url, { method: "POST", agent, headers: { ...headers, "content-length": length } });
    const timer = setTimeout(() => {
      request.destroy(new Error(`it did not answer within ${Math.round(timeoutMs / 100) / 10} seconds`));
    }, withinMs);
    let answered = false;
    const fail = (error: Error): void => {
      clearTimeout(timer);
      if (!answered && request.reusedSocket && CLOSED.has(codeOf(error) ?? "")) resolve("stale-connection");
      else reject(error);
    };
    request.on("error", fail);
    request.on("response", (response) => {
      answered = true;
      const chunks: Buffer[] = [];
      let read = 0;
      const finish = (): void => {
        clearTimeout(timer);
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
      response.on("error", fail);
    });
    request.end(body);
  });
}
