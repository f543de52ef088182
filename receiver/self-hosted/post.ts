import { Agent, type Dispatcher, ProxyAgent, request } from "undici";
import { EXCERPT_READ_BYTES, excerptOf } from "../excerpt";
import { type OutgoingRequest, type Post, type PostAnswer, postAnswer } from "../outgoing";
import { sharedLookup } from "./shared-lookup";

export interface Poster {
  readonly post: Post;
  close(): Promise<void>;
}

/** An answer's body tells us nothing we act on; so much is read, and for so long, that the connection can be used again. */
const READ_AT_MOST_BYTES = 65_536;
const READ_AT_MOST_MS = 1_000;

/**
 * Posts over kept-alive connections of its own. undici's request, unlike fetch, has no redirect handling to switch off,
 * allocates less, and lets the pool be sized to the destination's concurrency.
 */
export function createPoster(connections: number, proxy?: string): Poster {
  const options = { connections, pipelining: 1, keepAliveTimeout: 30_000, headersTimeout: 0, bodyTimeout: 0 };
  // A proxy looks the destination's name up itself.
  const agent =
    proxy === undefined
      ? new Agent({ ...options, connect: { lookup: sharedLookup } })
      : new ProxyAgent({ ...options, uri: proxy, proxyTunnel: true });
  return {
    post: (outgoing, signal) => postWith(agent, outgoing, signal),
    close: () => agent.destroy(),
  };
}

async function postWith(agent: Dispatcher, outgoing: OutgoingRequest, stopping: AbortSignal): Promise<PostAnswer> {
  const { url, headers, body, timeoutMs } = outgoing;
  const abort = new AbortController();
  const onStop = (): void => {
    abort.abort(stopping.reason);
  };
  stopping.addEventListener("abort", onStop);
  if (stopping.aborted) onStop();
  // One deadline for connecting, sending and the answer's head.
  let timer = setTimeout(() => {
    abort.abort(new Error(`it did not answer within ${timeoutMs / 1000} seconds`));
  }, timeoutMs);
  try {
    const answer = await request(url, { method: "POST", headers, body, signal: abort.signal, dispatcher: agent });
    clearTimeout(timer);
    timer = setTimeout(() => {
      abort.abort(new Error("the answer's body does not end"));
    }, READ_AT_MOST_MS);
    const excerpt = await finishBody(answer, outgoing, abort.signal);
    return { ...postAnswer(answer.statusCode, answer.headers), ...(excerpt !== undefined && { excerpt }) };
  } finally {
    clearTimeout(timer);
    stopping.removeEventListener("abort", onStop);
  }
}

/** The head has said what became of the event: whatever happens to the body, or to the connection, is no failure any more. */
async function finishBody(
  { statusCode, body }: Dispatcher.ResponseData,
  { headers, wantsExcerpt }: OutgoingRequest,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (!wantsExcerpt || (statusCode >= 200 && statusCode < 300)) {
    await body.dump({ limit: READ_AT_MOST_BYTES, signal }).catch(() => undefined);
    return undefined;
  }
  const chunks: Uint8Array[] = [];
  let read = 0;
  try {
    for await (const chunk of body as AsyncIterable<Uint8Array>) {
      if (read < EXCERPT_READ_BYTES) chunks.push(chunk);
      read += chunk.length;
      if (read > READ_AT_MOST_BYTES) break;
    }
  } catch {
    // What came before is enough.
  }
  return excerptOf(Buffer.concat(chunks), headers);
}
