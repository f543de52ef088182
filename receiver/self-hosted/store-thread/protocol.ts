import type { ArrivingEvent, ClaimedEvent } from "../../inbox";
import type { Store } from "../store";

/** What the store's thread is started with. */
export interface StoreOrders {
  readonly config: unknown;
  readonly setAsideDamaged: boolean;
}

/**
 * What was asked within one turn. Arriving events come as tuples, and their bodies one behind the other in a buffer that is
 * handed over: as objects with a body each they would cost the thread that answers requests three times as much.
 */
export interface Parcel {
  readonly number: number;
  readonly arriving: readonly ArrivingTuple[];
  readonly bodies: ArrayBuffer;
  readonly calls: readonly Call[];
}

export type ArrivingTuple = readonly [
  bytes: number,
  destination: string,
  id: string,
  name: string | undefined,
  conversation: string | undefined,
  contentType: string,
  eventHeader: string | undefined,
  signature: string,
  receivedAt: number,
];

export type Call = readonly [call: number, method: Exclude<keyof Store, "accept">, args: readonly unknown[]];

/** What the thread says first. */
export type Opening = { readonly opened: true; readonly setAside?: string } | { readonly failure: Failure };

/** The answers of one turn, each with the number of its call; for arriving events together, with the number of their parcel. */
export interface Replies {
  readonly accepted: readonly (readonly [parcel: number, outcomes: readonly Outcome[]])[];
  readonly values: readonly (readonly [call: number, value: unknown])[];
  readonly failures: readonly (readonly [call: number, failure: Failure])[];
}

/** What became of one event. */
export type Outcome = "stored" | "duplicate" | Failure;

/** An error as it crosses: its class is told by its name. */
export interface Failure {
  readonly name: string;
  readonly message: string;
}

export function packed(event: ArrivingEvent): ArrivingTuple {
  const { destination, id, name, conversation, contentType, eventHeader, signature, receivedAt, body } = event;
  return [body.length, destination, id, name, conversation, contentType, eventHeader, signature, receivedAt];
}

/** The events of a parcel, their bodies cut out of what was handed over. */
export function unpacked({ arriving, bodies }: Parcel): ArrivingEvent[] {
  let at = 0;
  return arriving.map(
    ([bytes, destination, id, name, conversation, contentType, eventHeader, signature, receivedAt]) => {
      const body = new Uint8Array(bodies, at, bytes);
      at += bytes;
      return { destination, id, name, conversation, contentType, eventHeader, signature, receivedAt, body };
    },
  );
}

const NO_BODY = new Uint8Array();

/** What is done with a claimed event does not need its body, which the store has. */
export function withoutBody(event: ClaimedEvent): ClaimedEvent {
  return { ...event, body: NO_BODY };
}
