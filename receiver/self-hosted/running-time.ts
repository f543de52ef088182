import type { Clock } from "../clock";
import type { Meta } from "./meta";

const SAVE_EVERY_MS = 60_000;
const NAME = "running-time";

/**
 * The store's own time: it passes while a receiver runs on the store, and nobody can set it. Waits, ids that are to be
 * forgotten and events that are to be given up go by it; a wall clock that is put right, by a minute or by weeks, changes
 * nothing. A process that is killed loses up to a minute of it, so what goes by it comes late rather than early.
 */
export class RunningTime {
  private readonly origin: number;
  private saved: number;

  /** `atLeast` is what rows of the store show to have passed. */
  constructor(
    private readonly meta: Meta,
    private readonly monotonic: Clock,
    atLeast: number,
    wall: Clock,
  ) {
    // A new store begins with the wall's time, for the eye of whoever looks into its tables.
    this.saved = Math.max(meta.get(NAME) ?? wall(), atLeast);
    this.origin = this.saved - monotonic();
  }

  readonly now: Clock = () => Math.floor(this.origin + this.monotonic());

  /** Inside a transaction. */
  save(): void {
    this.saved = this.now();
    this.meta.set(NAME, this.saved);
  }

  saveNowAndThen(): void {
    if (this.now() - this.saved >= SAVE_EVERY_MS) this.save();
  }
}
