import type { PulumiFn } from "@pulumi/pulumi/automation";
import * as pulumi from "@pulumi/pulumi";
import * as dynamodb from "@pulumi/aws/dynamodb";
import * as iam from "@pulumi/aws/iam";
import * as kms from "@pulumi/aws/kms";
import type * as lambda from "@pulumi/aws/lambda";
import * as sqs from "@pulumi/aws/sqs";
import { RelayReceiver, type RelayReceiverArgs } from "../../aws";
import type { DeclaredControls } from "../../receiver/contract";

const ACTION = "arn:aws:sns:us-east-1:000000000000:on-call";

const WEEK = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;

export const FIRST: RelayReceiverArgs = {
  alarms: {
    actions: [ACTION],
    expectEventEveryMinutes: 60,
    businessHours: { timeZone: "Europe/Berlin", days: [...WEEK], from: "00:00", to: "24:00" },
  },
  intake: { maxAgeMinutes: 90 },
  tags: { team: "support" },
};

/** Of every resource that has a setting of ours, one that can be changed where it is. */
export const CHANGED: RelayReceiverArgs = {
  alarms: {
    actions: [ACTION, `${ACTION}-2`],
    oldestMinutes: 30,
    expectEventEveryMinutes: 120,
    businessHours: { timeZone: "America/New_York", from: "08:00", to: "18:00" },
  },
  intake: { maxAgeMinutes: 120, memoryMiB: 512, reservedConcurrency: 10, unsealedPaths: ["f".repeat(32)] },
  delivery: { timeoutSeconds: 90, maximumConcurrency: 5, giveUpAfterDays: 7 },
  logRetentionDays: 14,
  logLevel: "debug",
  pointInTimeRecovery: true,
  tags: { team: "support", cost: "42" },
};

/** Keeps back what the bot itself has said. */
const ownWords = { name: "own-words", not: { path: "data.attributes.direction", equals: "out" } };

export const LIMITED: DeclaredControls = { maxPerSecond: 50, filter: [ownWords] };
export const PAUSED: DeclaredControls = {
  paused: true,
  maxPerSecond: 20,
  filter: [ownWords, { events: ["kustomer.*"] }],
};

export interface RelayInProgram {
  readonly signingSecret: string;
  readonly destination: string;
  readonly controls: DeclaredControls;
}

export function receiver(args: RelayReceiverArgs, { signingSecret, destination, controls }: RelayInProgram): PulumiFn {
  return () => {
    const made = new RelayReceiver("receiver", { ...args, transform: { delivery: allowBatches } });
    const relay = made.addRelay("support");
    relay.connect({
      signingSecret: pulumi.secret(signingSecret),
      destination: { url: destination, allowLoopbackHttp: true, keepAnswerExcerpt: false },
      ...(controls.paused !== undefined && { paused: controls.paused }),
      ...(controls.maxPerSecond !== undefined && { maxPerSecond: controls.maxPerSecond }),
      ...(controls.filter !== undefined && { filter: [...controls.filter] }),
    });
    others();
    const { region, queueUrl, deadLetterQueueUrl, tableName } = made;
    return Promise.resolve({
      url: relay.url,
      secret: relay.secretArn,
      intake: made.intakeFunctionName,
      dashboard: made.dashboardUrl,
      // As a KustomerRelay tells of it: what the commands go by.
      receiver: { kind: "aws", relay: "support", region, queueUrl, deadLetterQueueUrl, tableName, controls },
    });
  };
}

/** On AWS the right to an action of SQS is the right to its batch, too. ministack asks for the batch by its own name. */
function allowBatches({ role }: lambda.FunctionArgs): void {
  const Action = ["sqs:ChangeMessageVisibilityBatch", "sqs:DeleteMessageBatch"];
  new iam.RolePolicy("batches-for-ministack", {
    role: pulumi.output(role).apply((arn) => arn.slice(arn.lastIndexOf("/") + 1)),
    policy: JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action, Resource: "*" }] }),
  });
}

/** What the first receiver leaves at its default: a key, a network and a region, and a queue and a table that exist. */
function others(): void {
  const key = new kms.Key("key", { deletionWindowInDays: 7 });
  new RelayReceiver("private", {
    region: "us-east-1",
    kmsKeyArn: key.arn,
    vpc: { subnetIds: ["subnet-0a"], securityGroupIds: ["sg-0a"], intakeToo: true },
    intake: { reservedConcurrency: "none" },
    alarms: false,
    dashboard: false,
  }).addRelay("sales");

  const deadLetters = new sqs.Queue("own-dead-letters", { fifoQueue: true });
  const events = new sqs.Queue("own", { fifoQueue: true });
  const table = new dynamodb.Table("own", {
    billingMode: "PAY_PER_REQUEST",
    hashKey: "id",
    attributes: [{ name: "id", type: "S" }],
    ttl: { attributeName: "expiresAt", enabled: true },
  });
  new RelayReceiver("on-existing", {
    queue: { arn: events.arn, deadLetterArn: deadLetters.arn },
    table: { arn: table.arn },
    alarms: false,
    dashboard: false,
  });
}
