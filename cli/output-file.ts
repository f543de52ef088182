import { closeSync, mkdtempSync, openSync, readSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { StringDecoder } from "node:string_decoder";

const LOOK_EVERY_MS = 100;
const CHUNK_BYTES = 64 * 1024;

/**
 * A file that a program prints into, read as it grows. Who prints into a pipe is ended by the system where its reader is gone; who
 * prints into a file goes on to its end. Only we can read it, and once it is open no name leads to it any more.
 */
export class OutputFile {
  /** For the program. */
  readonly fd: number;
  private readonly reading: number;
  private readonly folder = mkdtempSync(path.join(tmpdir(), "kustomer-relay-run-"));
  private readonly decoder = new StringDecoder("utf8");
  private readonly chunk = Buffer.alloc(CHUNK_BYTES);
  private readonly timer: NodeJS.Timeout;

  constructor(private readonly onText: (text: string) => void) {
    const file = path.join(this.folder, "output");
    this.fd = openSync(file, "a", 0o600);
    this.reading = openSync(file, "r");
    this.forget();
    this.timer = setInterval(() => {
      this.read();
    }, LOOK_EVERY_MS);
  }

  /** Once the program has ended: what is left of what it printed. */
  finish(): void {
    clearInterval(this.timer);
    this.read();
    for (const fd of [this.fd, this.reading]) closeSync(fd);
    this.forget();
  }

  private read(): void {
    for (;;) {
      const bytes = readSync(this.reading, this.chunk, 0, CHUNK_BYTES, null);
      if (bytes === 0) return;
      this.onText(this.decoder.write(this.chunk.subarray(0, bytes)));
    }
  }

  private forget(): void {
    try {
      rmSync(this.folder, { recursive: true, force: true });
    } catch {
      // Windows keeps the name of an open file: it goes once the program has ended.
    }
  }
}
