import * as pulumi from "@pulumi/pulumi";
import type { QueueArgs } from "@pulumi/aws/sqs";
import { LIMITS } from "../../receiver/contract";
import { queueUrlOf } from "./arn";
import { tlsOnly } from "./policies";
import { type Scope, inRegion, tagged } from "./scope";

export interface Queue {
  readonly arn: pulumi.Output<string>;
  readonly url: pulumi.Output<string>;
  readonly name: pulumi.Output<string>;
}

export interface Queues {
  readonly events: Queue;
  readonly deadLetters: Queue;
}

/** The longest that SQS keeps a message: 14 days. */
const RETENTION_SECONDS = 14 * 24 * 3600;

/**
 * Every try is a receive, so this is not how often an event is tried but the net beneath the delivery function, for messages
 * that kill it. It is the most that SQS allows: at the longest pause between tries, 13 days stay below it.
 */
const MAX_RECEIVE_COUNT = 1000;

/** The queue of events and the queue of dead letters: those that are given, or two of our own. */
export function makeQueues(scope: Scope): Queues {
  const { queue } = scope.args;
  if (queue !== undefined) return { events: existing(queue.arn), deadLetters: existing(queue.deadLetterArn) };
  const deadLetters = makeQueue(scope, "deadLetterQueue", "dead-letters", {});
  const events = makeQueue(scope, "queue", "events", {
    // Time for the function's retries, and for a throttled function's.
    visibilityTimeoutSeconds: LIMITS.visibilityTimeouts * scope.settings.delivery.timeoutSeconds,
    redrivePolicy: pulumi.jsonStringify({ deadLetterTargetArn: deadLetters.arn, maxReceiveCount: MAX_RECEIVE_COUNT }),
  });
  // Apart from the queue, because each of the two names the other.
  new scope.aws.RedriveAllowPolicy(
    ...scope.child(undefined, "dead-letters-from", {
      queueUrl: deadLetters.url,
      redriveAllowPolicy: pulumi.jsonStringify({ redrivePermission: "byQueue", sourceQueueArns: [events.arn] }),
      ...inRegion(scope),
    }),
  );
  return { events, deadLetters };
}

function makeQueue(
  scope: Scope,
  kind: "queue" | "deadLetterQueue",
  what: string,
  settings: Pick<QueueArgs, "visibilityTimeoutSeconds" | "redrivePolicy">,
): Queue {
  const { kmsKeyArn } = scope.args;
  const queue = new scope.aws.Queue(
    ...scope.child(kind, what, {
      fifoQueue: true,
      // Order is kept within a conversation and nowhere else: both together let conversations pass without a common limit.
      deduplicationScope: "messageGroup",
      fifoThroughputLimit: "perMessageGroupId",
      messageRetentionSeconds: RETENTION_SECONDS,
      maxMessageSize: LIMITS.maxMessageBytes,
      ...(kmsKeyArn === undefined ? { sqsManagedSseEnabled: true } : { kmsMasterKeyId: kmsKeyArn }),
      ...settings,
      ...inRegion(scope),
      ...tagged(scope),
    }),
  );
  new scope.aws.QueuePolicy(
    ...scope.child(undefined, `${what}-policy`, {
      queueUrl: queue.url,
      policy: queue.arn.apply((arn) => JSON.stringify(tlsOnly(arn))),
      ...inRegion(scope),
    }),
  );
  return { arn: queue.arn, url: queue.url, name: queue.name };
}

function existing(given: pulumi.Input<string>): Queue {
  const arn = pulumi.output(given);
  const url = arn.apply(queueUrlOf);
  return { arn, url, name: url.apply((text) => text.slice(text.lastIndexOf("/") + 1)) };
}
