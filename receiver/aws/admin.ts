import type { Admin, Going, Status } from "../admin";
import type { Clock } from "../clock";
import { LIMITS } from "../contract";
import { changed, NO_CONTROLS, type Order, type Overrides, relayControls, type RelayControls } from "../controls";
import type { EventQuery } from "../event-query";
import type { DestinationStats } from "../inbox";
import { type AwsCall, AwsError } from "./client";
import { changeOverrides, readOverrides } from "./overrides";
import { type Found, type HeldLetter, HostedDeadLetters, type HostedQueues } from "./dead-letters";
import { LONGEST_HOLD_SECONDS } from "./hold";
import { queueDepth } from "./queue-depth";

export interface HostedAdminParts {
  readonly queues: readonly HostedQueues[];
  readonly dashboards: readonly string[];
  readonly clock: Clock;
  /** How many messages SQS shows at a time: for tests. */
  readonly mostShown?: number;
}

const TIMEOUT_MS = 10_000;
const DAY_MS = 24 * 3_600_000;
/** Bodies of letters that were listed, for whoever wants to see one next. */
const MOST_BYTES_KEPT = 32 * 1024 * 1024;
/** CloudWatch gets a queue's figures every minute, some minutes late. */
const AGE_WITHIN_MS = 600_000;

/** What a person can ask of receivers on AWS: of their queues, because these are all that keeps anything. */
export function createHostedAdmin({ queues, dashboards, clock, mostShown }: HostedAdminParts): Admin {
  const letters = new HostedDeadLetters(queues, clock, mostShown);
  const bodies = new Map<number, Uint8Array>();
  let bytesKept = 0;
  const keepBody = ({ letter, body }: HeldLetter): void => {
    if (bodies.has(letter.seq) || bytesKept + body.byteLength > MOST_BYTES_KEPT) return;
    bytesKept += body.byteLength;
    bodies.set(letter.seq, body);
  };
  return {
    status: async () => ({
      ...(await allControls(queues, clock())),
      running: true,
      destinations: await Promise.all(queues.map((one) => statsOf(one, clock()))),
      circuitsOpen: [],
      dashboards,
    }),
    override: (relay, order) => override(queues, relay, order, clock()),
    deadLetters: (query) => {
      const keep = (held: HeldLetter) => {
        keepBody(held);
        return { one: held.letter, bytes: 0 };
      };
      // SQS gives no way to go on from somewhere, so all of them are one page.
      return letters.withLetters(query, keep, ({ letters: listed, unseen }) =>
        Promise.resolve({ letters: listed, ...(unseen !== undefined && { unseen }) }),
      );
    },
    deadLetterBody: async (seq) => {
      const known = bodies.get(seq);
      if (known) return known;
      const keep = ({ body }: HeldLetter) => ({ one: body, bytes: body.byteLength });
      return letters.withLetters({ seqs: [seq] }, keep, ({ letters: [body] }) => Promise.resolve(body));
    },
    replay: (query, perSecond, going) => {
      const keep = (held: HeldLetter) => ({ one: held, bytes: held.body.byteLength });
      return letters.withLetters(query, keep, async (found) =>
        allOf(query, found, "replayed", await replay(letters, found, perSecond, going)),
      );
    },
    drop: (query) => {
      const keep = ({ messageId }: HeldLetter) => ({ one: messageId, bytes: 0 });
      return letters.withLetters(query, keep, async (found) =>
        allOf(query, found, "dropped", await letters.drop(found)),
      );
    },
  };
}

/** What was done, unless something that was chosen could not be seen: then it is to be done again. */
function allOf({ seqs }: EventQuery, { letters, unseen }: Found<unknown>, verb: string, done: number): number {
  if (seqs === undefined || unseen === undefined || letters.length >= seqs.length) return done;
  throw new Error(
    `${done} ${verb}; ${seqs.length - letters.length} of those that were chosen did not show, because SQS shows 120,000 of a queue at a time. Do it again.`,
  );
}

async function replay(
  letters: HostedDeadLetters,
  found: Found<HeldLetter>,
  perSecond: number | undefined,
  going: Going | undefined,
): Promise<number> {
  const events = found.letters.filter(({ event }) => event !== undefined);
  const most = Math.floor((perSecond ?? Infinity) * LONGEST_HOLD_SECONDS);
  if (events.length > most)
    throw new Error(
      `${events.length} dead letters at ${perSecond} a second take longer than the ${LONGEST_HOLD_SECONDS / 3600} hours for which SQS lets them be held; none was replayed. Give --limit ${most}, and repeat it.`,
    );
  const chosen = { ...found, letters: events };
  const replayed = await (perSecond === undefined
    ? letters.replay(chosen, going)
    : letters.replayInPace(chosen, perSecond, going));
  const others = found.letters.length - events.length;
  if (others === 0) return replayed;
  throw new Error(
    `${replayed} replayed; ${others} in the dead-letter queue did not come from the intake, and can only be dropped.`,
  );
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
