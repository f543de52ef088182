import { statfsSync } from "node:fs";
import { StoreUnavailable } from "../inbox";
import { numberOf } from "./queue";
import type { Database } from "./sqlite";
import type { Tally } from "./tally";

export interface CapacitySettings {
  /**
   * How much of the store each relay may use; then its new events are refused until others of its own have been delivered. What
   * one relay leaves lying takes nothing from the others.
   */
  readonly shares: ReadonlyMap<string, number>;
  /** So much of the disk is left free, because settling what is queued needs room, too. */
  readonly minFreeBytes: number;
}

/** Asking the system for every event would cost more than it tells: the answer is good for this long, or for some events. */
const CHECK_EVERY_MS = 250;

/**
 * Refuses new events while there is still room to settle the old ones. A store that ran into the very end of the disk could
 * not even write down that an event was delivered.
 */
export class Capacity {
  private readonly pages;
  private readonly free;
  private readonly pageSize: number;
  private checkedAt = -Infinity;
  private takenSince = 0;
  private disk: string | undefined;
  private full: ReadonlyMap<string, string> = new Map();

  constructor(
    database: Database,
    private readonly folder: string,
    private readonly settings: CapacitySettings,
    private readonly tally: Tally,
  ) {
    this.pages = database.prepare("PRAGMA page_count");
    this.free = database.prepare("PRAGMA freelist_count");
    this.pageSize = numberOf(database.prepare("PRAGMA page_size"), "page_size");
  }

  get bytesUsed(): number {
    return (numberOf(this.pages, "page_count") - numberOf(this.free, "freelist_count")) * this.pageSize;
  }

  get bytesOnDisk(): number {
    return numberOf(this.pages, "page_count") * this.pageSize;
  }

  get bytesAllowed(): number {
    return [...this.settings.shares.values()].reduce((sum, share) => sum + share, 0);
  }

  /** Of a relay; undefined for one that is not declared any more. */
  shareOf(destination: string): number | undefined {
    return this.settings.shares.get(destination);
  }

  bytesUsedBy(destination: string): number {
    return Math.round(this.bytesUsed * this.tally.share(destination));
  }

  /**
   * Whether delivered events that are kept have to make room: new ones must never be refused on their account. Asked once a
   * second, while any are kept.
   */
  needsRoom(destination: string): boolean {
    const share = this.shareOf(destination);
    const { keptBytes } = this.tally.of(destination);
    if (this.problemOfDisk(2) !== undefined) return true;
    return share !== undefined && (keptBytes > share / 2 || this.bytesUsedBy(destination) > share * 0.8);
  }

  /** Throws StoreUnavailable when no new event of that size may be taken for that destination. */
  expectRoom(destination: string, bytes: number, monotonicNow: number): void {
    this.takenSince += bytes;
    if (monotonicNow - this.checkedAt >= CHECK_EVERY_MS || this.takenSince > this.settings.minFreeBytes / 16) {
      this.checkedAt = monotonicNow;
      this.takenSince = 0;
      this.look();
    }
    const refusal = this.disk ?? this.full.get(destination);
    if (refusal !== undefined) throw new StoreUnavailable(refusal);
  }

  /** Why no event is taken at all, and why those of single relays are not. */
  look(): { readonly disk: string | undefined; readonly full: ReadonlyMap<string, string> } {
    this.disk = this.problemOfDisk();
    this.full = this.fullRelays();
    return { disk: this.disk, full: this.full };
  }

  private fullRelays(): Map<string, string> {
    const full = new Map<string, string>();
    for (const [relay, allowed] of this.settings.shares) {
      const used = this.bytesUsedBy(relay);
      if (used >= allowed) full.set(relay, `Relay ${relay} has ${used} bytes in the store and may have ${allowed}.`);
    }
    return full;
  }

  private problemOfDisk(times = 1): string | undefined {
    const minFreeBytes = this.settings.minFreeBytes * times;
    const disk = statfsSync(this.folder);
    const left = disk.bavail * disk.bsize;
    // Pages that delivered events left behind are room for new ones, but only the disk has room for the log.
    const reusable = numberOf(this.free, "freelist_count") * this.pageSize;
    const enough = left >= minFreeBytes / 2 && left + reusable >= minFreeBytes;
    return enough ? undefined : `The disk has ${left} bytes left and ${minFreeBytes} are kept free.`;
  }
}

/** Each relay's part of the whole: what it declares, or as much as the other ones that declare nothing. */
export function sharesOf(
  wholeBytes: number,
  relays: readonly { readonly name: string; readonly bytes?: number | undefined }[],
): Map<string, number> {
  const declared = relays.reduce((sum, { bytes = 0 }) => sum + bytes, 0);
  const others = relays.filter(({ bytes }) => bytes === undefined).length;
  const each = Math.floor(Math.max(0, wholeBytes - declared) / Math.max(1, others));
  return new Map(relays.map(({ name, bytes }) => [name, bytes ?? each]));
}
