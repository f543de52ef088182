import { median } from "../support/median";
import type { Contestant } from "./contestants";
import { onStage, type Settings, type Stage } from "./stage";

/** A figure for each lap, by the contestant's name. */
export type Laps = ReadonlyMap<string, readonly number[]>;

/**
 * A machine's speed drifts over minutes, so the contestants take turns, lap by lap, each started anew, and ratios are made
 * within a lap. Every lap begins with another of them.
 */
export async function inLaps(
  contestants: readonly Contestant[],
  settings: Settings,
  laps: number,
  figure: (stage: Stage) => Promise<number>,
): Promise<Laps> {
  const figures = new Map<string, number[]>(contestants.map(({ name }) => [name, []]));
  for (let lap = 0; lap < laps; lap += 1) {
    const order = [...contestants.slice(lap % contestants.length), ...contestants.slice(0, lap % contestants.length)];
    for (const contestant of order)
      figures.get(contestant.name)?.push(await onStage(contestant, settings, (stage) => figure(stage)));
  }
  return figures;
}

/** The median of the laps' ratios; undefined where one of the two did not take part. */
export function ratio(figures: Laps, one: string, other: string): number | undefined {
  const [ours, theirs] = [figures.get(one) ?? [], figures.get(other) ?? []];
  const ratios = ours.flatMap((value, lap) => (theirs[lap] === undefined ? [] : [value / theirs[lap]]));
  return ratios.length === 0 ? undefined : median(ratios);
}
