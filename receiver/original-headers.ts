import type { ArrivingEvent } from "./inbox";

/** Far more than Kustomer sends. A sender that has the secret may put anything there. */
const LONGEST = 256;
/** Enough to tell whether two signatures are the same; with the whole one and the body anybody could send the event again. */
const OF_A_SIGNATURE = 8;

/**
 * The headers that an event came with, as people are shown them: those that it was judged by and that go on with it. No others
 * are ever kept: a webhook's own headers may be credentials.
 */
export function originalHeaders({
  contentType,
  eventHeader,
  signature,
}: Pick<ArrivingEvent, "contentType" | "eventHeader" | "signature">): Readonly<Record<string, string>> {
  return {
    "content-type": cut(contentType, LONGEST),
    ...(eventHeader !== undefined && { "x-kustomer-webhook-event": cut(eventHeader, LONGEST) }),
    "x-kustomer-webhook-signature": cut(signature, OF_A_SIGNATURE),
  };
}

function cut(value: string, most: number): string {
  return value.length > most ? `${value.slice(0, most)}… (${value.length} characters)` : value;
}
