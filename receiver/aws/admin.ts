import type { Admin } from "../admin";
import type { Clock } from "../clock";
import type { DeadLetter, DestinationStats } from "../inbox";
import { type AwsCall, AwsError } from "./client";
import { type HeldLetter, HostedDeadLetters, type HostedQueues } from "./dead-letters";
import { queueDepth } from "./queue-depth";

export interface HostedAdminParts {
  readonly queues: readonly HostedQueues[];
  readonly dashboards: readonly string[];
  readonly clock: Clock;
}

const TIMEOUT_MS = 10_000;
/** CloudWatch gets a queue's figures every minute, some minutes late. */
const AGE_WITHIN_MS = 600_000;

/** What a person can ask of receivers on AWS: of their queues, because these are all that keeps anything. */
export function createHostedAdmin({ queues, dashboards, clock }: HostedAdminParts): Admin {
  const letters = new HostedDeadLetters(queues, clock);
  const bodies = new Map<number, Uint8Array>();
  return {
    status: async () => ({
      running: true,
      destinations: await Promise.all(queues.map((one) => statsOf(one, clock()))),
      circuitsOpen: [],
      dashboards,
    }),
    deadLetters: (selection) =>
      letters.withLetters(selection, (held) => {
        for (const { seq, body } of held) bodies.set(seq, body);
        // SQS gives no way to go on from somewhere, so all of them are one page.
        return Promise.resolve({ letters: held.map(described) });
      }),
    // They were read together with what they are the bodies of.
    deadLetterBody: (seq) => Promise.resolve(bodies.get(seq)),
    replay: (selection) =>
      letters.withLetters(selection, async (held) => {
        const events = held.filter(({ event }) => event !== undefined);
        const replayed = await letters.replay(events);
        const others = held.length - events.length;
        if (others === 0) return replayed;
        throw new Error(
          `${replayed} replayed; ${others} in the dead-letter queue did not come from the intake, and can only be dropped.`,
        );
      }),
    drop: (selection) => letters.withLetters(selection, (held) => letters.drop(held)),
  };
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
