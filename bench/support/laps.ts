import { median } from "./median";
import type { BenchProject, Cost } from "./project";

export const OPERATIONS = ["upCreate", "up", "preview", "refresh", "destroy"] as const;

export type Operation = (typeof OPERATIONS)[number];
export type Lap = Readonly<Record<Operation, Cost>>;

/** What is compared: `ours` against `theirs`, with as many resources each. */
export interface Contest {
  readonly ours: BenchProject;
  readonly theirs: BenchProject;
  readonly count: number;
  readonly laps: number;
  /** Told of every operation of ours as it runs. */
  readonly watch?: (operation: Operation, cost: Promise<Cost>) => Promise<Cost>;
}

const RUN: Readonly<Record<Operation, (project: BenchProject, count: number) => Promise<Cost>>> = {
  upCreate: (project, count) => project.up(count),
  up: (project, count) => project.up(count),
  preview: (project, count) => project.preview(count),
  refresh: (project) => project.refresh(),
  destroy: (project) => project.destroy(),
};

/** The two take turns at every operation, who is first at every lap: a machine with other work to do slows both alike. */
export async function lapsOf(contest: Contest): Promise<{ ours: Lap[]; theirs: Lap[] }> {
  const taken: { ours: Lap[]; theirs: Lap[] } = { ours: [], theirs: [] };
  for (let lap = 1; lap <= contest.laps; lap += 1) {
    const [ours, theirs] = await lapOf(contest, lap % 2 === 1);
    taken.ours.push(ours);
    taken.theirs.push(theirs);
    console.error(`lap ${lap} of ${contest.laps}: ours ${told(ours)}; theirs ${told(theirs)}`);
  }
  return taken;
}

async function lapOf(
  { ours, theirs, count, watch = (_, cost) => cost }: Contest,
  oursFirst: boolean,
): Promise<[Lap, Lap]> {
  const own: Partial<Record<Operation, Cost>> = {};
  const other: Partial<Record<Operation, Cost>> = {};
  for (const operation of OPERATIONS) {
    const turns = [
      async () => (own[operation] = await watch(operation, RUN[operation](ours, count))),
      async () => (other[operation] = await RUN[operation](theirs, count)),
    ];
    for (const turn of oursFirst ? turns : turns.reverse()) await turn();
  }
  return [own as Lap, other as Lap];
}

/** Each lap's two neighbours are compared, since the load of a machine drifts from lap to lap; the median counts. */
export function ratios(
  { ours, theirs }: { ours: Lap[]; theirs: Lap[] },
  suffix: string,
  of: (cost: Cost) => number | undefined,
): Record<string, number> {
  if (ours.some((lap) => of(lap.up) === undefined)) return {};
  const value = (cost: Cost): number => of(cost) ?? Number.NaN;
  return Object.fromEntries(
    OPERATIONS.map((operation) => [
      `${operation}${suffix}`,
      rounded(median(ours.map((lap, index) => value(lap[operation]) / value((theirs[index] ?? lap)[operation])))),
    ]),
  );
}

export function medians(laps: readonly Lap[], of: (cost: Cost) => number): Record<string, number> {
  return Object.fromEntries(
    OPERATIONS.map((operation) => [operation, rounded(median(laps.map((lap) => of(lap[operation]))))]),
  );
}

function told(lap: Lap): string {
  return OPERATIONS.map((operation) => `${operation} ${lap[operation].seconds.toFixed(2)}`).join(", ");
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
