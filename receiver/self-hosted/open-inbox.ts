import { MAX_RETRY_AFTER_MS } from "../attempt";
import type { Clock } from "../clock";
import { Capacity } from "./capacity";
import type { ReceiverConfig } from "./config";
import type { Step } from "./group-commit";
import { SqliteInbox } from "./inbox";
import { DEFAULT_LOG_BYTES } from "./schema";
import { openStoreFolder } from "./store-folder";

const MIB = 1024 * 1024;

export interface OpenInboxOptions {
  readonly setAsideDamaged?: boolean;
  readonly step?: (step: Step) => void;
}

/** Opens the store that a configuration names, alone. */
export function openInbox(
  { store, relays }: Pick<ReceiverConfig, "store" | "relays">,
  clock: Clock,
  options: OpenInboxOptions = {},
): { inbox: SqliteInbox; setAside?: string } {
  const maxBytes = Math.floor(store.maxMiB * MIB);
  const minFreeBytes = Math.floor(store.minFreeMiB * MIB);
  // The log, and its copying into the file, have to fit into the room that is kept free for settling.
  const logBytes = Math.min(DEFAULT_LOG_BYTES, Math.floor(minFreeBytes / 4));
  const { database, setAside } = openStoreFolder(store.folder, logBytes, options.setAsideDamaged ?? false);
  const longestBackoff = Math.max(0, ...relays.map((relay) => relay.destination.maxRetrySeconds * 1000));
  const inbox = new SqliteInbox({
    database,
    capacity: new Capacity(database, store.folder, { maxBytes, minFreeBytes }),
    clock,
    dedupeMs: store.dedupeHours * 3_600_000,
    maxWaitMs: Math.max(longestBackoff, MAX_RETRY_AFTER_MS),
    maxBytes,
    ...(options.step && { step: options.step }),
  });
  return { inbox, ...(setAside !== undefined && { setAside }) };
}
