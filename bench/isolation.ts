import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { request } from "undici";
import { signedEvent } from "../lab/chaos/event";
import { freePort } from "../toolbox/free-port";
import { script, SECRET, startProcess } from "./receiver/processes";

/** How events of failing conversations are answered, one after the other. A hanging one gets no answer at all. */
const FAILURES = [500, 409, 302, 503, "hang"] as const;
const FAILING_CONVERSATIONS = [0, 5, 50, 500];
const TIMEOUT_SECONDS = 5;
const HEALTHY = 1_000_000;

interface Latencies {
  readonly delivered: number;
  readonly of: number;
  readonly p50: number;
  readonly p99: number;
}

/**
 * npm run bench -- isolation [--seconds N] [--rate N] [--json]
 *
 * From sending a healthy conversation's event to its arrival at the destination, in milliseconds, beside conversations whose
 * events fail for ever; and beside another relay to the same origin that gets no answers.
 */
export async function run(args: string[]): Promise<Record<string, unknown>> {
  const { values } = parseArgs({
    args,
    options: { seconds: { type: "string", default: "15" }, rate: { type: "string", default: "5" } },
  });
  const [seconds, rate] = [Number(values.seconds), Number(values.rate)];
  const beside: Record<string, Latencies> = {};
  for (const failing of FAILING_CONVERSATIONS) {
    beside[failing] = await onStage((stage) => besideFailing(stage, failing, seconds, rate));
    print(`beside ${failing} failing conversations`, beside[failing]);
  }
  const alone = await onStage((stage) => besideRelay(stage, 0, seconds, rate));
  print("a relay alone", alone);
  const withNeighbour = await onStage((stage) => besideRelay(stage, 100, seconds, rate));
  print("beside a relay to the same origin that hangs", withNeighbour);
  return { healthyMs: beside, relayAloneMs: alone, relayBesideHangingMs: withNeighbour };
}

interface Stage {
  readonly send: (number: number, conversation: number, path?: string) => Promise<void>;
  /** When each event arrived first, by its id. */
  readonly arrivals: ReadonlyMap<string, number>;
}

async function besideFailing({ send, arrivals }: Stage, failing: number, seconds: number, rate: number) {
  await Promise.all(Array.from({ length: failing }, (_, index) => send(index, index)));
  // Until all of them have failed, and are tried again and again.
  const until = performance.now() + 120_000;
  while (arrivals.size < failing && performance.now() < until) await sleep(100);
  await sleep((TIMEOUT_SECONDS + 1) * 1_000);
  return healthy({ send, arrivals }, seconds, rate, "/b");
}

async function besideRelay({ send, arrivals }: Stage, hanging: number, seconds: number, rate: number) {
  await Promise.all(Array.from({ length: hanging }, (_, index) => send(FAILURES.length * index + 4, index, "/a")));
  await sleep(500);
  return healthy({ send, arrivals }, seconds, rate, "/b");
}

async function healthy({ send, arrivals }: Stage, seconds: number, rate: number, path: string): Promise<Latencies> {
  const sent = new Map<string, number>();
  const count = Math.ceil(seconds * rate);
  for (let index = 0; index < count; index += 1) {
    const number = HEALTHY + index;
    sent.set(signedEvent(number, 0, SECRET).id, performance.now());
    await send(number, HEALTHY, path);
    await sleep(1_000 / rate);
  }
  const until = performance.now() + 10_000;
  while ([...sent.keys()].some((id) => !arrivals.has(id)) && performance.now() < until) await sleep(50);
  const took = [...sent].map(([id, at]) => (arrivals.get(id) ?? Infinity) - at).sort((a, b) => a - b);
  const quantile = (q: number): number => round(took[Math.min(took.length - 1, Math.floor(took.length * q))] ?? NaN);
  return { delivered: took.filter((ms) => ms < Infinity).length, of: count, p50: quantile(0.5), p99: quantile(0.99) };
}

/** A receiver with two relays to one destination, which answers an event by its number. */
async function onStage(work: (stage: Stage) => Promise<Latencies>): Promise<Latencies> {
  const folder = mkdtempSync(join(tmpdir(), "relay-bench-"));
  const arrivals = new Map<string, number>();
  const destination = createServer((incoming, response) => {
    const id = String(incoming.headers["x-kustomer-relay-event-id"]);
    incoming.resume().on("end", () => {
      if (!arrivals.has(id)) arrivals.set(id, performance.now());
      answer(incoming, response, Number.parseInt(id.slice(4), 16));
    });
  });
  await new Promise<void>((resolve) => destination.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(destination.address() as AddressInfo).port}/`;
  const port = await freePort();
  const relays = ["a", "b"].map((name) => ({
    name,
    path: `/${name}`,
    secrets: [{ env: "BENCH_SECRET" }],
    destination: { url, allowLoopbackHttp: true, timeoutSeconds: TIMEOUT_SECONDS },
  }));
  const config = {
    listen: { port },
    observe: { port: 0 },
    store: { folder: join(folder, "store") },
    logLevel: "error",
    relays,
  };
  const file = join(folder, "receiver.json");
  writeFileSync(file, JSON.stringify(config));
  const receiver = await startProcess([...script("../../cli/main.js"), "receive", "--config", file], port);
  const send: Stage["send"] = async (number, conversation, path = "/b") => {
    const { body, headers } = signedEvent(number, conversation, SECRET);
    const taken = await request(`http://127.0.0.1:${port}${path}`, { method: "POST", body, headers });
    await taken.body.dump();
    if (taken.statusCode !== 200) throw new Error(`The receiver answered ${taken.statusCode}.`);
  };
  try {
    return await work({ send, arrivals });
  } finally {
    await receiver.stop("SIGKILL");
    destination.close();
    destination.closeAllConnections();
    rmSync(folder, { recursive: true, force: true });
  }
}

function answer(incoming: IncomingMessage, response: ServerResponse, number: number): void {
  const how = number >= HEALTHY ? 200 : FAILURES[number % FAILURES.length];
  if (how === "hang") return;
  response.writeHead(how ?? 200, how === 302 ? { location: String(incoming.url) } : {}).end();
}

function print(what: string, { delivered, of, p50, p99 }: Latencies): void {
  process.stdout.write(`${what.padEnd(46)} p50 ${p50} ms, p99 ${p99} ms, ${delivered} of ${of} delivered\n`);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
