import * as z from "zod";
import { type Controls, controlsFrom } from "../controls";
import { CONTROLS_SHAPE } from "../controls-schema";
import { messageOf } from "../errors";
import { compileFilter, type Filter } from "../filter";
import { isMountPoint } from "./mount-points";
import { LOOK_EVERY_MS, readRegularFile, settledVersion, versionOf } from "./watched-file";

const MOST_BYTES = 262_144;
const OTHERS_MAY_WRITE = 0o002;

const schema = z.strictObject(CONTROLS_SHAPE);

/** What a controls file holds: what `receiver.yaml` would say of the relay otherwise. */
export type DeclaredControls = z.output<typeof schema>;

export interface ControlsFileObserver {
  /** It says something else than before. */
  changed?(controls: Controls): void;
  read?(): void;
  failed?(file: string, problem: string): void;
  /** The file is a mount of its own, so that another one in its place is not seen. */
  mountedAlone?(file: string): void;
}

/** Throws with what is wrong with it. */
export async function readControlsFile(file: string): Promise<DeclaredControls> {
  const { text, mode } = await readRegularFile(file, MOST_BYTES, "controls");
  if (process.platform !== "win32" && (mode & OTHERS_MAY_WRITE) !== 0)
    throw new Error("everybody on this machine may write it: `chmod o-w` it");
  if (text.trim() === "") throw new Error("it is empty");
  const { data, error } = schema.safeParse(jsonFrom(text));
  if (data) return data;
  throw new Error(error.issues.map(({ path, message }) => `${path.join(".") || "(top)"}: ${message}`).join("; "));
}

/**
 * A relay's controls as a file declares them, which a program on this machine writes, or whatever brings it here. Read again
 * when it changes. What cannot be read keeps its last good value; before the first one there is nothing to go by.
 */
export class ControlsFile {
  private declared:
    { readonly controls: Controls; readonly filter: Filter | undefined; readonly text: string } | undefined;
  private version = "";
  private reading: Promise<void> | undefined;
  private timer: NodeJS.Timeout | undefined;
  private trouble: string | undefined;

  constructor(
    private readonly file: string,
    private readonly observer: ControlsFileObserver = {},
  ) {}

  /** Undefined until the file was read for the first time. */
  get controls(): Controls | undefined {
    return this.declared?.controls;
  }

  get isKnown(): boolean {
    return this.declared !== undefined;
  }

  /** Why it could not be read at last. */
  get problem(): string | undefined {
    return this.trouble;
  }

  readonly filter: Filter = (event) => this.declared?.filter?.(event);

  async start(): Promise<void> {
    if (isMountPoint(this.file)) this.observer.mountedAlone?.(this.file);
    await this.reload();
    this.timer = setInterval(() => void this.look(), LOOK_EVERY_MS).unref();
  }

  reload(): Promise<void> {
    this.reading ??= this.read().finally(() => {
      this.reading = undefined;
    });
    return this.reading;
  }

  close(): void {
    clearInterval(this.timer);
  }

  private async look(): Promise<void> {
    if ((await versionOf(this.file)) !== this.version) await this.reload();
  }

  private async read(): Promise<void> {
    this.version = await settledVersion(this.file);
    try {
      const found = await readControlsFile(this.file);
      if ((await versionOf(this.file)) !== this.version) throw new Error("it changed while it was read");
      this.trouble = undefined;
      this.take(found);
    } catch (error) {
      this.trouble = messageOf(error);
      this.observer.failed?.(this.file, this.trouble);
    }
  }

  private take(found: DeclaredControls): void {
    const text = JSON.stringify(found);
    if (text === this.declared?.text) return;
    const controls = controlsFrom(found);
    this.declared = { controls, filter: found.filter && compileFilter(found.filter), text };
    this.observer.read?.();
    this.observer.changed?.(controls);
  }
}

function jsonFrom(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error("it is not JSON");
  }
}
