import { type SigningSecret, signingSecrets } from "../signature";
import type { SecretSource } from "./config";
import { messageOf } from "../errors";
import { isMountPoint } from "./mount-points";
import { describeSource, looksCut, readSource } from "./secret-sources";
import { LOOK_EVERY_MS, settledVersion, versionOf } from "./watched-file";

export interface SecretObserver {
  reloaded?(labels: readonly string[]): void;
  sourceFailed?(source: string, problem: string): void;
  /** The file is a mount of its own, so a rotation that puts another file in its place is not seen. */
  mountedAlone?(file: string): void;
}

/** A wrong signature may mean a rotation that was not noticed; a flood of wrong ones must not become a flood of reads. */
const MISMATCH_RELOAD_EVERY_MS = 30_000;
const COMMAND_RELOAD_EVERY_MS = 300_000;

/** The active secrets of one relay, read again when their places change. What cannot be read keeps its last good value. */
export class SecretKeeper {
  private readonly lastGood: string[][];
  private readonly versions: string[] = [];
  private active: readonly SigningSecret[] = [];
  private reading: Promise<void> | undefined;
  private next: Promise<void> | undefined;
  private mismatchReloadAt = -Infinity;
  private readonly timers: NodeJS.Timeout[] = [];

  constructor(
    private readonly sources: readonly SecretSource[],
    private readonly observer: SecretObserver = {},
  ) {
    this.lastGood = sources.map(() => []);
  }

  readonly current = (): readonly SigningSecret[] => this.active;

  /** Reads all places again, one reading at a time. */
  reload(): Promise<void> {
    if (!this.reading) {
      this.reading = this.readAll().finally(() => {
        this.reading = undefined;
      });
      return this.reading;
    }
    // What is being read may have been read before what it is asked for was there: once more, for all who ask meanwhile.
    this.next ??= this.reading.then(() => {
      this.next = undefined;
      return this.reload();
    });
    return this.next;
  }

  watch(): void {
    for (const source of this.sources) {
      if ("file" in source && isMountPoint(source.file)) this.observer.mountedAlone?.(source.file);
    }
    const every = (ms: number, look: () => void): void => void this.timers.push(setInterval(look, ms).unref());
    if (this.sources.some((source) => "file" in source)) every(LOOK_EVERY_MS, () => void this.look());
    if (this.sources.some((source) => "command" in source)) every(COMMAND_RELOAD_EVERY_MS, () => void this.reload());
  }

  close(): void {
    for (const timer of this.timers) clearInterval(timer);
  }

  /** Files are looked at all the time; only a command is worth asking. */
  noteMismatch(): void {
    if (!this.sources.some((source) => "command" in source)) return;
    const now = performance.now();
    if (now - this.mismatchReloadAt < MISMATCH_RELOAD_EVERY_MS) return;
    this.mismatchReloadAt = now;
    void this.reload();
  }

  private async look(): Promise<void> {
    const versions = await Promise.all(this.sources.map(versionOfSource));
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
    this.versions[index] = "file" in source ? await settledVersion(source.file) : "";
    try {
      const values = await readSource(source);
      // A file that is being written is empty for a moment; a variable that is not set stands for "no previous secret".
      if (values.length === 0 && !("env" in source)) throw new Error("it is empty");
      if (looksCut(values, this.lastGood[index] ?? [])) {
        throw new Error(
          "a line of it is the beginning of a secret that was there before: it was not written to its end",
        );
      }
      if ((await versionOfSource(source)) !== this.versions[index]) throw new Error("it changed while it was read");
      this.lastGood[index] = values;
    } catch (error) {
      this.observer.sourceFailed?.(describeSource(source), messageOf(error));
    }
  }
}

/** Only files can be looked at. */
async function versionOfSource(source: SecretSource): Promise<string> {
  return "file" in source ? versionOf(source.file) : "";
}

function fingerprint(secrets: readonly SigningSecret[]): string {
  return secrets.map((secret) => secret.key.export().toString("base64")).join(" ");
}
