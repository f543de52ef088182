import { type Post, postAnswer } from "../outgoing";
import type { Send } from "./http";

/** An answer's body tells us nothing we act on; this much is read so that the connection can be used again. */
const READ_AT_MOST_BYTES = 65_536;

/** Delivers to a destination. Which urls it may be, the relay's secret was checked for when it was read. */
export function postThrough(send: Send): Post {
  return async (request) => {
    const { status, headers } = await send({ ...request, readAtMost: READ_AT_MOST_BYTES });
    return postAnswer(status, headers);
  };
}
