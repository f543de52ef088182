import { setTimeout as sleep } from "node:timers/promises";
import type { Sender } from "./sender";
import type { Sink } from "./sink";

/**
 * Until everything that was acknowledged came, or nothing has come for so long: what is lost never will. Where it can be asked
 * whether anything waits, a machine that is merely slow is not taken for a loss.
 */
export async function drained(
  sender: Sender,
  sink: Sink,
  patienceMs: number,
  withinMs: number,
  isWaiting: () => Promise<boolean> = () => Promise.resolve(false),
): Promise<void> {
  const until = performance.now() + withinMs;
  const missing = new Set([...sender.acknowledged.values()].flat().filter((id) => !sink.counts.has(id)));
  let before = -1;
  let stillSince = performance.now();
  while (missing.size > 0 && performance.now() < until && performance.now() - stillSince < patienceMs) {
    await sleep(100);
    for (const id of missing) if (sink.counts.has(id)) missing.delete(id);
    if (sink.deliveries.length !== before || (await isWaiting())) stillSince = performance.now();
    before = sink.deliveries.length;
  }
}
