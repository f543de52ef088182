/**
 * The name of an event with which the doctor asks whether a receiver knows a signing secret. Kustomer's events have names
 * that begin with `kustomer.`, so none of them can be taken for it.
 */
export const PROBE_EVENT = "kustomer-relay.probe";

/** Signed like an event. The receiver verifies it, answers that it did, and drops it. */
export function probeBody(now: number): Uint8Array {
  return Buffer.from(JSON.stringify({ name: PROBE_EVENT, createdAt: new Date(now).toISOString() }));
}
