import type { Sender } from "./sender";
import type { Sink } from "./sink";

export interface Verdict {
  readonly acknowledged: number;
  readonly lost: number;
  readonly duplicates: number;
  readonly outOfOrder: number;
}

/** Holds what was acknowledged against what came out at the other end. */
export function judge(sender: Sender, sink: Sink): Verdict {
  const firstSeen = new Map<string, number>();
  sink.deliveries.forEach((id, position) => {
    if (!firstSeen.has(id)) firstSeen.set(id, position);
  });
  let lost = 0;
  let outOfOrder = 0;
  for (const ids of sender.acknowledged.values()) {
    let latest = -1;
    for (const id of ids) {
      const position = firstSeen.get(id);
      if (position === undefined) {
        lost += 1;
        continue;
      }
      if (position < latest) outOfOrder += 1;
      latest = Math.max(latest, position);
    }
  }
  const duplicates = sink.deliveries.length - firstSeen.size;
  return { acknowledged: sender.total, lost, duplicates, outOfOrder };
}
