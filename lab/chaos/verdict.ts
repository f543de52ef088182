import type { Sender } from "./sender";
import type { Sink } from "./sink";
import type { Pause } from "./switcher";

export interface Verdict {
  readonly acknowledged: number;
  readonly lost: number;
  readonly duplicates: number;
  readonly outOfOrder: number;
  /** Delivered although the filter keeps them back. */
  readonly filteredDelivered: number;
  /** Delivered while the relay was certainly paused. */
  readonly pausedDelivered: number;
  /** How many could have been either. */
  readonly filtered: number;
  readonly pausedSeconds: number;
}

/** What was under way when a pause began may still arrive: no request takes longer here. */
const UNDER_WAY_MS = 1_000;

/** Holds what was acknowledged against what came out at the other end. */
export function judge(sender: Sender, sink: Sink, pauses: readonly Pause[] = []): Verdict {
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
  const filteredDelivered = sink.deliveries.filter((id) => sender.filtered.has(id)).length;
  const certain = pauses.map(({ from, to }) => ({ from: from + UNDER_WAY_MS, to })).filter(({ from, to }) => from < to);
  const pausedDelivered = sink.times.filter((at) => certain.some(({ from, to }) => at > from && at < to)).length;
  const pausedMs = certain.reduce((sum, { from, to }) => sum + to - from, 0);
  return {
    acknowledged: sender.total,
    lost,
    duplicates,
    outOfOrder,
    filteredDelivered,
    pausedDelivered,
    filtered: sender.filtered.size,
    pausedSeconds: Math.round(pausedMs / 1_000),
  };
}
