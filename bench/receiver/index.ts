import { parseArgs } from "node:util";
import { BARE, CONTESTANTS, FASTIFY, isInstalled, OURS } from "./contestants";
import { measure, type Row } from "./measure";
import { outage, soak } from "./outage";

/**
 * npm run bench -- receiver [--seconds N] [--only NAME] [--soak-seconds N] [--outage-events N] [--json]
 *
 * All contestants in one run on one machine, and ratios between them: the absolute numbers are this machine's.
 */
export async function run(args: string[]): Promise<Record<string, unknown>> {
  const { values } = parseArgs({
    args,
    options: {
      seconds: { type: "string", default: "5" },
      only: { type: "string" },
      "soak-seconds": { type: "string", default: "20" },
      "outage-events": { type: "string", default: "20000" },
      json: { type: "boolean" },
    },
  });
  const settings = { seconds: Number(values.seconds), connections: 50, bytes: 2048 };
  const rows: Row[] = [];
  for (const contestant of CONTESTANTS) {
    if (values.only !== undefined && !contestant.name.includes(values.only)) continue;
    if (!isInstalled(contestant)) {
      print(`${contestant.name}: not installed here, left out`);
      continue;
    }
    // The yardstick for latencies "at the same load": half of what bare node:http can do at its best.
    const yardstick = rows.find((row) => row.name === BARE);
    const row = await measure(contestant, settings, yardstick && yardstick.peakPerSecond / 2);
    rows.push(row);
    print(line(row));
  }
  const ratios = ratiosOf(rows);
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
  return { ...ratios, rows, ...(soaked && { soak: soaked }), ...(down && { outage: down }) };
}

function ratiosOf(rows: readonly Row[]): Record<string, number> {
  const find = (name: string): Row | undefined => rows.find((row) => row.name === name);
  const [ours, bare, fastify] = [find(OURS), find(BARE), find(FASTIFY)];
  const delivering = find(`${OURS}, delivering`);
  if (!ours || !bare || !fastify) return {};
  return {
    ratioToFastify: ours.peakPerSecond / fastify.peakPerSecond,
    ratioToBareHttp: ours.peakPerSecond / bare.peakPerSecond,
    p99RatioToBareHttp: ours.commonP99 / bare.commonP99,
    ...(delivering && { deliveringRatioToFastify: delivering.peakPerSecond / fastify.peakPerSecond }),
  };
}

function line(row: Row): string {
  const open = Object.entries(row.open).map(
    ([share, { p50, p99, p999 }]) => `${share}: ${round(p50)}/${round(p99)}/${round(p999)}`,
  );
  return [
    row.name.padEnd(28),
    `${round(row.peakPerSecond, 0)}/s`.padStart(8),
    `p99 ${round(row.peakP99)} ms`.padStart(13),
    `open p50/p99/p99.9 ms ${open.join("  ")}`,
    `common load p99 ${round(row.commonP99)}`,
    `lost after kill ${row.lostAfterKill} of ${row.acknowledgedBeforeKill}`,
    row.failed > 0 ? `failed ${row.failed}` : "",
  ].join("  ");
}

function round(value: number, digits = 1): string {
  return value.toFixed(digits);
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
