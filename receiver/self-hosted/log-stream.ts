import { constants, fstatSync, openSync, writeSync } from "node:fs";
import { Socket } from "node:net";

/** Kept for a reader that is slow, where the system gives no way to write without waiting. */
const MOST_WAITING_BYTES = 1024 * 1024;

/**
 * Writes log lines and never waits for who reads them: a line that cannot be taken at once is dropped and counted. With a
 * pipe that nobody reads, an ordinary write stops the whole process once 64 KiB are in it, and anybody can provoke lines.
 */
export class LogStream {
  private lost = 0;
  private readonly put: (line: string) => boolean;

  constructor(descriptor: number) {
    this.put = writerTo(descriptor);
  }

  /** Lines that nobody will see. */
  get dropped(): number {
    return this.lost;
  }

  readonly write = (line: string): void => {
    if (!this.put(line)) this.lost += 1;
  };
}

function writerTo(descriptor: number): (line: string) => boolean {
  const stat = fstatSync(descriptor);
  if (stat.isFile()) return withoutWaiting(descriptor);
  const own = stat.isSocket() ? undefined : reopened(descriptor);
  return own === undefined ? throughSocket(descriptor) : withoutWaiting(own);
}

/**
 * The same pipe or terminal, opened once more for us alone: that a descriptor does not wait holds for all who share it, and
 * the shell that started us would fail at its own writes. Only Linux has it, and not for the pipes of another user.
 */
function reopened(descriptor: number): number | undefined {
  try {
    return openSync(`/proc/self/fd/${descriptor}`, constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  } catch {
    return undefined;
  }
}

function withoutWaiting(descriptor: number): (line: string) => boolean {
  let rest: Buffer = Buffer.alloc(0);
  const flush = (bytes: Buffer): boolean => {
    try {
      rest = bytes.subarray(writeSync(descriptor, bytes));
      return true;
    } catch {
      // Nobody reads (EAGAIN), nobody is there (EPIPE), or the disk is full: none of it is worth stopping for.
      return false;
    }
  };
  return (line) => {
    // The end of a line of which only the beginning was taken comes first.
    if (rest.length > 0 && (!flush(rest) || rest.length > 0)) return false;
    return flush(Buffer.from(line));
  };
}

function throughSocket(descriptor: number): (line: string) => boolean {
  const socket = new Socket({ fd: descriptor, readable: false, writable: true });
  socket.on("error", () => undefined);
  socket.unref();
  return (line) => {
    if (socket.destroyed || socket.writableLength > MOST_WAITING_BYTES) return false;
    socket.write(line);
    return true;
  };
}
