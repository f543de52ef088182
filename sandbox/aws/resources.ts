import type { AwsCall } from "../../receiver/aws/client";
import type { RelaySecret } from "../../receiver/contract";

/** What the component declares on AWS, by the names that the functions get. */
export interface Resources {
  readonly queueUrl: string;
  readonly queueArn: string;
  readonly deadLetterQueueUrl: string;
  readonly deadLetterQueueArn: string;
  readonly table: string;
  readonly secretPrefix: string;
}

export interface ResourceSettings {
  readonly name: string;
  /** How long a message is hidden after a receive: six times the function's time-out on AWS, less where time is scaled. */
  readonly visibilitySeconds: number;
  readonly maxReceiveCount?: number;
}

const WITHIN_MS = 10_000;
const FIFO = {
  FifoQueue: "true",
  DeduplicationScope: "messageGroup",
  FifoThroughputLimit: "perMessageGroupId",
  MessageRetentionPeriod: String(14 * 24 * 3600),
};

/** Two FIFO queues and a table, as `components/aws` makes them. */
export async function makeResources(call: AwsCall, settings: ResourceSettings): Promise<Resources> {
  const { name, visibilitySeconds, maxReceiveCount = 1000 } = settings;
  const deadLetters = await makeQueue(call, `${name}-dead-letters.fifo`, FIFO);
  const events = await makeQueue(call, `${name}-events.fifo`, {
    ...FIFO,
    VisibilityTimeout: String(visibilitySeconds),
    RedrivePolicy: JSON.stringify({ deadLetterTargetArn: deadLetters.arn, maxReceiveCount }),
  });
  const table = `${name}-deliveries`;
  await call(
    "dynamodb",
    "CreateTable",
    {
      TableName: table,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
    },
    WITHIN_MS,
  );
  return {
    queueUrl: events.url,
    queueArn: events.arn,
    deadLetterQueueUrl: deadLetters.url,
    deadLetterQueueArn: deadLetters.arn,
    table,
    secretPrefix: `kustomer-relay/${name}`,
  };
}

async function makeQueue(
  call: AwsCall,
  name: string,
  attributes: Readonly<Record<string, string>>,
): Promise<{ url: string; arn: string }> {
  const input = { QueueName: name, Attributes: attributes };
  const { QueueUrl: url } = await call<{ QueueUrl: string }>("sqs", "CreateQueue", input, WITHIN_MS);
  const { Attributes } = await call<{ Attributes: { QueueArn: string } }>(
    "sqs",
    "GetQueueAttributes",
    { QueueUrl: url, AttributeNames: ["QueueArn"] },
    WITHIN_MS,
  );
  return { url, arn: Attributes.QueueArn };
}

/** Makes a relay's secret, or gives it a new version: the one before then is AWSPREVIOUS. */
export async function putRelay(
  call: AwsCall,
  { secretPrefix }: Resources,
  route: string,
  relay: RelaySecret,
): Promise<void> {
  const name = `${secretPrefix}/${route}`;
  const value = JSON.stringify(relay);
  try {
    await call("secretsmanager", "PutSecretValue", { SecretId: name, SecretString: value }, WITHIN_MS);
  } catch {
    await call("secretsmanager", "CreateSecret", { Name: name, SecretString: value }, WITHIN_MS);
  }
}
