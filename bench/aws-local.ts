import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { Chain, newRoute } from "../sandbox/aws/chain";
import { ensureTools } from "../toolbox/aws-local";
import { freePort } from "../toolbox/free-port";
import { load, type Running, script, SECRET, startProcess } from "./receiver/processes";
import { BenchError } from "./support/bench-error";
import { median } from "./support/median";

/** As many requests at once as the intake has environments: more would be answered 429. */
const CONNECTIONS = 4;
const DRAIN_WITHIN_MS = 120_000;

/**
 * npm run bench -- aws-local [--seconds 5] [--laps 3] [--json]
 *
 * The hosted receiver's two functions, as they are shipped, under AWS's Lambda emulator, with ministack for SQS, DynamoDB and
 * Secrets Manager. The figures are this machine's and the emulators', not AWS's; what is compared is the whole chain with as
 * many bare SendMessage calls at once to the same queue engine, in turns.
 */
export async function run(args: string[]): Promise<Record<string, unknown>> {
  const { seconds, laps: count } = options(args);
  const concurrency = { intakeConcurrency: CONNECTIONS, deliveryConcurrency: CONNECTIONS };
  const chain = await Chain.start(await ensureTools(), concurrency);
  let sink: Running | undefined;
  try {
    const sinkPort = await freePort();
    sink = await startProcess([...script("contestants/sink.js"), String(sinkPort)], sinkPort);
    const route = newRoute();
    const destination = { url: `http://127.0.0.1:${sinkPort}/`, allowLoopbackHttp: true };
    await chain.putRelay(route, { relay: "bench", signingSecret: SECRET, destination });
    await Promise.all(Object.values(chain.functions).map((each) => each.warm()));
    const address = new URL(chain.urlOf(route));
    const laps: Lap[] = [];
    for (let lap = 0; lap < count; lap += 1)
      laps.push({
        ...(await throughTheChain({ address, seconds, from: 1 + lap * 1_000_000, sinkPort })),
        bareSendsPerSecond: await bareSends(chain, seconds),
      });
    const middle = (figure: (lap: Lap) => number): number => Math.round(median(laps.map(figure)) * 100) / 100;
    return {
      acknowledgedPerSecond: middle((lap) => lap.acknowledgedPerSecond),
      deliveredPerSecond: middle((lap) => lap.deliveredPerSecond),
      acknowledgementP50Ms: middle((lap) => lap.p50),
      acknowledgementP99Ms: middle((lap) => lap.p99),
      bareSendsPerSecond: middle((lap) => lap.bareSendsPerSecond),
      ratioToBareSend: middle((lap) => lap.acknowledgedPerSecond / lap.bareSendsPerSecond),
      undelivered: laps.reduce((sum, lap) => sum + lap.undelivered, 0),
    };
  } finally {
    await chain.stop();
    await sink?.stop("SIGKILL");
  }
}

function options(args: string[]): { seconds: number; laps: number } {
  const { values } = parseArgs({
    args,
    options: { seconds: { type: "string", default: "5" }, laps: { type: "string", default: "3" } },
  });
  const numbers = { seconds: Number(values.seconds), laps: Number(values.laps) };
  if (!(numbers.seconds > 0 && Number.isInteger(numbers.laps) && numbers.laps > 0))
    throw new BenchError("--seconds must be above 0, and --laps a whole number above 0");
  return numbers;
}

interface Passage {
  readonly acknowledgedPerSecond: number;
  /** From the first request to the last delivery. */
  readonly deliveredPerSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly undelivered: number;
}

type Lap = Passage & { readonly bareSendsPerSecond: number };

interface Load {
  readonly address: URL;
  readonly seconds: number;
  readonly from: number;
  readonly sinkPort: number;
}

async function throughTheChain({ address, seconds, from, sinkPort }: Load): Promise<Passage> {
  const delivered = async (): Promise<number> => {
    const { count } = (await (await fetch(`http://127.0.0.1:${sinkPort}/`)).json()) as { count: number };
    return count;
  };
  const before = await delivered();
  const began = performance.now();
  const orders = { port: Number(address.port), path: address.pathname, secret: SECRET, bytes: 2048, late: true };
  const result = await load({ ...orders, connections: CONNECTIONS, seconds, from });
  const wanted = result.acknowledged.length;
  const end = performance.now() + DRAIN_WITHIN_MS;
  let arrived = (await delivered()) - before;
  while (arrived < wanted && performance.now() < end) {
    await sleep(20);
    arrived = (await delivered()) - before;
  }
  return {
    acknowledgedPerSecond: result.perSecond,
    deliveredPerSecond: arrived / ((performance.now() - began) / 1000),
    p50: result.p50,
    p99: result.p99,
    undelivered: Math.max(0, wanted - arrived),
  };
}

/** As many events a second as the queue engine takes from somebody who does nothing else; to the queue that nobody empties. */
async function bareSends(chain: Chain, seconds: number): Promise<number> {
  const QueueUrl = chain.resources.deadLetterQueueUrl;
  const MessageBody = randomBytes(2048).toString("base64");
  const began = performance.now();
  const end = began + seconds * 1000;
  let sent = 0;
  const send = async (): Promise<void> => {
    while (performance.now() < end) {
      const id = randomBytes(16).toString("hex");
      const message = { QueueUrl, MessageBody, MessageGroupId: id, MessageDeduplicationId: id };
      await chain.engine.call("sqs", "SendMessage", message, 10_000);
      sent += 1;
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, send));
  return sent / ((performance.now() - began) / 1000);
}
