import { stat } from "node:fs/promises";
import { type SigningSecret, signingSecrets } from "../signature";
import type { SecretSource } from "./config";
import { messageOf } from "../errors";
import { describeSource, readSource } from "./secret-sources";

export interface SecretObserver {
  reloaded?(labels: readonly string[]): void;
  sourceFailed?(source: string, problem: string): void;
}

/**
 * Looked at rather than watched: it works on every file system, and across the renames by which secrets are mounted. Against
 * what the file was before it was last read, so that no change falls between a reading and the first look.
 */
const LOOK_EVERY_MS = 1_000;
/** A wrong signature may mean a rotation that was not noticed; a flood of wrong ones must not become a flood of reads. */
const MISMATCH_RELOAD_EVERY_MS = 30_000;
const COMMAND_RELOAD_EVERY_MS = 300_000;

/** The active secrets of one relay, read again when their places change. What cannot be read keeps its last good value. */
export class SecretKeeper {
  private readonly lastGood: string[][];
  private readonly versions: string[] = [];
  private active: readonly SigningSecret[] = [];
  private reading: Promise<void> | undefined;
  private mismatchReloadAt = -Infinity;
  private readonly timers: NodeJS.Timeout[] = [];

  constructor(
    private readonly sources: readonly SecretSource[],
    private readonly observer: SecretObserver = {},
  ) {
    this.lastGood = sources.map(() => []);
  }

  readonly current = (): readonly SigningSecret[] => this.active;

  /** Reads all places again. One reading at a time: whoever asks meanwhile shares it. */
  reload(): Promise<void> {
    this.reading ??= this.readAll().finally(() => {
      this.reading = undefined;
    });
    return this.reading;
  }

  watch(): void {
    const every = (ms: number, look: () => void): void => void this.timers.push(setInterval(look, ms).unref());
    if (this.sources.some((source) => "file" in source)) every(LOOK_EVERY_MS, () => void this.look());
    if (this.sources.some((source) => "command" in source)) every(COMMAND_RELOAD_EVERY_MS, () => void this.reload());
  }

  close(): void {
    for (const timer of this.timers) clearInterval(timer);
  }

  noteMismatch(): void {
    const now = performance.now();
    if (now - this.mismatchReloadAt < MISMATCH_RELOAD_EVERY_MS) return;
    this.mismatchReloadAt = now;
    void this.reload();
  }

  private async look(): Promise<void> {
    const versions = await Promise.all(this.sources.map(versionOf));
    if (versions.some((version, index) => version !== this.versions[index])) await this.reload();
  }

  private async readAll(): Promise<void> {
    await Promise.all(this.sources.map((source, index) => this.read(source, index)));
    const before = fingerprint(this.active);
    const next = signingSecrets(this.lastGood.flat());
    if (fingerprint(next) === before) return;
    this.active = next;
    this.observer.reloaded?.(next.map((secret) => secret.label));
  }

  private async read(source: SecretSource, index: number): Promise<void> {
    this.versions[index] = await versionOf(source);
    try {
      const values = await readSource(source);
      // A file that is being written is empty for a moment; a variable that is not set stands for "no previous secret".
      if (values.length === 0 && !("env" in source)) throw new Error("it is empty");
      this.lastGood[index] = values;
    } catch (error) {
      this.observer.sourceFailed?.(describeSource(source), messageOf(error));
    }
  }
}

/** Another one whenever a file was written, replaced, removed or made. */
async function versionOf(source: SecretSource): Promise<string> {
  if (!("file" in source)) return "";
  const found = await stat(source.file, { bigint: true }).catch(() => undefined);
  return found ? [found.dev, found.ino, found.size, found.mtimeNs, found.ctimeNs].join() : "none";
}

function fingerprint(secrets: readonly SigningSecret[]): string {
  return secrets.map((secret) => secret.key.export().toString("base64")).join(" ");
}
