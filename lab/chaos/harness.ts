import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { connectControl } from "../../receiver/self-hosted/control";
import { openStore } from "../../receiver/self-hosted/schema";
import { controlSocket } from "../../receiver/self-hosted/store-folder";
import { freePort } from "../../toolbox/free-port";
import { randomNumbers } from "../random";
import type { ChildOrders } from "./child";
import { drained } from "./drain";
import { type Ending, ending } from "./plan";
import { Sender } from "./sender";
import { Sink } from "./sink";
import { Switcher } from "./switcher";
import { judge, type Verdict } from "./verdict";

export interface ChaosSettings {
  readonly rounds: number;
  readonly seed: number;
  readonly broken: boolean;
  /** Pauses, limits and filters beside killing. */
  readonly controls?: boolean;
  readonly progress?: (round: number, acknowledged: number) => void;
}

export interface ChaosResult extends Verdict {
  readonly rounds: number;
  readonly seed: number;
  readonly endings: Readonly<Record<string, number>>;
  /** Answered ones, by what they were. */
  readonly orders: Readonly<Record<string, number>>;
  /** What SQLite says about the file after all that. */
  readonly integrity: string;
}

const SECRET = "chaos-signing-secret";
/** What the sender's filtered share is kept back by. */
const FILTER = [{ name: "own-words", not: { path: "data.attributes.direction", equals: "out" } }];
const FILTERED_SHARE = 0.1;
/** A named point that is not reached because nothing happens is a round without a kill: the process is ended anyway. */
const LONGEST_ROUND_MS = 2_000;
const DRAIN_PATIENCE_MS = 2_000;
const DRAIN_WITHIN_MS = 300_000;

/** Kills the real process again and again under load, then lets it drain and compares. */
export async function runChaos(settings: ChaosSettings): Promise<ChaosResult> {
  const random = randomNumbers(settings.seed);
  const folder = mkdtempSync(join(tmpdir(), "kustomer-relay-chaos-"));
  const sink = new Sink(random);
  const destination = await sink.listen();
  const port = await freePort();
  const config = {
    listen: { port },
    observe: { port: 0 },
    store: { folder: join(folder, "store") },
    logLevel: "error",
    relays: [
      {
        name: "airkit",
        ...(settings.controls && { filter: FILTER }),
        secrets: [{ env: "CHAOS_SECRET" }],
        destination: { url: destination, allowLoopbackHttp: true, firstRetrySeconds: 0.05 },
      },
    ],
  };
  const configFile = join(folder, "receiver.json");
  writeFileSync(configFile, JSON.stringify(config));
  const url = `http://127.0.0.1:${port}/kustomer`;
  const filteredShare = settings.controls ? FILTERED_SHARE : 0;
  const sender = new Sender({ url, secret: SECRET, connections: 8, conversationsPerConnection: 4, filteredShare });
  const sending = sender.run();
  const socket = controlSocket(join(folder, "store"));
  const switcher = new Switcher(random, async (order) => {
    const admin = await connectControl(socket);
    if (!admin) throw new Error("Nobody runs.");
    await admin.override("airkit", order);
  });
  const switching = settings.controls ? switcher.run() : Promise.resolve();
  const endings: Record<string, number> = {};
  try {
    for (let round = 0; round < settings.rounds; round += 1) {
      const end = ending(round, random);
      const name = end.how === "point" ? end.point : `${end.how} (random)`;
      endings[name] = (endings[name] ?? 0) + 1;
      const useCommand = end.how !== "point" && !settings.broken;
      const orders: ChildOrders = { config, broken: settings.broken, ...(end.how === "point" && { killAt: end }) };
      await oneRound(useCommand ? startCommand(configFile) : startChild(orders), end);
      settings.progress?.(round + 1, sender.total);
    }
    sender.stop();
    switcher.stop();
    await sending;
    await switching;
    const isWaiting = async (): Promise<boolean> => {
      const status = await (await connectControl(socket))?.status();
      return status?.destinations.some(({ queued }) => queued > 0) ?? false;
    };
    const begin = () => (settings.controls ? switcher.resume() : undefined);
    await drain(startCommand(configFile), sender, sink, begin, isWaiting);
    return {
      ...settings,
      ...judge(sender, sink, switcher.pauses),
      orders: switcher.orders,
      endings,
      integrity: integrityOf(join(folder, "store", "events.db")),
    };
  } finally {
    sender.stop();
    switcher.stop();
    sink.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The command as people run it: for all rounds that end at a random moment. */
function startCommand(configFile: string): ChildProcess {
  return start(["../../cli/main.js", "receive", "--config", configFile, "--json"]);
}

function startChild(orders: ChildOrders): ChildProcess {
  return start(["child.js", JSON.stringify(orders)]);
}

function start([script = "", ...args]: string[]): ChildProcess {
  return spawn(process.execPath, [join(__dirname, script), ...args], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, CHAOS_SECRET: SECRET },
  });
}

async function oneRound(child: ChildProcess, end: Ending): Promise<void> {
  const exited = new Promise<void>((resolve) =>
    child.once("exit", () => {
      resolve();
    }),
  );
  const kill = (): void => {
    child.kill("SIGKILL");
  };
  if (end.how === "starting") setTimeout(kill, end.afterMs);
  else void ready(child).then(() => setTimeout(kill, end.how === "running" ? end.afterMs : LONGEST_ROUND_MS));
  await exited;
}

/** Resolves with the first line, which the process prints once it takes events. */
function ready(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.stdout)
      createInterface({ input: child.stdout }).once("line", () => {
        resolve();
      });
  });
}

async function drain(
  child: ChildProcess,
  sender: Sender,
  sink: Sink,
  begin: () => Promise<void> | undefined,
  isWaiting: () => Promise<boolean>,
): Promise<void> {
  const exited = new Promise<void>((resolve) =>
    child.once("exit", () => {
      resolve();
    }),
  );
  await ready(child);
  await begin();
  await drained(sender, sink, DRAIN_PATIENCE_MS, DRAIN_WITHIN_MS, isWaiting);
  child.kill("SIGTERM");
  await exited;
}

function integrityOf(file: string): string {
  const database = openStore(file);
  try {
    return String(Object.values(database.prepare("PRAGMA integrity_check").get() ?? {})[0]);
  } finally {
    database.close();
  }
}
