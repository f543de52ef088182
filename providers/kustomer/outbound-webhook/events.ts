/** Everything an outbound webhook can subscribe to: create and update of six resources (DOC-CAT, DOC-OW). */
export const KUSTOMER_EVENTS = [
  "kustomer.conversation.create",
  "kustomer.conversation.update",
  "kustomer.customer.create",
  "kustomer.customer.update",
  "kustomer.message.create",
  "kustomer.message.update",
  "kustomer.tag.create",
  "kustomer.tag.update",
  "kustomer.team.create",
  "kustomer.team.update",
  "kustomer.user.create",
  "kustomer.user.update",
] as const;

export type KustomerEvent = (typeof KUSTOMER_EVENTS)[number];

/** Any event: Kustomer adds some without a new version of its API, so that a name may be one that this package does not know. */
export type EventName = KustomerEvent | (string & Record<never, never>);

/** The two that the vendor's guide subscribes a relay to. */
export const RELAY_EVENTS: KustomerEvent[] = ["kustomer.conversation.update", "kustomer.message.create"];

export function isKustomerEvent(name: string): name is KustomerEvent {
  return (KUSTOMER_EVENTS as readonly string[]).includes(name);
}

/** The event whose name needs the fewest letters changed. */
export function nearestEvent(name: string, events: readonly string[] = KUSTOMER_EVENTS): string {
  return events.reduce((best, event) => (editDistance(name, event) < editDistance(name, best) ? event : best));
}

/** Levenshtein's distance, one row at a time. */
export function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= to.length; j += 1) {
      next[j] = Math.min(
        (next[j - 1] ?? 0) + 1,
        (row[j] ?? 0) + 1,
        (row[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1),
      );
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
