import { request as overHttp } from "node:http";
import { request as overHttps } from "node:https";
import { isLoopback } from "../http";

export interface EventRequest {
  url: string;
  headers: Record<string, string>;
  body: string;
  timeoutMs: number;
  signal: AbortSignal;
  /** Where the sandbox itself listens: its Airkit end. */
  sandboxUrl: string;
}

/**
 * One POST to an endpoint: its HTTP status, or why there was none. Redirects are not followed (inferred). Nothing ever
 * leaves the machine: what goes to Airkit's own hosts is taken to the sandbox's Airkit end, the rest fails.
 */
export async function postEvent(wanted: EventRequest): Promise<number | string> {
  const url = destination(wanted.url, wanted.sandboxUrl);
  if (url === undefined) return "not sent: the sandbox reaches loopback addresses only";
  const deadline = AbortSignal.timeout(wanted.timeoutMs);
  try {
    return await post(url, wanted, AbortSignal.any([wanted.signal, deadline]));
  } catch (error) {
    return deadline.aborted ? "timeout" : String(error);
  }
}

async function post(url: URL, { headers, body }: EventRequest, signal: AbortSignal): Promise<number> {
  const send = url.protocol === "https:" ? overHttps : overHttp;
  return new Promise((resolve, reject) => {
    const request = send(url, { method: "POST", headers, agent: false, signal }, (response) => {
      resolve(response.statusCode ?? 0);
      response.on("error", () => undefined).resume();
    });
    request.on("error", reject).end(body);
  });
}

const airkitPath = /^\/internal\/sessions\/v1\/resource\/kustomer\/[^/]+\/receive-message$/;

function destination(text: string, sandboxUrl: string): URL | undefined {
  const url = URL.parse(text);
  if (url === null || isLoopback(url.hostname)) return url ?? undefined;
  return airkitPath.test(url.pathname) ? new URL(url.pathname, sandboxUrl) : undefined;
}
