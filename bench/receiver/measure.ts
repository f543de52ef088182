import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { signedEvent } from "../../scripts/chaos/event";
import type { Contestant } from "./contestants";
import type { LoadOrders, LoadResult } from "./load";
import { freePort } from "../../scripts/free-port";
import { load, script, SECRET, startProcess } from "./processes";

export interface Settings {
  readonly seconds: number;
  readonly connections: number;
  readonly bytes: number;
}

export interface Row {
  readonly name: string;
  readonly does: string;
  readonly peakPerSecond: number;
  readonly peakP99: number;
  readonly failed: number;
  /** Latencies in milliseconds in the open loop, by the share of the peak it ran at. */
  readonly open: Readonly<Record<string, Pick<LoadResult, "p50" | "p99" | "p999" | "perSecond">>>;
  /** p99 at the load that a common yardstick gives, the same for all. */
  readonly commonP99: number;
  readonly acknowledgedBeforeKill: number;
  readonly lostAfterKill: number;
}

let from = 1;

/** One contestant, from its start to its sudden end. */
export async function measure(contestant: Contestant, settings: Settings, commonRate?: number): Promise<Row> {
  const folder = mkdtempSync(join(tmpdir(), "relay-bench-"));
  const [port, sinkPort] = [await freePort(), await freePort()];
  const sink = await startProcess([...script("contestants/sink.js"), String(sinkPort)], sinkPort);
  const command = contestant.command(port, folder, sinkPort);
  let server = await startProcess(command, port);
  const run = async (more: Partial<LoadOrders>): Promise<LoadResult> => {
    const { seconds, connections, bytes } = settings;
    const orders = { port, path: contestant.path, secret: SECRET, seconds, connections, bytes, from };
    from += 1_000_000;
    return load({ ...orders, ...contestant.load, ...more });
  };
  try {
    await run({ seconds: Math.min(2, settings.seconds) });
    const peak = await run({});
    const open: Record<string, LoadResult> = {};
    for (const share of [0.5, 0.8, 1]) open[`${share * 100}%`] = await run({ ratePerSecond: peak.perSecond * share });
    const common = await run({ ratePerSecond: commonRate ?? peak.perSecond * 0.5 });
    // Started anew, so that what is lost was not waiting behind a backlog of the loads before.
    await server.stop("SIGKILL");
    server = await startProcess(command, port);
    const dying = run({ seconds: 2 });
    setTimeout(() => void server.stop("SIGKILL"), 2_000 + Math.random() * 1_000);
    const last = await dying;
    await server.stop("SIGKILL");
    const kept = contestant.kept?.(folder);
    const lost = last.acknowledged.filter((number) => !kept?.has(signedEvent(number, 0, "", 0).id));
    return {
      name: contestant.name,
      does: contestant.does,
      peakPerSecond: peak.perSecond,
      peakP99: peak.p99,
      failed: peak.failed,
      open,
      commonP99: common.p99,
      acknowledgedBeforeKill: last.acknowledged.length,
      lostAfterKill: lost.length,
    };
  } finally {
    await server.stop("SIGKILL");
    await sink.stop("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  }
}
