import { randomBytes } from "node:crypto";
import { afterEach } from "@jest/globals";
import type { SignedEvent } from "../../../../lab/chaos/event";
import { createDeliveryHandler, type DeliveryOptions } from "../../../../receiver/aws/delivery";
import { createIntakeHandler, type IntakeOptions } from "../../../../receiver/aws/intake";
import type { FunctionUrlEvent, FunctionUrlResult, SqsBatchResult, SqsEvent } from "../../../../receiver/aws/lambda";
import type { DeclaredControls } from "../../../../receiver/contract";
import { sealRoute } from "../../../../receiver/route-seal";
import { FakeAws } from "./fake-aws";
import type { StoredMessage } from "./fake-queue";

export const SECRET = "hosted-signing-secret";
export const ROUTE_KEY = "the key of the seals";
export const PREVIOUS = "hosted-previous-secret";

const printed: string[] = [];
const write = process.stdout.write.bind(process.stdout);
process.stdout.write = (text: string | Uint8Array, ...rest: never[]) => {
  const line = String(text);
  if (!line.startsWith('{"level"')) return write(text, ...rest);
  printed.push(line);
  return true;
};

afterEach(() => {
  printed.splice(0);
});

/** Every log line of the functions since the test began. */
export function logged(): string {
  return printed.join("");
}

export function metrics(): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const line of printed) {
    const entry = JSON.parse(line) as Record<string, unknown> & {
      _aws?: { CloudWatchMetrics: { Metrics: { Name: string }[] }[] };
    };
    for (const { Name } of entry._aws?.CloudWatchMetrics[0]?.Metrics ?? []) {
      const value = entry[Name];
      sums[Name] = (sums[Name] ?? 0) + (typeof value === "number" ? value : (value as number[]).length);
    }
  }
  return sums;
}

export interface Hosted {
  readonly aws: FakeAws;
  readonly route: string;
  readonly environment: Record<string, string>;
  setSecret(current: string, previous?: string, controls?: DeclaredControls): void;
  /** One more relay, with the same signing secret: its route. */
  addRelay(name: string, destinationUrl: string, controls?: DeclaredControls): string;
  intake(options?: IntakeOptions): (event: FunctionUrlEvent, remainingMs?: number) => Promise<FunctionUrlResult>;
  delivery(options?: DeliveryOptions): (batch: SqsEvent, remainingMs?: number) => Promise<SqsBatchResult>;
  /** With a time of the test's own making. */
  deliveryWith(remaining: () => number): (batch: SqsEvent) => Promise<SqsBatchResult>;
}

/** A receiver with one relay to this destination. */
export async function hosted(
  destinationUrl: string,
  destination: Record<string, unknown> = {},
  variables: Record<string, string> = {},
): Promise<Hosted> {
  const aws = await new FakeAws().start();
  const route = sealRoute(randomBytes(16).toString("hex"), ROUTE_KEY);
  const environment = {
    AWS_REGION: "eu-west-1",
    AWS_ACCESS_KEY_ID: "AKIAEXAMPLE",
    AWS_SECRET_ACCESS_KEY: "example-secret-access-key",
    AWS_SESSION_TOKEN: "example-session-token",
    AWS_ENDPOINT_URL: aws.url,
    RELAY_RECEIVER: "test-receiver",
    RELAY_SECRET_PREFIX: "relays/test",
    RELAY_QUEUE_URL: aws.queueUrl,
    RELAY_DEAD_LETTER_QUEUE_URL: aws.deadLetterQueueUrl,
    RELAY_TABLE: "claims",
    RELAY_ROUTE_KEY: ROUTE_KEY,
    ...variables,
  };
  const valueWith = (
    signingSecret: string,
    controls?: DeclaredControls,
    relay = "support",
    url = destinationUrl,
  ): string =>
    JSON.stringify({
      relay,
      signingSecret,
      destination: { url, allowLoopbackHttp: true, ...destination },
      ...(controls && { controls }),
    });
  const setSecret = (current: string, previous?: string, controls?: DeclaredControls): void => {
    aws.secrets.set(`relays/test/${route}`, {
      AWSCURRENT: valueWith(current, controls),
      ...(previous !== undefined && { AWSPREVIOUS: valueWith(previous) }),
    });
  };
  setSecret(SECRET);
  const addRelay = (name: string, url: string, controls?: DeclaredControls): string => {
    const another = sealRoute(randomBytes(16).toString("hex"), ROUTE_KEY);
    aws.secrets.set(`relays/test/${another}`, { AWSCURRENT: valueWith(SECRET, controls, name, url) });
    return another;
  };
  return {
    aws,
    route,
    environment,
    setSecret,
    addRelay,
    intake: (options = {}) => {
      const handler = createIntakeHandler(environment, { clock: aws.clock, ...options });
      return (event, remainingMs = 10_000) => handler(event, contextWith(remainingMs));
    },
    delivery: (options = {}) => {
      const handler = createDeliveryHandler(environment, { clock: aws.clock, ...options });
      return (batch, remainingMs = 60_000) => handler(batch, contextWith(remainingMs));
    },
    deliveryWith: (remaining) => {
      const handler = createDeliveryHandler(environment, { clock: aws.clock });
      return (batch) => handler(batch, { getRemainingTimeInMillis: remaining });
    },
  };
}

