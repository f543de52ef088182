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

/** An event taken out for delivery. Nobody else gets it before the lease ends. */
export interface ClaimedEvent extends OutgoingEvent {
  readonly seq: number;
  readonly due: number;
}

export interface FailedAttempt {
  /** What was done, what the other side answered. Never a body, a signature or a secret. */
  readonly error: string;
  readonly status?: number;
  /** Whether the answer will not get better by itself. */
  readonly refused: boolean;
}

export interface DeadLetter {
  readonly seq: number;
  readonly destination: string;
  readonly id: string;
  readonly name?: string;
  readonly conversation?: string;
  readonly bytes: number;
  readonly attempts: number;
  readonly error: string;
  readonly status?: number;
  readonly receivedAt: number;
  readonly diedAt: number;
}

/** Which dead letters: by their numbers, all since a moment, or all. */
export type DeadLetterSelection = { readonly seqs: readonly number[] } | { readonly since: number } | "all";

export interface DestinationStats {
  readonly destination: string;
  readonly queued: number;
  /** When the oldest event that still waits was received. */
  readonly oldestReceivedAt?: number;
  readonly retrying: number;
  readonly deadLetters: number;
  readonly lastError?: { readonly error: string; readonly at: number };
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
  claim(destination: string, limit: number, leaseMs: number): Promise<ClaimedEvent[]>;
  /** When the next unclaimed event of the destination is due; undefined when none waits. */
  nextDue(destination: string): Promise<number | undefined>;
  settle(event: ClaimedEvent): Promise<void>;
  /** Back into the queue, to be tried at `due`; its conversation waits with it. Without a failure the try does not count. */
  release(event: ClaimedEvent, due: number, failure?: FailedAttempt): Promise<void>;
  deadLetter(event: ClaimedEvent, failure: FailedAttempt): Promise<void>;
  stats(): Promise<InboxStats>;
  deadLetters(selection: DeadLetterSelection): Promise<DeadLetter[]>;
  deadLetterBody(seq: number): Promise<Uint8Array | undefined>;
  /** Puts dead letters at the end of their conversations' queues. Returns how many. */
  replay(selection: DeadLetterSelection): Promise<number>;
  drop(selection: DeadLetterSelection): Promise<number>;
}

/** The store could not make something durable. Nothing was taken: the sender has to come again. */
export class StoreUnavailable extends Error {
  override readonly name = "StoreUnavailable";
}

/** With all that travels with it the event is larger than what can be stored and sent on: it would never arrive. */
export class EventTooLarge extends Error {
  override readonly name = "EventTooLarge";
}
