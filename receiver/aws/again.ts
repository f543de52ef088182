import { backoffMs } from "../attempt";
import type { SqsRecord } from "./lambda";
import { BACKOFF } from "./relays";

/**
 * When an event comes again that was not tried, for one reason or another. Each time is a receive, and of those a queue allows a
 * thousand: after some, it comes so rarely that they last for the thirteen days.
 */

const MANY_RECEIVES = 50;
const PUT_OFF = { firstMs: 1_000, maxMs: 30_000 };
const TROUBLE_MS = 15_000;
/** An event is received together with those before it in its conversation, before its own turn comes. */
const RECEIVED_WITH_OTHERS = 12;

/** Until there may be a place to wait. */
export function againForPlaceMs(record: SqsRecord, random: number): number {
  const receives = receivesOf(record);
  return backoffMs(receives - 1, { backoff: receives > MANY_RECEIVES ? BACKOFF : PUT_OFF }, random);
}

/** Until there may be a moment for it, which is not before `noneForMs`. */
export function againForSlotMs(record: SqsRecord, noneForMs: number, random: number): number {
  const receives = receivesOf(record);
  if (receives <= RECEIVED_WITH_OTHERS) return noneForMs;
  const backoff = receives > MANY_RECEIVES ? BACKOFF : PUT_OFF;
  return Math.max(noneForMs, backoffMs(receives - RECEIVED_WITH_OTHERS, { backoff }, random));
}

/** When it was AWS that failed, not the destination; the queue's own time-out would be minutes. */
export function againAfterTroubleMs(record: SqsRecord, random: number): number {
  const receives = receivesOf(record);
  return receives > MANY_RECEIVES ? backoffMs(receives, { backoff: BACKOFF }, random) : TROUBLE_MS;
}

export function receivesOf({ attributes }: SqsRecord): number {
  return Number(attributes.ApproximateReceiveCount ?? 1);
}