function contextWith(remainingMs: number): { getRemainingTimeInMillis(): number } {
  const endsAt = performance.now() + remainingMs;
  return { getRemainingTimeInMillis: () => endsAt - performance.now() };
}

/** The payload v2 event that a Function URL makes of a request. */
export function urlEvent(
  route: string,
  { body, headers }: Pick<SignedEvent, "body" | "headers">,
  changes: Partial<FunctionUrlEvent> = {},
): FunctionUrlEvent {
  return {
    rawPath: `/${route}`,
    headers: { ...headers, "content-length": String(body.length) },
    requestContext: { http: { method: "POST" } },
    body: body.toString("base64"),
    isBase64Encoded: true,
    ...changes,
  };
}

export function batchOf(messages: readonly StoredMessage[]): SqsEvent {
  return {
    Records: messages.map((one) => ({
      messageId: one.id,
      receiptHandle: one.handle,
      body: one.body,
      attributes: { MessageGroupId: one.groupId, ApproximateReceiveCount: String(one.receives) },
      messageAttributes: Object.fromEntries(
        Object.entries(one.attributes).map(([name, { StringValue }]) => [name, { stringValue: StringValue }]),
      ),
    })),
  };
}

const VISIBILITY_MS = 360_000;

/** What Lambda's event source mapping does: one batch, and deletes what was not reported as failed. */
export async function deliverOnce(
  { aws }: Hosted,
  deliver: (batch: SqsEvent) => Promise<SqsBatchResult>,
  most = 10,
): Promise<number> {
  const messages = aws.queue.receive(most, VISIBILITY_MS);
  if (messages.length === 0) return 0;
  const { batchItemFailures } = await deliver(batchOf(messages));
  const failed = new Set(batchItemFailures.map((one) => one.itemIdentifier));
  for (const message of messages) if (!failed.has(message.id)) aws.queue.remove(message.handle);
  return messages.length;
}

/** Batch after batch until nothing waits; jumps over the waits. */
export async function drain(
  receiver: Hosted,
  deliver: (batch: SqsEvent) => Promise<SqsBatchResult>,
  mostBatches = 500,
): Promise<void> {
  const { aws } = receiver;
  for (let batch = 0; aws.queue.messages.length > 0; batch += 1) {
    if (batch > mostBatches) throw new Error(`After ${mostBatches} batches ${aws.queue.messages.length} events wait.`);
    if ((await deliverOnce(receiver, deliver)) > 0) continue;
    // Those behind them in their groups are not hidden, and do not come either.
    const hidden = aws.queue.messages.map((one) => one.hiddenUntil).filter((until) => until > aws.clock());
    if (hidden.length > 0) aws.aheadMs += Math.max(Math.min(...hidden) - aws.clock(), 0) + 1;
  }
}
