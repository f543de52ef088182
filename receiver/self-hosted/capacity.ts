import { statfsSync } from "node:fs";
import { StoreUnavailable } from "../inbox";
import { numberOf } from "./queue";
import type { Database } from "./sqlite";

export interface CapacitySettings {
  /** The store's file may grow to this size; then new events are refused until others have been delivered. */
  readonly maxBytes: number;
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
  private refusal: string | undefined;

  constructor(
    database: Database,
    private readonly folder: string,
    private readonly settings: CapacitySettings,
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

  /** Throws StoreUnavailable when no new event may be taken. */
  expectRoom(bytes: number, monotonicNow: number): void {
    this.takenSince += bytes;
    if (monotonicNow - this.checkedAt >= CHECK_EVERY_MS || this.takenSince > this.settings.minFreeBytes / 16) {
      this.checkedAt = monotonicNow;
      this.takenSince = 0;
      this.refusal = this.problem();
    }
    if (this.refusal !== undefined) throw new StoreUnavailable(this.refusal);
  }

  private problem(): string | undefined {
    const { maxBytes, minFreeBytes } = this.settings;
    const used = this.bytesUsed;
    if (used >= maxBytes) return `The store holds ${used} bytes and may hold ${maxBytes}.`;
    const disk = statfsSync(this.folder);
    const left = disk.bavail * disk.bsize;
    // Pages that delivered events left behind are room for new ones, but only the disk has room for the log.
    const reusable = numberOf(this.free, "freelist_count") * this.pageSize;
    const enough = left >= minFreeBytes / 2 && left + reusable >= minFreeBytes;
    return enough ? undefined : `The disk has ${left} bytes left and ${minFreeBytes} are kept free.`;
  }
}
