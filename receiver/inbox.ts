import type { EventQuery } from "./event-query";

/** An event that was verified and is about to be stored. */
export interface ArrivingEvent {
  /** The name of the destination it goes to. */
  readonly destination: string;
  readonly id: string;
  readonly name?: string;
  /** Events of one conversation keep their order; an event without one waits for nobody. */
  readonly conversation?: string;
  readonly contentType: string;
  /** The X-Kustomer-Webhook-Event header as it came. */
  readonly eventHeader?: string;
  /** The X-Kustomer-Webhook-Signature header as it came: the destination checks it too. */
  readonly signature: string;
  readonly body: Uint8Array;
  readonly receivedAt: number;
}

/** An event about to be sent. */
export interface OutgoingEvent extends ArrivingEvent {
  /** Deliveries tried so far. */
  readonly attempts: number;
  /** Of these, how many were answered in a way that will not get better. */
  readonly refusals: number;
}

/** An event taken out for delivery. Nobody else gets it before it is settled or released. */
export interface ClaimedEvent extends OutgoingEvent {
  readonly seq: number;
  /** Its place in the queue; for the store alone. */
  readonly due: number;
  /** How long the receiver has had it, not counting when it did not run. No clock that is set changes it. */
  readonly waitedMs: number;
}

/** How many events may be taken out: those never tried go before those that failed, but both get their share. */
export interface Places {
  readonly total: number;
  /** So many of those that failed are taken before any other. */
  readonly triedFirst: number;
  /** And altogether not more than these. */
  readonly triedMost: number;
  /** Of those that failed the least tried ones, rather than those that are due for longest. */
  readonly leastTriedFirst?: boolean;
}

/** In how many milliseconds the next unclaimed event is due, by whether it was tried before; undefined when none waits. */
export interface NextDue {
  readonly untried: number | undefined;
  readonly tried: number | undefined;
}

export interface FailedAttempt {
  /** What was done, what the other side answered. Never an event's body, a signature or a secret. */
  readonly error: string;
  readonly status?: number;
  /** The beginning of what the other side said, made harmless. */
  readonly excerpt?: string;
  /** Whether the answer will not get better by itself. */
  readonly refused: boolean;
}

/** An event that left the queue and is still there, less its body. */
export interface StoredEvent {
  readonly seq: number;
  readonly destination: string;
  readonly id: string;
  readonly name?: string;
  readonly conversation?: string;
  readonly bytes: number;
  readonly attempts: number;
  readonly receivedAt: number;
  /** What it came with, as far as it may be shown; not there for what came from elsewhere, or from an older receiver. */
  readonly headers?: Readonly<Record<string, string>>;
}

export interface DeadLetter extends StoredEvent {
  readonly error: string;
  readonly status?: number;
  /** The beginning of what the destination said at last. */
  readonly excerpt?: string;
  readonly diedAt: number;
}

/** An event that was delivered, and is kept for some hours. */
export interface KeptEvent extends StoredEvent {
  readonly deliveredAt: number;
}

export interface KeptPage {
  readonly events: readonly KeptEvent[];
  /** As with dead letters. */
  readonly next?: number | undefined;
}

/** Where to go on reading a list that may be long. */
export interface Page {
  /** Only what has a higher number. */
  readonly after?: number | undefined;
  readonly limit: number;
}

export interface DeadLetterPage {
  readonly letters: readonly DeadLetter[];
  /** What to give as `after` for the next page; undefined at the end. A page may be empty and not the last. */
  readonly next?: number | undefined;
  /** About so many more are there, and cannot be seen before something is done about these. */
  readonly unseen?: number | undefined;
}

export interface DestinationStats {
  readonly destination: string;
  readonly queued: number;
  /** When the oldest event that still waits was received. */
  readonly oldestReceivedAt?: number;
  readonly retrying: number;
  readonly deadLetters: number;
  readonly lastError?: { readonly error: string; readonly at: number };
  /** When an event came last, to the receiver's knowledge. */
  readonly lastReceivedAt?: number;
  /** Of the store; and how much of it is this relay's own. */
  readonly bytesUsed?: number;
  readonly bytesAllowed?: number;
}

export interface InboxStats {
  readonly destinations: readonly DestinationStats[];
  readonly bytesUsed: number;
  readonly bytesAllowed: number;
}

/**
 * Where events are between the answer to Kustomer and the answer from the destination. Whatever resolves here is durable:
 * it survives the end of the process and of the machine's power (of settle and release, the end of the process: undone, they
 * cost a duplicate). Every method rejects with StoreUnavailable otherwise.
 */
export interface Inbox {
  accept(event: ArrivingEvent): Promise<"stored" | "duplicate">;
  /** The earliest events that are due, at most one per conversation, none that is claimed already. */
  claim(destination: string, places: Places): Promise<ClaimedEvent[]>;
  nextDue(destination: string): Promise<NextDue>;
  settle(event: ClaimedEvent): Promise<void>;
  /** Back into the queue, to be tried again so much later; its conversation waits with it. Without a failure the try does not count. */
  release(event: ClaimedEvent, inMs: number, failure?: FailedAttempt): Promise<void>;
  deadLetter(event: ClaimedEvent, failure: FailedAttempt): Promise<void>;
  stats(): Promise<InboxStats>;
  deadLetters(query: EventQuery, page: Page): Promise<DeadLetterPage>;
  deadLetterBody(seq: number): Promise<Uint8Array | undefined>;
  /** Puts dead letters at the end of their conversations' queues. Returns how many. */
  replay(query: EventQuery): Promise<number>;
  drop(query: EventQuery): Promise<number>;
}

/** The store could not make something durable. Nothing was taken: the sender has to come again. */
export class StoreUnavailable extends Error {
  override readonly name = "StoreUnavailable";
}

/** With all that travels with it the event is larger than what can be stored and sent on: it would never arrive. */
export class EventTooLarge extends Error {
  override readonly name = "EventTooLarge";
}
