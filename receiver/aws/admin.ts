import type { Admin, Status } from "../admin";
import type { Clock } from "../clock";
import { LIMITS } from "../contract";
import { changed, NO_CONTROLS, type Order, type Overrides, relayControls, type RelayControls } from "../controls";
import type { DeadLetter, DestinationStats } from "../inbox";
import { type AwsCall, AwsError } from "./client";
import { changeOverrides, readOverrides } from "./overrides";
import { type HeldLetter, HostedDeadLetters, type HostedQueues } from "./dead-letters";
import { queueDepth } from "./queue-depth";

export interface HostedAdminParts {
  readonly queues: readonly HostedQueues[];
  readonly dashboards: readonly string[];
  readonly clock: Clock;
}

const TIMEOUT_MS = 10_000;
const DAY_MS = 24 * 3_600_000;
/** A part of the time for which dead letters are held, the rest being for taking them out. */
const LONGEST_REPLAY_SECONDS = 400;
/** CloudWatch gets a queue's figures every minute, some minutes late. */
const AGE_WITHIN_MS = 600_000;

/** What a person can ask of receivers on AWS: of their queues, because these are all that keeps anything. */
export function createHostedAdmin({ queues, dashboards, clock }: HostedAdminParts): Admin {
  const letters = new HostedDeadLetters(queues, clock);
  const bodies = new Map<number, Uint8Array>();
  return {
    status: async () => ({
      ...(await allControls(queues, clock())),
      running: true,
      destinations: await Promise.all(queues.map((one) => statsOf(one, clock()))),
      circuitsOpen: [],
      dashboards,
    }),
    override: (relay, order) => override(queues, relay, order, clock()),
    deadLetters: (query) =>
      letters.withLetters(query, (held) => {
        for (const { seq, body } of held) bodies.set(seq, body);
        // SQS gives no way to go on from somewhere, so all of them are one page.
        return Promise.resolve({ letters: held.map(described) });
      }),
    // They were read together with what they are the bodies of.
    deadLetterBody: (seq) => Promise.resolve(bodies.get(seq)),
    replay: (query, perSecond) =>
      letters.withLetters(query, async (held) => {
        const events = held.filter(({ event }) => event !== undefined);
        if (perSecond !== undefined && events.length > perSecond * LONGEST_REPLAY_SECONDS)
          throw new Error(
            `${events.length} dead letters at ${perSecond} a second take longer than the ${LONGEST_REPLAY_SECONDS} seconds that SQS lets them be held. Give --limit ${Math.floor(perSecond * LONGEST_REPLAY_SECONDS)}, and repeat it.`,
          );
        const replayed = await (perSecond === undefined
          ? letters.replay(events)
          : letters.replayInPace(events, perSecond));
        const others = held.length - events.length;
        if (others === 0) return replayed;
        throw new Error(
          `${replayed} replayed; ${others} in the dead-letter queue did not come from the intake, and can only be dropped.`,
        );
      }),
    drop: (query) => letters.withLetters(query, (held) => letters.drop(held)),
  };
}

/** The counts are worth showing to who may not read the table. */
async function allControls(
  queues: readonly HostedQueues[],
  now: number,
): Promise<Pick<Status, "controls" | "controlsProblem">> {
  try {
    return { controls: (await Promise.all(queues.map((one) => controlsOf(one, now)))).flat() };
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return { controls: [], controlsProblem: error.message };
  }
}

async function controlsOf({ call, table, relays = [] }: HostedQueues, now: number): Promise<RelayControls[]> {
  if (table === undefined) return [];
  const overrides = await readOverrides(call, table, TIMEOUT_MS);
  return relays.map(({ name, declared }) => relayControls(name, declared, overrides.get(name) ?? {}, now));
}

async function override(
  queues: readonly HostedQueues[],
  relay: string,
  order: Order,
  now: number,
): Promise<RelayControls> {
  const found = queues.find(({ relays = [] }) => relays.some(({ name }) => name === relay));
  if (found?.table === undefined) {
    const names = queues.flatMap(({ relays = [] }) => relays.map(({ name }) => name)).join(", ");
    throw new Error(
      names === ""
        ? "The stack's outputs do not say which relays the receiver has: run `pulumi up` with this version, and export a relay's `receiver` output."
        : `There is no relay ${relay} here; there is ${names}.`,
    );
  }
  const { call, table } = found;
  const refusal = order.do === "pause" ? await pauseRefusal(found, relay, order.forMs, now) : undefined;
  if (refusal !== undefined) throw new Error(refusal);
  const declared = found.relays?.find(({ name }) => name === relay)?.declared;
  const change = (before: Overrides): Overrides => changed(before, order, declared ?? NO_CONTROLS, now);
  const after = await changeOverrides(call, table, relay, change, TIMEOUT_MS);
  return relayControls(relay, declared, after, now);
}

/** What waits longest may have waited for days before the pause. */
async function pauseRefusal(
  { call, queueUrl }: HostedQueues,
  relay: string,
  forMs: number | undefined,
  now: number,
): Promise<string | undefined> {
  const age = (await ageOfOldest(call, queueUrl, now)) ?? 0;
  const lastsMs = LIMITS.maxPauseDays * DAY_MS - age * 1000;
  if (lastsMs > (forMs ?? 0)) return undefined;
  const days = Math.max(0, lastsMs / DAY_MS).toFixed(1);
  return `Pausing ${relay}: the oldest event has waited for ${(age / 86_400).toFixed(1)} days, and SQS deletes what is 14 days old, so a pause may last for ${days} days at most. Pause for less with --for.`;
}

function described({
  body: _body,
  queues: _queues,
  handle: _handle,
  messageId: _id,
  event: _event,
  ...letter
}: HeldLetter): DeadLetter {
  return letter;
}

async function statsOf(queues: HostedQueues, now: number): Promise<DestinationStats> {
  const [waiting, dead, ageSeconds] = await Promise.all([
    queueDepth(queues.call, queues.queueUrl),
    queueDepth(queues.call, queues.deadLetterQueueUrl),
    ageOfOldest(queues.call, queues.queueUrl, now),
  ]);
  return {
    destination: queues.name,
    queued: waiting.visible + waiting.hidden,
    ...(ageSeconds !== undefined && { oldestReceivedAt: now - ageSeconds * 1000 }),
    // Under way at this moment, or put off until the next try.
    retrying: waiting.hidden,
    deadLetters: dead.visible + dead.hidden,
  };
}

/** Seconds; undefined while nothing waits, or where CloudWatch does not say. */
async function ageOfOldest(call: AwsCall, queueUrl: string, now: number): Promise<number | undefined> {
  const name = new URL(queueUrl).pathname.split("/").at(-1);
  try {
    const { Datapoints = [] } = await call<{ Datapoints?: { Timestamp: number; Maximum: number }[] }>(
      "monitoring",
      "GetMetricStatistics",
      {
        Namespace: "AWS/SQS",
        MetricName: "ApproximateAgeOfOldestMessage",
        Dimensions: [{ Name: "QueueName", Value: name }],
        StartTime: Math.floor((now - AGE_WITHIN_MS) / 1000),
        EndTime: Math.ceil(now / 1000),
        Period: 60,
        Statistics: ["Maximum"],
      },
      TIMEOUT_MS,
    );
    const latest = Datapoints.toSorted((a, b) => b.Timestamp - a.Timestamp)[0];
    return latest === undefined || latest.Maximum === 0 ? undefined : latest.Maximum;
  } catch (error) {
    // The counts are worth showing to who may not read metrics.
    if (error instanceof AwsError) return undefined;
    throw error;
  }
}
