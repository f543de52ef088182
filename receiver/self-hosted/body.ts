import type { IncomingMessage } from "node:http";

export type BodyOutcome = Uint8Array | "too-large" | "incomplete";

/** The whole body, or the reason why there is none. Never a part of it: a truncated event would be another event. */
export function readBody(request: IncomingMessage, maxBytes: number): Promise<BodyOutcome> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let length = 0;
    request.on("data", (chunk: Buffer) => {
      length += chunk.length;
      if (length > maxBytes) {
        request.removeAllListeners("data");
        request.pause();
        resolve("too-large");
        return;
      }
      chunks.push(chunk);
    });
    request.on("end", () => {
      resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks, length));
    });
    request.on("close", () => {
      resolve("incomplete");
    });
    request.on("error", () => {
      resolve("incomplete");
    });
  });
}

const DISCARD_AT_MOST_BYTES = 8 * 1024 * 1024;
const DISCARD_AT_MOST_MS = 2_000;

/**
 * Closing a connection on a client that is still sending resets it, often before it has read why it was refused. So what is
 * left is read and thrown away, for a while and up to a size.
 */
export function discardRest(request: IncomingMessage): void {
  let length = 0;
  const enough = (): void => {
    request.socket.destroy();
  };
  const timer = setTimeout(enough, DISCARD_AT_MOST_MS);
  request.on("data", (chunk: Buffer) => {
    length += chunk.length;
    if (length > DISCARD_AT_MOST_BYTES) enough();
  });
  request.on("close", () => {
    clearTimeout(timer);
  });
  request.resume();
}
