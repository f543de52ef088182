import type { IncomingMessage } from "node:http";
import type { BodyRoom } from "./body-room";

export type BodyOutcome = ReadBody | "too-large" | "no-room" | "incomplete";

export interface ReadBody {
  readonly bytes: Uint8Array;
  /** Gives its memory back to the others. */
  release(): void;
}

/** The whole body, or the reason why there is none. Never a part of it: a truncated event would be another event. */
export function readBody(request: IncomingMessage, maxBytes: number, room: BodyRoom): Promise<BodyOutcome> {
  return new Promise((resolve) => {
    const pieces = new Pieces(maxBytes);
    const give = (outcome: Exclude<BodyOutcome, ReadBody>): void => {
      request.removeAllListeners("data");
      request.pause();
      place.leave();
      resolve(outcome);
    };
    const place = room.enter(() => {
      give("no-room");
    });
    request.on("data", (chunk: Buffer) => {
      if (pieces.length + chunk.length > maxBytes) give("too-large");
      else if (!place.grow(pieces.add(chunk))) give("no-room");
    });
    request.on("end", () => {
      place.arrived();
      resolve({
        bytes: pieces.whole(),
        release: () => {
          place.leave();
        },
      });
    });
    request.on("close", () => {
      place.leave();
      resolve("incomplete");
    });
    request.on("error", () => {
      place.leave();
      resolve("incomplete");
    });
  });
}

/**
 * A body mostly comes as one chunk, which is taken as it is. Others are copied together at once: a million chunks of one byte
 * each would take two hundred times the memory of the body.
 */
class Pieces {
  length = 0;
  private memory: Buffer = Buffer.alloc(0);

  constructor(private readonly maxBytes: number) {}

  /** Returns by how much the memory in use grew. */
  add(chunk: Buffer): number {
    const before = this.memory.length;
    const length = this.length + chunk.length;
    if (before === 0) this.memory = chunk;
    else {
      if (length > before) this.enlarge(Math.min(this.maxBytes, Math.max(length, 2 * before)));
      chunk.copy(this.memory, this.length);
    }
    this.length = length;
    return this.memory.length - before;
  }

  whole(): Uint8Array {
    return this.memory.subarray(0, this.length);
  }

  private enlarge(bytes: number): void {
    const larger = Buffer.allocUnsafeSlow(bytes);
    this.memory.copy(larger, 0, 0, this.length);
    this.memory = larger;
  }
}

const DISCARD_AT_MOST_BYTES = 8 * 1024 * 1024;
const DISCARD_AT_MOST_MS = 2_000;
const DISCARD_LOOK_EVERY_MS = 100;

/**
 * Closing a connection on a client that is still sending resets it, often before it has read why it was refused. So what is
 * left is read and thrown away, for a while and up to a size. Counted on the socket: Node takes the request's listeners away.
 */
export function discardRest(request: IncomingMessage): void {
  const { socket } = request;
  const began = performance.now();
  const bytesBefore = socket.bytesRead;
  const looking = setInterval(() => {
    const isEnough =
      performance.now() - began > DISCARD_AT_MOST_MS || socket.bytesRead - bytesBefore > DISCARD_AT_MOST_BYTES;
    if (isEnough) socket.destroy();
    if (isEnough || socket.destroyed || request.readableEnded) clearInterval(looking);
  }, DISCARD_LOOK_EVERY_MS);
  request.resume();
}
