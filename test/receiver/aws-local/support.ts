import { afterAll, beforeAll } from "@jest/globals";
import { type SignedEvent, signedEvent } from "../../../lab/chaos/event";
import { Chain, newRoute, type ChainSettings, type FunctionName } from "../../../sandbox/aws/chain";
import type { RelaySecret } from "../../../receiver/contract";
import { ensureTools, type Tools } from "../../../toolbox/aws-local";
import { type Answer, post } from "../support/receiver";
import { until } from "../support/destination";

/** Provided, or found missing in one line; what needs them fails then. */
export function useTools(): () => Tools {
  let tools: Tools | undefined;
  beforeAll(async () => {
    tools = await ensureTools();
  });
  return () => {
    if (!tools) throw new Error("The local engines could not be provided; see the error above.");
    return tools;
  };
}

/** One chain for a whole file; each test makes a relay of its own in it. */
export function useChain(settings: ChainSettings): () => Chain {
  const tools = useTools();
  let chain: Chain | undefined;
  beforeAll(async () => {
    chain = await Chain.start(tools(), settings);
    await Promise.all(Object.values(chain.functions).map((each) => each.warm()));
  });
  afterAll(() => chain?.stop());
  return () => {
    if (!chain) throw new Error("The chain did not start; see the error above.");
    return chain;
  };
}

/** Whatever of this file's relays and events may never be seen in a log: routes and signatures. */
export const confidential: string[] = [];

export const SECRET = "the-signing-secret-of-a-test";

export interface TestRelay {
  readonly url: string;
  readonly route: string;
  change(relay: Partial<RelaySecret>): Promise<void>;
}

export async function testRelay(
  chain: Chain,
  destination: string,
  more: Partial<RelaySecret> = {},
): Promise<TestRelay> {
  const route = newRoute();
  confidential.push(route);
  let relay: RelaySecret = {
    relay: "support",
    signingSecret: SECRET,
    destination: { url: destination, allowLoopbackHttp: true },
    ...more,
  };
  await chain.putRelay(route, relay);
  return {
    url: chain.urlOf(route),
    route,
    change: async (changes) => {
      relay = { ...relay, ...changes };
      await chain.putRelay(route, relay);
    },
  };
}

let numbers = 0;

export function someEvent(conversation = 1, secret = SECRET, bytes = 400): SignedEvent {
  const event = signedEvent((numbers += 1), conversation, secret, bytes);
  confidential.push(event.headers["x-kustomer-webhook-signature"] ?? "");
  return event;
}

export function send(relay: TestRelay, event: SignedEvent): Promise<Answer> {
  return post(relay.url, event.body, { ...event.headers });
}

/** As Kustomer does: again and again until it is a 2xx. Returns the statuses before that. */
export async function sendUntilTaken(relay: TestRelay, event: SignedEvent): Promise<number[]> {
  const refused: number[] = [];
  await until(
    async () => {
      const { status } = await send(relay, event).catch(() => ({ status: 0 }));
      if (status !== 200) refused.push(status);
      return status === 200;
    },
    "the intake to take an event",
    20_000,
  );
  return refused;
}

/** The sum of one of the functions' own metrics, from the lines that CloudWatch would make it of. */
export function metric(chain: Chain, name: FunctionName, metricName: string): number {
  let sum = 0;
  for (const line of chain.functions[name].log) {
    if (!line.includes('"_aws"')) continue;
    const value = (JSON.parse(line) as Record<string, unknown>)[metricName];
    if (typeof value === "number") sum += value;
  }
  return sum;
}

export interface DeadLetter {
  readonly body: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** Takes everything out of the dead-letter queue. */
export async function takeDeadLetters(chain: Chain): Promise<DeadLetter[]> {
  const { call } = chain.engine;
  const QueueUrl = chain.resources.deadLetterQueueUrl;
  const letters: DeadLetter[] = [];
  for (;;) {
    const { Messages = [] } = await call<{ Messages?: Received[] }>(
      "sqs",
      "ReceiveMessage",
      { QueueUrl, MaxNumberOfMessages: 10, MessageAttributeNames: ["All"] },
      5_000,
    );
    if (Messages.length === 0) return letters;
    for (const { Body, ReceiptHandle, MessageAttributes = {} } of Messages) {
      const attributes = Object.entries(MessageAttributes).map(
        ([name, { StringValue }]) => [name, StringValue] as const,
      );
      letters.push({ body: Body, attributes: Object.fromEntries(attributes) });
      await call("sqs", "DeleteMessage", { QueueUrl, ReceiptHandle }, 5_000);
    }
  }
}

interface Received {
  readonly Body: string;
  readonly ReceiptHandle: string;
  readonly MessageAttributes?: Readonly<Record<string, { readonly StringValue: string }>>;
}
