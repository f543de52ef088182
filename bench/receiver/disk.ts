import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface DiskSpeed {
  readonly p50: number;
  readonly p99: number;
}

/** What one durable write takes on the disk where the contestants keep their stores, in milliseconds: nothing that stores answers sooner. */
export function diskSpeed(writes = 400, bytes = 65_536): DiskSpeed {
  const folder = mkdtempSync(join(tmpdir(), "relay-bench-"));
  const file = openSync(join(folder, "probe"), "w");
  const block = Buffer.alloc(bytes, 1);
  const took = Array.from({ length: writes }, () => {
    const began = performance.now();
    writeSync(file, block);
    fdatasyncSync(file);
    return performance.now() - began;
  }).sort((a, b) => a - b);
  closeSync(file);
  rmSync(folder, { recursive: true, force: true });
  return { p50: took[Math.floor(writes / 2)] ?? NaN, p99: took[Math.floor(writes * 0.99)] ?? NaN };
}
