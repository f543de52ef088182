import fc from "fast-check";
import type { RelayReceiverArgs } from "../../../../index";
import { KEY, QUEUE, TABLE, TOPIC, VPC } from "./receiver";

const some = <T extends object>(model: { [K in keyof T]-?: fc.Arbitrary<T[K]> }) =>
  fc.record(model, { requiredKeys: [] });
const memoryMiB = fc.integer({ min: 128, max: 10_240 });

/** Arguments that are right, in any combination. */
export const receiverArgs = some({
  region: fc.constantFrom("eu-central-1", "us-gov-west-1", "ap-southeast-2"),
  intake: some({
    memoryMiB,
    timeoutSeconds: fc.integer({ min: 3, max: 30 }),
    reservedConcurrency: fc.oneof(fc.integer({ min: 1, max: 10_000 }), fc.constant("none" as const)),
    maxBodyKiB: fc.integer({ min: 1, max: 760 }),
    maxAgeMinutes: fc.integer({ min: 65, max: 20_160 }),
    unsealedPaths: fc.constantFrom([], ["f".repeat(32)]),
  }),
  delivery: some({
    memoryMiB,
    timeoutSeconds: fc.integer({ min: 10, max: 900 }),
    maximumConcurrency: fc.integer({ min: 2, max: 1000 }),
    giveUpAfterDays: fc.integer({ min: 1, max: 13 }),
  }),
  alarms: fc.oneof(
    fc.constant(false as const),
    some({
      actions: fc.constantFrom([], [TOPIC]),
      oldestMinutes: fc.integer({ min: 1, max: 1440 }),
      expectEventEveryMinutes: fc.integer({ min: 1, max: 1440 }),
    }),
  ),
  dashboard: fc.boolean(),
  logRetentionDays: fc.constantFrom(1, 30, 3653),
  logLevel: fc.constantFrom("debug", "info", "warn", "error"),
  kmsKeyArn: fc.constant(KEY),
  vpc: fc.constantFrom(VPC, { ...VPC, intakeToo: true }),
  queue: fc.constant(QUEUE),
  table: fc.constant(TABLE),
  pointInTimeRecovery: fc.boolean(),
  tags: fc.constant({ team: "support" }),
}) as fc.Arbitrary<RelayReceiverArgs>;

/** One mistake each: what to put where, and what is said of it. */
const MISTAKES: readonly (readonly [path: string, value: unknown, sentence: string])[] = [
  ["region", "Frankfurt", "region: must be a region of AWS"],
  ["intake.memoryMiB", 64, "intake.memoryMiB: must be a whole number from 128 to 10240"],
  ["intake.timeoutSeconds", 31, "intake.timeoutSeconds: must be a whole number from 3 to 30"],
  ["intake.reservedConcurrency", 0, 'intake.reservedConcurrency: must be a whole number from 1 to 10000, or "none"'],
  ["intake.maxBodyKiB", 1024, "intake.maxBodyKiB: must be a whole number from 1 to 760"],
  ["intake.maxAgeMinutes", 64, "intake.maxAgeMinutes: must be a whole number from 65"],
  ["intake.unsealedPaths", ["/webhook?x"], "intake.unsealedPaths[0]: must be the path of a relay"],
  ["delivery.memoryMiB", "256", "delivery.memoryMiB: must be a whole number"],
  ["delivery.timeoutSeconds", 1000, "delivery.timeoutSeconds: must be a whole number from 10 to 900"],
  ["delivery.maximumConcurrency", 1, "delivery.maximumConcurrency: must be a whole number from 2 to 1000"],
  ["delivery.giveUpAfterDays", 14, "delivery.giveUpAfterDays: must be a whole number from 1 to 13"],
  ["alarms.actions", ["me@example.com"], "alarms.actions[0]: must be an ARN"],
  ["alarms.oldestMinutes", 0.5, "alarms.oldestMinutes: must be a whole number"],
  ["alarms.expectEventEveryMinutes", 2000, "alarms.expectEventEveryMinutes: must be a whole number from 1 to 1440"],
  ["dashboard", "yes", "dashboard: must be true or false"],
  ["logRetentionDays", 15, "logRetentionDays: must be one of 1, 3, 5"],
  ["logLevel", "verbose", "logLevel: must be debug, info, warn, error"],
  ["kmsKeyArn", "alias/relay", "kmsKeyArn: must be the ARN of a KMS key, not of an alias"],
  ["vpc.subnetIds", ["10.0.0.0/24"], "vpc.subnetIds[0]: must be the id of a subnet"],
  ["vpc.securityGroupIds", undefined, "vpc.securityGroupIds: is required: a list of security groups' ids"],
  ["queue.arn", QUEUE.arn.replace(".fifo", ""), "queue.arn: must be the ARN of a FIFO queue"],
  ["queue.deadLetterArn", undefined, "queue.deadLetterArn: is required: the ARN of its FIFO dead-letter queue"],
  ["table.arn", "ours", "table.arn: must be the ARN of a table"],
  ["pointInTimeRecovery", 1, "pointInTimeRecovery: must be true or false"],
  ["tags", "team=support", "tags: must be names with values"],
  ["front", "https://x.example.com", "front: must be a function that gives an address"],
  ["memory", 256, "memory: there is no such argument"],
];

export interface Mistaken {
  readonly args: RelayReceiverArgs;
  readonly sentences: string[];
}

/** Right arguments into which some mistakes were put. */
export const mistakenArgs: fc.Arbitrary<Mistaken> = fc
  .tuple(receiverArgs, fc.subarray([...MISTAKES], { minLength: 1 }))
  .map(([right, mistakes]) => {
    const args: Record<string, unknown> = { ...right };
    for (const [path, value] of mistakes) {
      const [group = "", name] = path.split(".");
      if (name === undefined) args[group] = value;
      else args[group] = { ...(isObject(args[group]) ? args[group] : NEIGHBOURS[group]), [name]: value };
    }
    return { args, sentences: mistakes.map(([, , sentence]) => sentence) };
  });

/** What a group needs besides. */
const NEIGHBOURS: Readonly<Record<string, object>> = { vpc: VPC, queue: QUEUE };

/** Not where it was switched off by `false`. */
function isObject(value: unknown): value is object {
  return typeof value === "object";
}
