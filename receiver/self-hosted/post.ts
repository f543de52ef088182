import { Agent, request } from "undici";
import { type OutgoingRequest, type Post, type PostAnswer, postAnswer } from "../outgoing";

export interface Poster {
  readonly post: Post;
  close(): Promise<void>;
}

/** An answer's body tells us nothing we act on; this much is read so that the connection can be used again. */
const READ_AT_MOST_BYTES = 65_536;

/**
 * Posts over kept-alive connections. undici's request, unlike fetch, has no redirect handling to switch off, allocates less,
 * and lets the pool be sized to the destination's concurrency.
 */
export function createPoster(connections: number): Poster {
  const agent = new Agent({ connections, pipelining: 1, keepAliveTimeout: 30_000, headersTimeout: 0, bodyTimeout: 0 });
  return {
    post: (outgoing, signal) => postWith(agent, outgoing, signal),
    close: () => agent.destroy(),
  };
}

async function postWith(agent: Agent, outgoing: OutgoingRequest, stopping: AbortSignal): Promise<PostAnswer> {
  const { url, headers, body, timeoutMs } = outgoing;
  const abort = new AbortController();
  const onStop = (): void => {
    abort.abort(stopping.reason);
  };
  stopping.addEventListener("abort", onStop);
  if (stopping.aborted) onStop();
  // One deadline for everything, connecting and the answer's body included: a destination that drips is a dead one.
  const timer = setTimeout(() => {
    abort.abort(new Error(`it did not answer within ${timeoutMs / 1000} seconds`));
  }, timeoutMs);
  try {
    const answer = await request(url, { method: "POST", headers, body, signal: abort.signal, dispatcher: agent });
    await answer.body.dump({ limit: READ_AT_MOST_BYTES, signal: abort.signal });
    return postAnswer(answer.statusCode, answer.headers);
  } finally {
    clearTimeout(timer);
    stopping.removeEventListener("abort", onStop);
  }
}
