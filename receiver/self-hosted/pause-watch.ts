import type { ControlsBoard } from "./controls-board";
import type { Inflow } from "./inflow";
import { pauseAlarm } from "./pause-room";
import type { Store } from "./store";

/** Notices that a paused relay is about to use up its part of the store, while there is time to do something. */
export class PauseWatch {
  private readonly problems = new Map<string, string>();

  constructor(
    private readonly store: Pick<Store, "stats">,
    private readonly board: ControlsBoard,
    private readonly inflow: Inflow,
    /** Told when it begins, and when it is over. */
    private readonly changed: (relay: string, problem: string | undefined) => void,
  ) {}

  problemOf(relay: string): string | undefined {
    return this.problems.get(relay);
  }

  async look(): Promise<void> {
    const paused = this.board.all().filter((one) => one.paused);
    if (paused.length === 0 && this.problems.size === 0) return;
    const { destinations } = await this.store.stats();
    for (const { relay } of this.board.all()) {
      const problem = paused.some((one) => one.relay === relay) ? this.problemIn(destinations, relay) : undefined;
      const before = this.problems.get(relay);
      if (problem === undefined) this.problems.delete(relay);
      else this.problems.set(relay, problem);
      if ((problem === undefined) !== (before === undefined)) this.changed(relay, problem);
    }
  }

  private problemIn(
    destinations: Awaited<ReturnType<Store["stats"]>>["destinations"],
    relay: string,
  ): string | undefined {
    const { bytesUsed = 0, bytesAllowed } = destinations.find((one) => one.destination === relay) ?? {};
    if (bytesAllowed === undefined) return undefined;
    return pauseAlarm({ bytesUsed, bytesAllowed, bytesPerMs: this.inflow.bytesPerMs(relay) });
  }
}
