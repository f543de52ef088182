import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { Agent, request } from "undici";
import { signedEvent } from "../lab/chaos/event";
import { type Admin, deadLetterPages } from "../receiver/admin";
import { connectControl } from "../receiver/self-hosted/control";
import type { EventQuery } from "../receiver/event-query";
import { openStore } from "../receiver/self-hosted/schema";
import { controlSocket, databaseFile } from "../receiver/self-hosted/store-folder";
import { freePort } from "../toolbox/free-port";
import { script, SECRET, startProcess } from "./receiver/processes";

const CONVERSATIONS = 10_000;
const REPLAYED_FIRST = 7;
const ACKS_EVERY_MS = 20;
const DRAIN_AT_MOST_MS = 60_000;

interface Beside {
  readonly seconds: number;
  /** Of events that came meanwhile, in milliseconds. */
  readonly ackP50: number;
  readonly ackP99: number;
}

/**
 * npm run bench -- dead-letters [--letters 300000] [--json]
 *
 * What a store with very many dead letters costs: its start, lists, scrapes, replays and drops, and what the answers to Kustomer
 * notice of them.
 */
export async function run(args: string[]): Promise<Record<string, unknown>> {
  const { values } = parseArgs({ args, options: { letters: { type: "string", default: "300000" } } });
  const letters = Number(values.letters);
  const folder = mkdtempSync(join(tmpdir(), "relay-bench-"));
  const store = join(folder, "store");
  mkdirSync(store, { mode: 0o700 });
  fill(databaseFile(store), letters);
  const destination = await takeEverything();
  const [port, observePort] = [await freePort(), await freePort()];
  const config = {
    listen: { port },
    observe: { port: observePort },
    store: { folder: store },
    logLevel: "error",
    relays: [
      {
        name: "airkit",
        secrets: [{ env: "BENCH_SECRET" }],
        destination: { url: destination.url, allowLoopbackHttp: true },
      },
    ],
  };
  writeFileSync(join(folder, "receiver.json"), JSON.stringify(config));
  const began = performance.now();
  const command = [...script("../../cli/main.js"), "receive", "--config", join(folder, "receiver.json")];
  const receiver = await startProcess(command, port);
  const startSeconds = (performance.now() - began) / 1000;
  const admin = await connectControl(controlSocket(store));
  if (!admin) throw new Error("The receiver does not answer on its control socket.");
  const acks = new Acks(port);
  try {
    const figures: Record<string, unknown> = { letters, startSeconds: rounded(startSeconds) };
    const measure = async <T>(name: string, work: () => Promise<T>, more: (result: T) => object): Promise<void> => {
      const { result, beside } = await acks.beside(work);
      figures[name] = { ...beside, ...more(result) };
      process.stdout.write(`${name.padEnd(16)} ${JSON.stringify(figures[name])}\n`);
    };
    await measure(
      "acksAlone",
      () => sleep(5_000),
      () => ({}),
    );
    await measure(
      "listAll",
      () => list(admin, {}),
      (found) => found,
    );
    await measure(
      "listSome",
      () => list(admin, { status: 422, since: Date.now() - 3_600_000 }),
      (found) => found,
    );
    await measure(
      "scrape50",
      () => scrapes(observePort, 50),
      (p99) => ({ scrapeP99: p99 }),
    );
    await measure(
      "replaySome",
      () => admin.replay({ status: 422, conversation: `conversation-${REPLAYED_FIRST}` }, 5),
      (count) => ({ count }),
    );
    await measure(
      "dropSome",
      () => admin.drop({ status: "5xx" }),
      (count) => ({ count }),
    );
    await measure(
      "replayAll",
      () => admin.replay({}),
      (count) => ({ count }),
    );
    const drained = await destination.drained(() => queued(admin));
    figures.drain = { ...drained, residentMiB: resident(receiver.child.pid) };
    return { ...figures, outOfOrder: destination.outOfOrder() };
  } finally {
    await acks.close();
    await receiver.stop("SIGKILL");
    await destination.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** As if as many events had been given up, a tenth of a second one after the other, three kinds of them in turns. */
function fill(file: string, letters: number): void {
  const database = openStore(file);
  database
    .prepare(
      `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
       INSERT INTO dead (seq, destination, id, name, conversation, content_type, event_header, signature, received_at, body,
                         attempts, error, status, died_at)
       SELECT i, 'airkit', 'letter-' || i, 'kustomer.message.create', 'conversation-' || (i % ${CONVERSATIONS}),
              'application/json', NULL, hex(zeroblob(32)), ?2 - (?1 - i) * 100, randomblob(1000), 4,
              'POST https://airkit.example answered ' || (CASE i % 3 WHEN 0 THEN 422 WHEN 1 THEN 404 ELSE 500 END),
              CASE i % 3 WHEN 0 THEN 422 WHEN 1 THEN 404 ELSE 500 END, ?2 - (?1 - i) * 100
       FROM n`,
    )
    .run(letters, Date.now());
  database.close();
}

async function list(admin: Pick<Admin, "deadLetters">, query: EventQuery) {
  let count = 0;
  let longestPageMs = 0;
  let began = performance.now();
  for await (const page of deadLetterPages(admin, query)) {
    count += page.length;
    longestPageMs = Math.max(longestPageMs, performance.now() - began);
    began = performance.now();
  }
  return { count, longestPageMs: rounded(longestPageMs) };
}

async function scrapes(port: number, times: number): Promise<number> {
  const took: number[] = [];
  for (let index = 0; index < times; index += 1) {
    const began = performance.now();
    const page = await request(`http://127.0.0.1:${port}/metrics`);
    await page.body.dump();
    took.push(performance.now() - began);
    await sleep(50);
  }
  return quantile(took, 0.99);
}

async function queued(admin: Pick<Admin, "status">): Promise<number> {
  return (await admin.status()).destinations.reduce((sum, one) => sum + one.queued, 0);
}

/** Sends an event every now and then while something else goes on, and holds the watch. */
class Acks {
  private readonly agent = new Agent({ connections: 4 });
  private next = 0;

  constructor(private readonly port: number) {}

  async beside<T>(work: () => Promise<T>): Promise<{ readonly result: T; readonly beside: Beside }> {
    const took: number[] = [];
    const other = { isOver: false };
    const sending = (async () => {
      while (!other.isOver) {
        took.push(await this.send());
        await sleep(ACKS_EVERY_MS);
      }
    })();
    const began = performance.now();
    const result = await work();
    const seconds = rounded((performance.now() - began) / 1000);
    other.isOver = true;
    await sending;
    return { result, beside: { seconds, ackP50: quantile(took, 0.5), ackP99: quantile(took, 0.99) } };
  }

  close(): Promise<void> {
    return this.agent.close();
  }

  private async send(): Promise<number> {
    const { body, headers } = signedEvent((this.next += 1), this.next % 100, SECRET, 2048);
    const began = performance.now();
    const taken = await request(`http://127.0.0.1:${this.port}/kustomer`, {
      method: "POST",
      body,
      headers,
      dispatcher: this.agent,
    });
    await taken.body.dump();
    if (taken.statusCode !== 200) throw new Error(`The receiver answered ${taken.statusCode}.`);
    return performance.now() - began;
  }
}

/** A destination that notes the order in which letters come. */
async function takeEverything() {
  const arrived: number[] = [];
  const server = createServer((incoming, response) => {
    const id = String(incoming.headers["x-kustomer-relay-event-id"]);
    incoming.resume().on("end", () => {
      if (id.startsWith("letter-")) arrived.push(Number(id.slice(7)));
      response.writeHead(200, { "content-length": 0 }).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    async drained(left: () => Promise<number>) {
      const [before, began] = [arrived.length, performance.now()];
      while ((await left()) > 0 && performance.now() - began < DRAIN_AT_MOST_MS) await sleep(250);
      const seconds = (performance.now() - began) / 1000;
      return { perSecond: Math.round((arrived.length - before) / seconds), left: await left() };
    },
    /** Letters that came after a later one of their conversation; not of that of which some were replayed before the others. */
    outOfOrder(): number {
      const last = new Map<number, number>();
      return arrived.filter((letter) => {
        if (letter % CONVERSATIONS === REPLAYED_FIRST) return false;
        const before = last.get(letter % CONVERSATIONS) ?? 0;
        last.set(letter % CONVERSATIONS, Math.max(before, letter));
        return letter < before;
      }).length;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return rounded(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? NaN);
}

/** From Linux's books; elsewhere not known. */
function resident(pid: number | undefined): number {
  try {
    return Math.round(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${String(pid)}/status`, "utf8"))?.[1]) / 1024);
  } catch {
    return NaN;
  }
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}
