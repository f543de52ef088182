import { setTimeout as sleep } from "node:timers/promises";
import { changeOverrides } from "../../receiver/aws/overrides";
import { changed, NO_CONTROLS, type Order, type Overrides } from "../../receiver/controls";
import { decodeMessage } from "../../receiver/aws/message";
import { Chain, newRoute, type FunctionName } from "../../sandbox/aws/chain";
import { ensureTools } from "../../toolbox/aws-local";
import { drained } from "./drain";
import { randomNumbers } from "../random";
import { Sender } from "./sender";
import { Sink } from "./sink";
import { Switcher } from "./switcher";
import { judge, type Verdict } from "./verdict";

export interface HostedChaosSettings {
  readonly rounds: number;
  readonly seed: number;
  readonly broken: boolean;
  /** Pauses, limits and filters beside killing. */
  readonly controls?: boolean;
  readonly progress?: (round: number, acknowledged: number) => void;
}

export interface HostedChaosResult extends Verdict {
  readonly rounds: number;
  readonly seed: number;
  readonly endings: Readonly<Record<string, number>>;
  /** Acknowledged, given up with a reason, and kept for a person: not lost. */
  readonly deadLettered: number;
  /** Answered ones, by what they were. */
  readonly orders: Readonly<Record<string, number>>;
}

/** Points that each function names; those of dead letters have a test of their own. */
const POINTS = [
  ["intake", "before-send"],
  ["delivery", "claimed"],
  ["intake", "stored"],
  ["delivery", "before-post"],
  ["intake", "before-answer"],
  ["delivery", "posted"],
  ["delivery", "before-settle"],
  ["delivery", "settled"],
  ["delivery", "before-release"],
  ["delivery", "released"],
  ["delivery", "before-answer"],
] as const;

const SECRET = "chaos-signing-secret";
const RELAY = "chaos";
const CALL_MS = 5_000;
/** What the sender's filtered share is kept back by. */
const FILTER = [{ name: "own-words", not: { path: "data.attributes.direction", equals: "out" } }];
const FILTERED_SHARE = 0.1;
/** A lease of a minute is a third of a second; a message that a function took to its grave is back after two. */
const TIME_SCALE = 180;
/** A named point that is not reached because nothing happens is a round without a kill at it: the sandbox goes anyway. */
const LONGEST_ROUND_MS = 2_000;
const DRAIN_PATIENCE_MS = 12_000;
const DRAIN_WITHIN_MS = 120_000;
/** Of the destination's answers: what makes the delivery release an event for another try. */
const BUSY_SHARE = 0.1;

/**
 * Kills the functions again and again under load: half of the rounds at a named point, the others by taking the machine from
 * under the shipped bundle at a random moment. Then lets the queue drain and compares.
 */
export async function runHostedChaos(settings: HostedChaosSettings): Promise<HostedChaosResult> {
  const { rounds, seed, broken, progress } = settings;
  const random = randomNumbers(seed);
  const tools = await ensureTools();
  const sink = new Sink(random, BUSY_SHARE);
  const destination = await sink.listen();
  const concurrency = { intakeConcurrency: broken ? 1 : 2, deliveryConcurrency: 2 };
  const chain = await Chain.start(tools, { timeScale: TIME_SCALE, stepping: true, broken, ...concurrency });
  const route = newRoute();
  await chain.putRelay(route, {
    relay: RELAY,
    signingSecret: SECRET,
    destination: { url: destination, allowLoopbackHttp: true },
    ...(settings.controls && { controls: { filter: FILTER } }),
  });
  const filteredShare = settings.controls ? FILTERED_SHARE : 0;
  const url = chain.urlOf(route);
  const sender = new Sender({ url, secret: SECRET, connections: 4, conversationsPerConnection: 8, filteredShare });
  const sending = sender.run();
  const switcher = new Switcher(random, (order) => override(chain, order));
  const switching = settings.controls ? switcher.run() : Promise.resolve();
  const endings: Record<string, number> = {};
  try {
    for (let round = 0; round < rounds; round += 1) {
      const ended = await oneRound(chain, round, random);
      endings[ended] = (endings[ended] ?? 0) + 1;
      progress?.(round + 1, sender.total);
    }
    sender.stop();
    switcher.stop();
    await sending;
    await switching;
    if (settings.controls) await switcher.resume();
    await drained(sender, sink, DRAIN_PATIENCE_MS, DRAIN_WITHIN_MS);
    const dead = await deadLetters(chain);
    const kept = [...dead].filter((id) => !sink.counts.has(id)).length;
    const verdict = judge(sender, sink, switcher.pauses);
    return {
      rounds,
      seed,
      ...verdict,
      lost: verdict.lost - kept,
      deadLettered: kept,
      orders: switcher.orders,
      endings,
    };
  } finally {
    sender.stop();
    switcher.stop();
    await chain.stop();
    sink.close();
  }
}

/** What the command writes, without asking how old the queue is: CloudWatch is not there. */
async function override({ engine, resources }: Chain, order: Order): Promise<void> {
  const change = (before: Overrides): Overrides => changed(before, order, NO_CONTROLS, Date.now());
  await changeOverrides(engine.call, resources.table, RELAY, change, CALL_MS);
}

/** Says how it ended. */
async function oneRound(chain: Chain, round: number, random: () => number): Promise<string> {
  const [name, point] = POINTS[Math.floor(round / 2) % POINTS.length] ?? POINTS[0];
  if (round % 2 === 1) return killAtRandom(chain, name, random);
  const { functions } = chain;
  const before = functions[name].crashes;
  // Few events are released, so the first one will do.
  chain.orderKill(name, { point, nth: point.includes("release") ? 1 : 1 + Math.floor(random() * 8) });
  const until = performance.now() + LONGEST_ROUND_MS;
  while (functions[name].crashes === before && performance.now() < until) await sleep(5);
  chain.orderKill(name, undefined);
  return functions[name].crashes > before ? `${name} ${point}` : killAtRandom(chain, name, random);
}

async function killAtRandom(chain: Chain, name: FunctionName, random: () => number): Promise<string> {
  await sleep(5 + random() * 250);
  await chain.functions[name].kill(1 % chain.functions[name].concurrency);
  return `${name} (random)`;
}

/** The ids of events that were given up. */
async function deadLetters({ engine, resources }: Chain): Promise<Set<string>> {
  const ids = new Set<string>();
  for (;;) {
    const { Messages = [] } = await engine.call<{ Messages?: Letter[] }>(
      "sqs",
      "ReceiveMessage",
      { QueueUrl: resources.deadLetterQueueUrl, MaxNumberOfMessages: 10, MessageAttributeNames: ["All"] },
      10_000,
    );
    if (Messages.length === 0) return ids;
    for (const { Body, MessageAttributes = {} } of Messages) {
      const texts = Object.entries(MessageAttributes).map(([name, { StringValue }]) => [name, StringValue] as const);
      const event = decodeMessage(Body, Object.fromEntries(texts));
      if (event) ids.add(event.id);
    }
  }
}

interface Letter {
  readonly Body: string;
  readonly MessageAttributes?: Readonly<Record<string, { readonly StringValue: string }>>;
}
