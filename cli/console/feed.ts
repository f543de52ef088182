import type { ServerResponse } from "node:http";
import { HEADERS } from "./answers";

/** What the page is told as it happens, by name. What it gives is called when nobody listens any more. */
export type Feed = (tell: (event: string, data: unknown) => void) => () => void;

/** How often the page's session is looked at while it only listens. */
const STILL_OPEN_MS = 15_000;
/** A page that sleeps reads nothing. It comes again when it wakes, and is told then what is so. */
const MOST_UNREAD = 4 * 1024 * 1024;

/** Server-sent events, until the session ends or nobody listens. */
export function feedTo(response: ServerResponse, feed: Feed, isOpen: () => boolean): void {
  response.writeHead(200, { ...HEADERS, "content-type": "text/event-stream" });
  response.flushHeaders();
  const stop = feed((event, data) => {
    if (response.writableLength > MOST_UNREAD) response.destroy();
    else response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  });
  const timer = setInterval(() => {
    if (isOpen()) response.write(": still here\n\n");
    else response.end("event: ended\ndata: null\n\n");
  }, STILL_OPEN_MS);
  response.once("close", () => {
    clearInterval(timer);
    stop();
  });
}
