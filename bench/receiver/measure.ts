import { signedEvent } from "../../lab/chaos/event";
import type { Contestant } from "./contestants";
import type { LoadResult } from "./load";
import { onStage, type Settings } from "./stage";

export interface Row {
  readonly name: string;
  readonly does: string;
  readonly peakPerSecond: number;
  /** Latencies in milliseconds in the open loop, by the share of the peak it ran at. */
  readonly open: Readonly<Record<string, Pick<LoadResult, "p50" | "p99" | "p999" | "perSecond" | "failed">>>;
  /** p99 in milliseconds at a rate that is the same for all. */
  readonly commonP99: number;
  readonly acknowledgedBeforeKill: number;
  readonly lostAfterKill: number;
}

/** One contestant's latencies at its own pace and at everybody's, and what it still has of what it acknowledged when it is killed. */
export function measure(contestant: Contestant, settings: Settings, peak: number, commonRate: number): Promise<Row> {
  return onStage(contestant, settings, async (stage) => {
    const open: Record<string, Row["open"][string]> = {};
    for (const share of [0.5, 0.8, 1]) {
      const { p50, p99, p999, perSecond, failed } = await stage.run({ ratePerSecond: peak * share });
      open[`${share * 100}%`] = { p50, p99, p999, perSecond, failed };
    }
    // Started anew, so that neither this nor what is lost waits behind a backlog of the loads before.
    await stage.restart();
    const common = await stage.run({ ratePerSecond: commonRate });
    await stage.restart();
    const dying = stage.run({ seconds: 2 });
    setTimeout(() => void stage.kill(), 2_000 + Math.random() * 1_000);
    const last = await dying;
    await stage.kill();
    const kept = contestant.kept?.(stage.folder);
    const lost = last.acknowledged.filter((number) => !kept?.has(signedEvent(number, 0, "", 0).id));
    return {
      name: contestant.name,
      does: contestant.does,
      peakPerSecond: peak,
      open,
      commonP99: common.p99,
      acknowledgedBeforeKill: last.acknowledged.length,
      lostAfterKill: lost.length,
    };
  });
}
