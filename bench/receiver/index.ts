import { parseArgs } from "node:util";
import { median } from "../support/median";
import {
  BARE,
  before,
  BEFORE,
  BEFORE_DELIVERING,
  CONTESTANTS,
  FASTIFY,
  isInstalled,
  LIMIT,
  OURS,
  OURS_DELIVERING,
  OURS_IN_MEMORY,
} from "./contestants";
import { diskSpeed } from "./disk";
import { inLaps, type Laps, ratio } from "./laps";
import { measure, type Row } from "./measure";
import { outage, soak } from "./outage";

/**
 * npm run bench -- receiver [--seconds N] [--laps N] [--only NAME]... [--before CHECKOUT] [--peaks-only]
 *                           [--soak-seconds N] [--outage-events N] [--json]
 *
 * All contestants in one run on one machine, and ratios between them: the absolute numbers are this machine's. --before takes
 * an earlier checkout, built, for a contestant.
 */
export async function run(args: string[]): Promise<Record<string, unknown>> {
  const { values } = parseArgs({
    args,
    options: {
      seconds: { type: "string", default: "5" },
      laps: { type: "string", default: "3" },
      only: { type: "string", multiple: true },
      before: { type: "string" },
      "peaks-only": { type: "boolean", default: false },
      "soak-seconds": { type: "string", default: "20" },
      "outage-events": { type: "string", default: "20000" },
      json: { type: "boolean" },
    },
  });
  const settings = { seconds: Number(values.seconds), connections: 50, bytes: 2048 };
  const laps = Number(values.laps);
  const { only } = values;
  const all = [...CONTESTANTS, ...(values.before === undefined ? [] : before(values.before))];
  const contestants = all.filter((contestant) => {
    if (!isInstalled(contestant)) print(`${contestant.name}: not installed here, left out`);
    return isInstalled(contestant) && (only === undefined || only.some((name) => contestant.name.includes(name)));
  });
  const disk = diskSpeed();
  print(`a durable write of 64 KiB takes this disk ${round(disk.p50)} ms (p50), ${round(disk.p99)} ms (p99)`);
  const peaks = await inLaps(contestants, settings, laps, async (stage) => (await stage.run()).perSecond);
  for (const [name, figures] of peaks)
    print(`${name.padEnd(28)} peak ${figures.map((one) => round(one, 0)).join(" ")} /s`);
  if (values["peaks-only"]) return { ...ratiosOf(peaks, new Map()), disk, peaks: Object.fromEntries(peaks) };
  // What everybody is asked for when latencies are compared: half of what the one that stores can do.
  const commonRate = median(peaks.get(OURS) ?? [1_000]) / 2;
  const compared = contestants.filter(({ name }) => [BARE, OURS, OURS_IN_MEMORY].includes(name));
  const p99s = await inLaps(compared, settings, laps, async (stage) => {
    return (await stage.run({ ratePerSecond: commonRate })).p99;
  });
  const ratios = ratiosOf(peaks, p99s);
  const rows: Row[] = [];
  for (const contestant of contestants) {
    const row = await measure(contestant, settings, median(peaks.get(contestant.name) ?? []), commonRate);
    rows.push(row);
    print(line(row));
  }
  print(
    Object.entries(ratios)
      .map(([name, value]) => `${name} ${round(value, 2)}`)
      .join(", "),
  );
  const soaked = Number(values["soak-seconds"]) > 0 ? await soak(Number(values["soak-seconds"]), 1_000) : undefined;
  if (soaked) {
    print(
      `${soaked.ratePerSecond} events/s for ${soaked.seconds} s: ${soaked.delivered} of ${soaked.sent} delivered, end to ` +
        `end p50 ${soaked.p50} p95 ${soaked.p95} p99 ${soaked.p99} ms, resident ${soaked.residentMiB.join(" ")} MiB`,
    );
  }
  const down = Number(values["outage-events"]) > 0 ? await outage(Number(values["outage-events"])) : undefined;
  if (down) {
    print(
      `destination down for ${down.queued} events: store ${round(down.storeMiB, 0)} MiB, resident ${down.residentMiB} MiB; ` +
        `drained at ${round(down.drainPerSecond, 0)}/s, ${round(down.share * 100, 0)} % of what the destination takes`,
    );
  }
  return { ...ratios, commonRate, disk, rows, ...(soaked && { soak: soaked }), ...(down && { outage: down }) };
}

function ratiosOf(peaks: Laps, p99s: Laps): Record<string, number> {
  const ratios = {
    ratioToLimit: ratio(peaks, OURS, LIMIT),
    ratioToFastify: ratio(peaks, OURS, FASTIFY),
    ratioToBareHttp: ratio(peaks, OURS, BARE),
    inMemoryRatioToFastify: ratio(peaks, OURS_IN_MEMORY, FASTIFY),
    inMemoryRatioToBareHttp: ratio(peaks, OURS_IN_MEMORY, BARE),
    ratioToBefore: ratio(peaks, OURS, BEFORE),
    deliveringRatioToBefore: ratio(peaks, OURS_DELIVERING, BEFORE_DELIVERING),
    deliveringRatioToFastify: ratio(peaks, OURS_DELIVERING, FASTIFY),
    p99RatioToBareHttp: ratio(p99s, OURS, BARE),
    inMemoryP99RatioToBareHttp: ratio(p99s, OURS_IN_MEMORY, BARE),
  };
  return Object.fromEntries(
    Object.entries(ratios).filter((entry): entry is [string, number] => entry[1] !== undefined),
  );
}

function line(row: Row): string {
  const open = Object.entries(row.open).map(
    ([share, { p50, p99, p999 }]) => `${share}: ${round(p50)}/${round(p99)}/${round(p999)}`,
  );
  return [
    row.name.padEnd(28),
    `${round(row.peakPerSecond, 0)}/s`.padStart(8),
    `open p50/p99/p99.9 ms ${open.join("  ")}`,
    `at the common load p99 ${round(row.commonP99)}`,
    `lost after kill ${row.lostAfterKill} of ${row.acknowledgedBeforeKill}`,
  ].join("  ");
}

function round(value: number, digits = 1): string {
  return value.toFixed(digits);
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
