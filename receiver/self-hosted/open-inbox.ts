import type { Clock } from "../clock";
import { Capacity, sharesOf } from "./capacity";
import type { ReceiverConfig } from "./config";
import type { Step } from "./group-commit";
import { SqliteInbox } from "./inbox";
import { DEFAULT_LOG_BYTES } from "./schema";
import { StoreFiles } from "./store-files";
import { databaseFile, openStoreFolder } from "./store-folder";
import { Tally } from "./tally";

const MIB = 1024 * 1024;

export interface StoreSettings {
  readonly store: Pick<ReceiverConfig["store"], "folder" | "maxMiB" | "minFreeMiB"> & {
    /** Where it is not known, what the store was last used with. */
    readonly dedupeHours?: number;
  };
  readonly relays: readonly {
    readonly name: string;
    readonly maxMiB?: number | undefined;
    readonly keepDeliveredHours?: number;
  }[];
}

export interface OpenInboxOptions {
  readonly wall?: Clock;
  readonly monotonic?: Clock;
  readonly setAsideDamaged?: boolean;
  readonly step?: (step: Step) => void;
}

/** Opens the store that a configuration names, alone. */
export function openInbox(
  { store, relays }: StoreSettings,
  options: OpenInboxOptions = {},
): { inbox: SqliteInbox; setAside?: string } {
  const minFreeBytes = Math.floor(store.minFreeMiB * MIB);
  // The log, and its copying into the file, have to fit into the room that is kept free for settling.
  const logBytes = Math.min(DEFAULT_LOG_BYTES, Math.floor(minFreeBytes / 4));
  const { database, setAside } = openStoreFolder(store.folder, logBytes, options.setAsideDamaged ?? false);
  const tally = new Tally(database);
  const declared = relays.map(({ name, maxMiB }) => ({ name, bytes: maxMiB === undefined ? undefined : maxMiB * MIB }));
  const shares = sharesOf(Math.floor(store.maxMiB * MIB), declared);
  const inbox = new SqliteInbox({
    database,
    files: new StoreFiles(databaseFile(store.folder), database, logBytes * 2),
    tally,
    capacity: new Capacity(database, store.folder, { shares, minFreeBytes }, tally),
    wall: options.wall ?? Date.now,
    monotonic: options.monotonic ?? (() => performance.now()),
    dedupeMs: store.dedupeHours === undefined ? undefined : store.dedupeHours * 3_600_000,
    keepMs:
      relays.length === 0
        ? undefined
        : new Map(relays.map(({ name, keepDeliveredHours = 0 }) => [name, keepDeliveredHours * 3_600_000])),
    ...(options.step && { step: options.step }),
  });
  return { inbox, ...(setAside !== undefined && { setAside }) };
}
