import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PATH_OF_RELAY, receiver } from "./contestants";
import { freePort } from "../../toolbox/free-port";
import { load, type Running, script, SECRET, startProcess } from "./processes";

export interface SoakResult {
  readonly seconds: number;
  readonly ratePerSecond: number;
  readonly sent: number;
  readonly delivered: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly residentMiB: readonly number[];
}

export interface OutageResult {
  readonly queued: number;
  readonly storeMiB: number;
  readonly residentMiB: number;
  readonly drainPerSecond: number;
  /** What the same destination takes from a plain client with as many connections. */
  readonly destinationPerSecond: number;
  readonly share: number;
}

interface SinkStats {
  readonly count: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

/** A steady rate with the destination up: is everything delivered, how soon, and does the memory stay flat? */
export async function soak(seconds: number, ratePerSecond: number): Promise<SoakResult> {
  return withReceiver(async ({ server, port, sinkPort, startSink }) => {
    await startSink();
    const residentMiB: number[] = [];
    const watch = setInterval(() => residentMiB.push(resident(server)), Math.max(1_000, (seconds * 1000) / 6));
    const sent = await load({ ...orders(port), seconds, ratePerSecond, late: true });
    clearInterval(watch);
    await waitFor(async () => (await stats(sinkPort)).count >= sent.acknowledged.length, 30_000);
    const { count, p50, p95, p99 } = await stats(sinkPort);
    return { seconds, ratePerSecond, sent: sent.acknowledged.length, delivered: count, p50, p95, p99, residentMiB };
  });
}

/** The destination is down while so many events come; then it is there again. */
export async function outage(events: number): Promise<OutageResult> {
  return withReceiver(async ({ server, port, sinkPort, folder, startSink }) => {
    let queued = 0;
    for (let round = 0; queued < events; round += 1) {
      const seconds = Math.min(10, Math.max(1, (events - queued) / 4_000));
      queued += (await load({ ...orders(port), from: round * 1_000_000, seconds })).acknowledged.length;
    }
    const storeMiB = statSync(join(folder, "store", "events.db")).size / 1024 / 1024;
    const residentMiB = resident(server);
    const sink = await startSink();
    await waitFor(async () => (await stats(sinkPort)).count > 100, 60_000);
    const [first, began] = [(await stats(sinkPort)).count, performance.now()];
    await waitFor(async () => (await stats(sinkPort)).count >= queued, 600_000);
    const drainPerSecond = (queued - first) / ((performance.now() - began) / 1000);
    await server.stop("SIGKILL");
    const direct = await load({ ...orders(sinkPort), connections: 32, seconds: 4 });
    await sink.stop("SIGKILL");
    const destinationPerSecond = direct.perSecond;
    const share = drainPerSecond / destinationPerSecond;
    return { queued, storeMiB, residentMiB, drainPerSecond, destinationPerSecond, share };
  });
}

function orders(port: number) {
  return { port, path: PATH_OF_RELAY, secret: SECRET, connections: 50, bytes: 2048, from: 1 };
}

interface Stage {
  readonly server: Running;
  readonly port: number;
  readonly sinkPort: number;
  readonly folder: string;
  readonly startSink: () => Promise<Running>;
}

async function withReceiver<T>(work: (stage: Stage) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "relay-bench-"));
  const [port, sinkPort] = [await freePort(), await freePort()];
  const server = await startProcess(receiver(port, folder, sinkPort), port);
  const running = [server];
  const startSink = async (): Promise<Running> => {
    const sink = await startProcess([...script("contestants/sink.js"), String(sinkPort)], sinkPort);
    running.push(sink);
    return sink;
  };
  try {
    return await work({ server, port, sinkPort, folder, startSink });
  } finally {
    await Promise.all(running.map((one) => one.stop("SIGKILL")));
    rmSync(folder, { recursive: true, force: true });
  }
}

async function stats(port: number): Promise<SinkStats> {
  return (await (await fetch(`http://127.0.0.1:${port}/`)).json()) as SinkStats;
}

async function waitFor(condition: () => Promise<boolean>, withinMs: number): Promise<void> {
  const end = performance.now() + withinMs;
  while (!(await condition()) && performance.now() < end) await new Promise((resolve) => setTimeout(resolve, 50));
}

/** From Linux's books; elsewhere not known. */
function resident({ child }: Running): number {
  try {
    const kib = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${String(child.pid)}/status`, "utf8"))?.[1];
    return Math.round(Number(kib) / 1024);
  } catch {
    return NaN;
  }
}
