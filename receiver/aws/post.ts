import { excerptOf } from "../excerpt";
import { type Post, postAnswer } from "../outgoing";
import type { Send } from "./http";

/** An answer's body tells us nothing we act on; so much is read, and for so long, that the connection can be used again. */
const READ_AT_MOST_BYTES = 65_536;
const READ_AT_MOST_MS = 1_000;

/** Delivers to a destination. Which urls it may be, the relay's secret was checked for when it was read. */
export function postThrough(send: Send): Post {
  return async (request, signal) => {
    const limits = { readAtMost: READ_AT_MOST_BYTES, bodyWithinMs: READ_AT_MOST_MS };
    const { status, headers, body } = await send({ ...request, ...limits, signal });
    const excerpt = request.wantsExcerpt ? excerptOf(body, request.headers) : undefined;
    return { ...postAnswer(status, headers), ...(excerpt !== undefined && { excerpt }) };
  };
}
