import type { Inbox } from "../inbox";

/** What keeps a relay's events from being taken, by the relay's name. */
export type RelayProblems = Readonly<Record<string, string>>;

/** The inbox of one machine, with what its owner does beside receiving and delivering. */
export interface Store extends Inbox {
  /** One short step of forgetting old ids and giving pages back; true while there is more to do. */
  prune(): Promise<boolean>;
  /**
   * Looks whether events would be taken, without writing anything: rejects when none would, and says for which relays none
   * would.
   */
  look(): Promise<RelayProblems>;
  /** The same, and proves that the store can be written, by writing. */
  probe(): Promise<RelayProblems>;
  bytesOnDisk(): Promise<number>;
  /** Nothing may be asked of it afterwards. */
  close(): Promise<void>;
}
