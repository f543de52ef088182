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

/** Until there may be a place to wait. */
export function againForPlaceMs(record: SqsRecord, random: number): number {
  const receives = receivesOf(record);
  return backoffMs(receives - 1, { backoff: receives > MANY_RECEIVES ? BACKOFF : PUT_OFF }, random);
}

/**
 * Until there may be a moment for it, which is not before `noneForMs`. Those who wait with it need `crowdMs` in all: were all of them to
 * come again at once, they would be in the way of other relays' events. How often it was received says nothing of that, because it
 * was received with every event before it in its conversation.
 */
export function againForSlotMs(record: SqsRecord, noneForMs: number, crowdMs: number, random: number): number {
  const receives = receivesOf(record);
  if (receives > MANY_RECEIVES) return Math.max(noneForMs, backoffMs(receives, { backoff: BACKOFF }, random));
  return noneForMs + Math.min(crowdMs * (0.5 + random / 2), PUT_OFF.maxMs);
}

/** When it was AWS that failed, not the destination; the queue's own time-out would be minutes. */
export function againAfterTroubleMs(record: SqsRecord, random: number): number {
  const receives = receivesOf(record);
  return receives > MANY_RECEIVES ? backoffMs(receives, { backoff: BACKOFF }, random) : TROUBLE_MS;
}

export function receivesOf({ attributes }: SqsRecord): number {
  return Number(attributes.ApproximateReceiveCount ?? 1);
}
