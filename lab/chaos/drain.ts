import { setTimeout as sleep } from "node:timers/promises";
import type { Sender } from "./sender";
import type { Sink } from "./sink";

/** Until everything that was acknowledged came, or nothing has come for so long: what is lost never will. */
export async function drained(sender: Sender, sink: Sink, patienceMs: number, withinMs: number): Promise<void> {
  const until = performance.now() + withinMs;
  const missing = new Set([...sender.acknowledged.values()].flat().filter((id) => !sink.counts.has(id)));
  let before = -1;
  let stillSince = performance.now();
  while (missing.size > 0 && performance.now() < until && performance.now() - stillSince < patienceMs) {
    await sleep(100);
    for (const id of missing) if (sink.counts.has(id)) missing.delete(id);
    if (sink.deliveries.length !== before) stillSince = performance.now();
    before = sink.deliveries.length;
  }
}
