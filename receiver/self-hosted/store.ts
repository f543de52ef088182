import type { EventQuery } from "../event-query";
import type { Inbox, KeptPage, Page } from "../inbox";
import type { StoredControls } from "./stored-controls";

/** What keeps a relay's events from being taken, by the relay's name. */
export type RelayProblems = Readonly<Record<string, string>>;

/** How many events of a conversation were erased, by where they were. */
export interface Erased {
  readonly queued: number;
  readonly deadLetters: number;
  readonly deliveries: number;
}

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
  controls(): Promise<StoredControls[]>;
  setControls(controls: StoredControls): Promise<void>;
  /** Of the relays whose delivered events are kept. */
  deliveries(query: EventQuery, page: Page): Promise<KeptPage>;
  deliveryBody(seq: number): Promise<Uint8Array | undefined>;
  /** One short step of forgetting those that were kept for long enough, or whose room is needed; true while there is more to do. */
  forgetDeliveries(): Promise<boolean>;
  /** Puts delivered events at the end of their conversations' queues, to be delivered again. Returns how many. */
  replayDeliveries(query: EventQuery): Promise<number>;
  /** Everything that the store has of one conversation. */
  erase(conversation: string): Promise<Erased>;
  /** Nothing may be asked of it afterwards. */
  close(): Promise<void>;
}
