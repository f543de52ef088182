import type { Inbox } from "../inbox";

/** The inbox of one machine, with what its owner does beside receiving and delivering. */
export interface Store extends Inbox {
  /** One short step of forgetting old ids and giving pages back; true while there is more to do. */
  prune(): Promise<boolean>;
  /** Proves that the store can be written, by writing. */
  probe(): Promise<void>;
  bytesOnDisk(): Promise<number>;
  /** Nothing may be asked of it afterwards. */
  close(): Promise<void>;
}
