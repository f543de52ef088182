import { constants, fstatSync, openSync, writeSync } from "node:fs";
import { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** Kept for a reader that is slow, where the system gives no way to write without waiting. */
const MOST_WAITING_BYTES = 256 * 1024;
/** And so long at the end. */
const LAST_LINES_MS = 200;

interface Writer {
  /** False when the line cannot be taken now. */
  put(line: string): boolean;
  /** What still waits gets a last chance; then nothing of it keeps the process from ending. */
  close?(): Promise<void>;
}

/**
 * Writes log lines and never waits for who reads them: a line that cannot be taken at once is dropped and counted. With a
 * pipe that nobody reads, an ordinary write stops the whole process once 64 KiB are in it, and anybody can provoke lines.
 */
export class LogStream {
  private lost = 0;
  private readonly writer: Writer;

  constructor(descriptor: number) {
    this.writer = writerTo(descriptor);
  }

  /** Lines that nobody will see. */
  get dropped(): number {
    return this.lost;
  }

  readonly write = (line: string): void => {
    if (!this.writer.put(line)) this.lost += 1;
  };

  async close(): Promise<void> {
    await this.writer.close?.();
  }
}

function writerTo(descriptor: number): Writer {
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

function withoutWaiting(descriptor: number): Writer {
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
  return {
    put: (line) => {
      // The end of a line of which only the beginning was taken comes first.
      if (rest.length > 0 && (!flush(rest) || rest.length > 0)) return false;
      return flush(Buffer.from(line));
    },
  };
}

function throughSocket(descriptor: number): Writer {
  const socket = new Socket({ fd: descriptor, readable: false, writable: true });
  socket.on("error", () => undefined);
  socket.unref();
  return {
    put: (line) => {
      if (socket.destroyed || socket.writableLength > MOST_WAITING_BYTES) return false;
      socket.write(line);
      return true;
    },
    close: async () => {
      const until = performance.now() + LAST_LINES_MS;
      while (socket.writableLength > 0 && performance.now() < until) await sleep(10);
      // Left open where it can be: it is still the process's standard error.
      if (socket.writableLength > 0) socket.destroy();
    },
  };
}
