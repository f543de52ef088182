import type { ServerResponse } from "node:http";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { DeliveryStep } from "../../../receiver/aws/delivery";
import type { SqsBatchResult } from "../../../receiver/aws/lambda";
import { decodeDeath } from "../../../receiver/aws/message";
import { headersFor, signedEvent, type SignedEvent } from "../../../lab/chaos/event";
import { ok, testDestination } from "../support/destination";
import { lastLine, runNode } from "./support/run-node";
import type { StoredMessage } from "./support/fake-queue";
import {
  batchOf,
  deliverOnce,
  drain,
  hosted,
  type Hosted,
  logged,
  metrics,
  PREVIOUS,
  SECRET,
  urlEvent,
} from "./support/hosted";

let numbers = 0;
const someEvent = (conversation = 1, secret = SECRET): SignedEvent => signedEvent((numbers += 1), conversation, secret);

async function store(receiver: Hosted, ...events: readonly SignedEvent[]): Promise<void> {
  const intake = receiver.intake();
  for (const event of events) expect((await intake(urlEvent(receiver.route, event))).statusCode).toBe(200);
}

function deaths({ aws }: Hosted) {
  return aws.deadLetters.messages.map(({ attributes }) =>
    decodeDeath(Object.fromEntries(Object.entries(attributes).map(([name, one]) => [name, one.StringValue]))),
  );
}

const ids = (arrivals: readonly { readonly id: string }[]): string[] => arrivals.map((one) => one.id);

describe("a batch", () => {
  test("is delivered byte for byte with Kustomer's headers, the configured ones and the event's id", async () => {
    const destination = await testDestination();
    const receiver = await hosted(destination.url, { headers: { "X-Tenant": "acme" } });
    const event = someEvent();
    await store(receiver, event);
    await drain(receiver, receiver.delivery());
    const [arrival] = destination.arrivals;
    expect(arrival?.body.equals(event.body)).toBe(true);
    expect(arrival?.headers).toMatchObject({
      ...event.headers,
      "x-tenant": "acme",
      "x-kustomer-relay-event-id": event.id,
    });
    expect(arrival?.headers).not.toHaveProperty("x-amz-security-token");
    expect(metrics()).toMatchObject({ Stored: 1, Delivered: 1, DeliveryLatency: 1 });
  });

  test("reports the failed event and all behind it in its group, and lets other groups through", async () => {
    const events = [someEvent(1), someEvent(2), someEvent(1), someEvent(2), someEvent(1)];
    const bad = events[2]?.id;
    const destination = await testDestination((response, { id }) => {
      response.writeHead(id === bad ? 500 : 200).end();
    });
    const receiver = await hosted(destination.url);
    await store(receiver, ...events);
    const messages = receiver.aws.queue.receive(10, 60_000);
    const { batchItemFailures } = await receiver.delivery()(batchOf(messages));
    expect(batchItemFailures.map((one) => one.itemIdentifier)).toEqual([messages[2]?.id, messages[4]?.id]);
    expect(ids(destination.arrivals)).not.toContain(events[4]?.id);
    // Both come again together, soon.
    const [third, fifth] = [messages[2], messages[4]].map((one) => (one?.hiddenUntil ?? 0) - receiver.aws.clock());
    expect(third).toBeLessThanOrEqual(1_000);
    expect(Math.abs((third ?? 0) - (fifth ?? 0))).toBeLessThan(50);
    expect(metrics()).toMatchObject({ Delivered: 3, Retried: 1 });
  });

  test("keeps the order within every conversation for any mixture of failures, and loses nothing", async () => {
    const step = fc.record({ conversation: fc.nat(2), failures: fc.nat(2) });
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 1, maxLength: 25 }),
        fc.integer({ min: 1, max: 10 }),
        async (steps, most) => {
          const left = new Map<string, number>();
          const delivered: string[] = [];
          const destination = await testDestination((response, { id }) => {
            const failures = left.get(id) ?? 0;
            left.set(id, failures - 1);
            if (failures === 0) delivered.push(id);
            response.writeHead(failures > 0 ? 500 : 200).end();
          });
          const receiver = await hosted(destination.url);
          const events = steps.map((one) => ({ ...someEvent(one.conversation), failures: one.failures }));
          for (const { id, failures } of events) left.set(id, failures);
          await store(receiver, ...events);
          const deliver = receiver.delivery();
          for (let i = 0; receiver.aws.queue.messages.length > 0 && i < 500; i += 1) {
            if ((await deliverOnce(receiver, deliver, most)) === 0) receiver.aws.aheadMs += 10_000;
          }
          expect(delivered.slice().sort()).toEqual(ids(events).sort());
          for (const { conversation } of events) {
            const sent = ids(events.filter((one) => one.conversation === conversation));
            expect(delivered.filter((id) => sent.includes(id))).toEqual(sent);
          }
        },
      ),
      { numRuns: 15 },
    );
  });

  test("waits longer from failure to failure, never less than the destination asks for", async () => {
    const destination = await testDestination((response) => {
      response.writeHead(503).end();
    });
    const receiver = await hosted(destination.url);
    await store(receiver, someEvent());
    const deliver = receiver.delivery({ random: () => 1 });
    const waits: number[] = [];
    for (let i = 0; i < 6; i += 1) {
      if (i === 5)
        destination.behave((response) => {
          response.writeHead(429, { "retry-after": "120" }).end();
        });
      await deliverOnce(receiver, deliver);
      const wait = (receiver.aws.queue.messages[0]?.hiddenUntil ?? 0) - receiver.aws.clock();
      waits.push(Math.round(wait / 1000));
      receiver.aws.aheadMs += wait + 1;
    }
    expect(waits).toEqual([1, 2, 4, 8, 16, 120]);
  });
});

describe("an answer that will not get better", () => {
  test("makes a dead letter at once, with the reason, and lets the next event through", async () => {
    const [bad, good] = [someEvent(1), someEvent(1)];
    const destination = await testDestination((response, { id }) => {
      response.writeHead(id === bad.id ? 422 : 200, { "x-request-id": "airkit-7" }).end();
    });
    const receiver = await hosted(destination.url);
    await store(receiver, bad, good);
    await deliverOnce(receiver, receiver.delivery());
    expect(receiver.aws.queue.messages).toEqual([]);
    expect(ids(destination.arrivals)).toEqual([bad.id, good.id]);
    expect(deaths(receiver)).toEqual([
      {
        reason: `POST ${destination.url} answered 422 (request id airkit-7)`,
        status: 422,
        attempts: 1,
        diedAt: expect.any(Number),
      },
    ]);
    expect(metrics()).toMatchObject({ DeadLettered: 1, Delivered: 1 });
  });

  test("is held against the signatures by the other active secrets first, in the same batch", async () => {
    const event = someEvent(1, PREVIOUS);
    const wanted = signatureBy(SECRET, event);
    const destination = await testDestination((response, { headers }) => {
      response.writeHead(headers["x-kustomer-webhook-signature"] === wanted ? 200 : 401).end();
    });
    const receiver = await hosted(destination.url);
    receiver.setSecret(SECRET, PREVIOUS);
    await store(receiver, event);
    await deliverOnce(receiver, receiver.delivery());
    expect(receiver.aws.queue.messages).toEqual([]);
    expect(destination.arrivals).toHaveLength(2);
    expect(receiver.aws.deadLetters.messages).toEqual([]);
  });

  test("by a secret newer than the function knows is found out by reading it again", async () => {
    const event = someEvent();
    const wanted = signatureBy("newest", event);
    const destination = await testDestination();
    const receiver = await hosted(destination.url);
    const deliver = receiver.delivery();
    await store(receiver, someEvent(2));
    await deliverOnce(receiver, deliver);
    destination.behave((response, { headers }) => {
      response.writeHead(headers["x-kustomer-webhook-signature"] === wanted ? 200 : 401).end();
    });
    await store(receiver, event);
    receiver.setSecret("newest", SECRET);
    await deliverOnce(receiver, deliver);
    expect(receiver.aws.deadLetters.messages).toEqual([]);
    expect(receiver.aws.queue.messages).toEqual([]);
  });

  test("to a signature waits for a secret that the relay is told of a moment later", async () => {
    const event = someEvent();
    const wanted = signatureBy("newest", event);
    const destination = await testDestination((response, { headers }) => {
      response.writeHead(headers["x-kustomer-webhook-signature"] === wanted ? 200 : 401).end();
    });
    const receiver = await hosted(destination.url);
    const deliver = receiver.delivery();
    await store(receiver, event);
    await deliverOnce(receiver, deliver);
    expect(receiver.aws.deadLetters.messages).toEqual([]);
    receiver.setSecret("newest", SECRET);
    await drain(receiver, deliver);
    expect(receiver.aws.deadLetters.messages).toEqual([]);
    expect(metrics()).toMatchObject({ Delivered: 1, Retried: 1 });
  });

  test("to every signature, three times a minute apart, makes a dead letter in the end", async () => {
    const destination = await testDestination((response) => response.writeHead(403).end());
    const receiver = await hosted(destination.url);
    const began = receiver.aws.clock();
    await store(receiver, someEvent());
    await drain(receiver, receiver.delivery());
    expect(deaths(receiver)).toMatchObject([{ status: 403, attempts: 3 }]);
    expect(receiver.aws.clock() - began).toBeGreaterThan(2 * 60_000);
  });
});

describe("a function that is killed", () => {
  test.each(["claimed", "before-post", "posted", "before-settle"] as const)(
    "at %s delivers the event again, once the lease is over",
    async (point) => {
      const destination = await testDestination();
      const receiver = await hosted(destination.url);
      const event = someEvent();
      await store(receiver, event);
      await killedAt(receiver, point);
      const before = destination.arrivals.length;
      await drain(receiver, receiver.delivery());
      expect(ids(destination.arrivals).slice(before)).toEqual([event.id]);
      expect(metrics()).toMatchObject({ Delivered: 1 });
    },
  );

  test.each(["settled", "before-answer"] as const)("at %s does not deliver the event again", async (point) => {
    const destination = await testDestination();
    const receiver = await hosted(destination.url);
    await store(receiver, someEvent());
    await killedAt(receiver, point);
    await drain(receiver, receiver.delivery());
    expect(destination.arrivals).toHaveLength(1);
    expect(metrics()).toMatchObject({ Duplicates: 1 });
  });

  test("between the dead letter and the note of it leaves one dead letter", async () => {
    const destination = await testDestination((response) => {
      response.writeHead(410).end();
    });
    const receiver = await hosted(destination.url);
    await store(receiver, someEvent());
    await killedAt(receiver, "dead-letter", 120_000);
    await drain(receiver, receiver.delivery());
    expect(receiver.aws.deadLetters.messages).toHaveLength(1);
    expect(receiver.aws.queue.messages).toEqual([]);
  });

  test("again and again by one event gives that one up, and delivers the others that were in its batch", async () => {
    const destination = await testDestination();
    const receiver = await hosted(destination.url);
    const events = [someEvent(1), someEvent(2), someEvent(3)];
    await store(receiver, ...events);
    const killer = events[0]?.id ?? "";
    let kills = 0;
    for (let round = 0; round < 20 && receiver.aws.queue.messages.length > 0; round += 1) {
      const messages = receiver.aws.queue.receive(10, 60_000);
      kills += (await deliverInChild(receiver, messages, "before-post", killer)) ? 1 : 0;
      receiver.aws.aheadMs += 400_000;
    }
    expect(kills).toBe(3);
    expect(ids(destination.arrivals).sort()).toEqual(ids(events.slice(1)).sort());
    expect(deaths(receiver)).toHaveLength(1);
    expect(deaths(receiver)[0]).toMatchObject({ attempts: 3 });
    expect(deaths(receiver)[0]?.reason).toMatch(/^the function ended 3 times/);
  });
});

describe("an outcome that cannot be written", () => {
  test("is not held against the event: 3 of 8 are not written, and it is delivered in the end", async () => {
    const destination = await testDestination((response) => {
      response.writeHead(503).end();
    });
    const receiver = await hosted(destination.url);
    let notes = 0;
    const throttled = new Set<unknown>();
    receiver.aws.fault = ({ operation, input }, response) => {
      const isNote = operation === "UpdateItem" && String(input.ConditionExpression) === "holder = :token";
      if (!isNote) return false;
      const { ":token": token } = input.ExpressionAttributeValues as Record<string, { S: string }>;
      if (!throttled.has(token?.S)) {
        notes += 1;
        if (notes % 8 >= 3) return false;
        throttled.add(token?.S);
      }
      response.writeHead(400).end(JSON.stringify({ __type: "AccessDeniedException", message: "no" }));
      return true;
    };
    const event = someEvent();
    await store(receiver, event);
    const deliver = receiver.delivery();
    while (notes < 40 && receiver.aws.queue.messages.length > 0) {
      if ((await deliverOnce(receiver, deliver)) > 0) continue;
      const next = Math.min(...receiver.aws.queue.messages.map((one) => one.hiddenUntil));
      receiver.aws.aheadMs += Math.max(next - receiver.aws.clock(), 0) + 1;
    }
    expect(deaths(receiver)).toEqual([]);
    destination.behave(ok);
    receiver.aws.fault = () => undefined;
    await drain(receiver, deliver);
    expect(deaths(receiver)).toEqual([]);
    expect(metrics()).toMatchObject({ Delivered: 1 });
  });
});

describe("an answer's head", () => {
  test.each([
    ["is reset", (response: ServerResponse) => response.socket?.destroy()],
    ["never ends", () => undefined],
  ])("counts, though the body %s", async (_, then) => {
    const destination = await testDestination((response, { id }) => {
      response.writeHead(id === good.id ? 200 : 422, { "content-length": "1000" });
      response.write("a beginning");
      setTimeout(() => then(response), 20);
    });
    const [good, bad] = [someEvent(1), someEvent(2)];
    const receiver = await hosted(destination.url);
    await store(receiver, good, bad);
    await deliverOnce(receiver, receiver.delivery());
    expect(receiver.aws.queue.messages).toEqual([]);
    expect(destination.arrivals).toHaveLength(2);
    expect(deaths(receiver)).toMatchObject([{ status: 422, excerpt: "a beginning" }]);
  });
});

test("a dead letter keeps what the destination said, harmless, unless that is switched off", async () => {
  const destination = await testDestination((response) => {
    response.writeHead(400).end('{"error":"\u001b[31mno such \u00fcser, tenant-secret-value"}' + "x".repeat(2_000));
  });
  for (const [keepAnswerExcerpt, kept] of [
    [undefined, true],
    [false, false],
  ] as const) {
    const headers = { "x-api-key": "tenant-secret-value" };
    const receiver = await hosted(destination.url, { headers, ...(kept ? {} : { keepAnswerExcerpt }) });
    await store(receiver, someEvent());
    await deliverOnce(receiver, receiver.delivery());
    const [{ excerpt } = {}] = deaths(receiver) as { excerpt?: string }[];
    if (!kept) expect(excerpt).toBeUndefined();
    else {
      expect(excerpt).toMatch(/^\{"error":" \[31mno such üser, \[hidden\]"\}x+$/);
      expect(Buffer.byteLength(excerpt ?? "")).toBeLessThanOrEqual(512);
    }
  }
});

describe("a duplicate", () => {
  test.each([1, 9, 19, 34, 64])("%i minutes after the first is not delivered again", async (minutes) => {
    const destination = await testDestination();
    const receiver = await hosted(destination.url);
    const event = someEvent();
    await store(receiver, event);
    await drain(receiver, receiver.delivery());
    receiver.aws.aheadMs += minutes * 60_000;
    await store(receiver, event);
    await drain(receiver, receiver.delivery());
    expect(destination.arrivals).toHaveLength(1);
  });

  test("of an event that still waits is delivered once, after it", async () => {
    const destination = await testDestination((response) => {
      response.writeHead(500).end();
    });
    const receiver = await hosted(destination.url);
    const event = someEvent();
    const deliver = receiver.delivery();
    await store(receiver, event);
    await deliverOnce(receiver, deliver);
    receiver.aws.aheadMs += 400_000;
    await store(receiver, event);
    destination.behave(ok);
    await drain(receiver, deliver);
    expect(destination.arrivals).toHaveLength(2);
    expect(metrics()).toMatchObject({ Delivered: 1, Duplicates: 1 });
  });

  test("of an event that another function is delivering waits for its lease", async () => {
    const destination = await testDestination(() => undefined);
    const receiver = await hosted(destination.url, { timeoutSeconds: 2 });
    await store(receiver, someEvent());
    const messages = receiver.aws.queue.receive(10, 60_000);
    const first = receiver.delivery()(batchOf(messages), 20_000);
    await destination.received(1);
    const second = await receiver.delivery()(batchOf(messages), 20_000);
    expect(second.batchItemFailures).toHaveLength(1);
    expect((messages[0]?.hiddenUntil ?? 0) - receiver.aws.clock()).toBeGreaterThan(15_000);
    expect((await first).batchItemFailures).toHaveLength(1);
    expect(destination.arrivals).toHaveLength(1);
  });
});

describe("time", () => {
  test("that is too short for a POST to end keeps the event in the queue, untouched", async () => {
    const destination = await testDestination();
    const receiver = await hosted(destination.url);
    await store(receiver, someEvent(1), someEvent(1));
    let remaining = 60_000;
    destination.behave((response) => {
      remaining = 30_000;
      response.writeHead(200).end();
    });
    const messages = receiver.aws.queue.receive(10, 60_000);
    const deliver = receiver.deliveryWith(() => remaining);
    expect((await deliver(batchOf(messages))).batchItemFailures).toEqual([{ itemIdentifier: messages[1]?.id }]);
    expect(destination.arrivals).toHaveLength(1);
    expect(messages[1]?.hiddenUntil).toBeLessThanOrEqual(receiver.aws.clock());
  });

  test("of a destination that hangs ends before the function's own", async () => {
    const destination = await testDestination(() => undefined);
    const receiver = await hosted(destination.url);
    await store(receiver, someEvent());
    const messages = receiver.aws.queue.receive(10, 60_000);
    const began = performance.now();
    const { batchItemFailures } = await receiver.delivery()(batchOf(messages), 3_000);
    expect(performance.now() - began).toBeLessThan(2_900);
    expect(batchItemFailures).toHaveLength(1);
    expect(logged()).toMatch(/got no answer: it did not answer within 1\.[78] seconds/);
  });

  test("is up before SQS would delete the event, which becomes a dead letter with its last error", async () => {
    const destination = await testDestination((response) => {
      response.writeHead(500).end();
    });
    const receiver = await hosted(destination.url);
    await store(receiver, someEvent());
    const stored = receiver.aws.clock();
    await drain(receiver, receiver.delivery(), 5_000);
    const days = (receiver.aws.clock() - stored) / 86_400_000;
    expect(days).toBeGreaterThan(12.9);
    expect(days).toBeLessThan(13);
    const [death] = deaths(receiver);
    expect(death?.reason).toMatch(/answered 500/);
    // A queue gives a message up by itself after a thousand receives at most.
    expect(death?.attempts).toBeGreaterThan(500);
    expect(death?.attempts).toBeLessThan(1_000);
  });
});

describe("when something of AWS fails", () => {
  test("the table: nothing is delivered without a claim, and what was delivered is not delivered again for want of a note", async () => {
    const destination = await testDestination();
    const receiver = await hosted(destination.url);
    await store(receiver, someEvent());
    let claims = 0;
    receiver.aws.fault = ({ operation, input }, response) => {
      if (operation !== "UpdateItem") return false;
      const claiming = String(input.UpdateExpression).includes("holder = ");
      if (claiming && (claims += 1) > 1) return false;
      response.writeHead(400).end(JSON.stringify({ __type: "InternalFailure" }));
      return true;
    };
    const deliver = receiver.delivery();
    await deliverOnce(receiver, deliver);
    expect(destination.arrivals).toHaveLength(0);
    receiver.aws.aheadMs += 400_000;
    await deliverOnce(receiver, deliver);
    expect(destination.arrivals).toHaveLength(1);
    expect(receiver.aws.queue.messages).toEqual([]);
    expect(logged()).toMatch(/a delivery could not be noted/);
  });

  test("the dead-letter queue: the event stays in the queue", async () => {
    const destination = await testDestination((response) => {
      response.writeHead(410).end();
    });
    const receiver = await hosted(destination.url);
    await store(receiver, someEvent());
    let down = true;
    receiver.aws.fault = ({ operation }, response) => {
      if (operation !== "SendMessage" || !down) return false;
      response.writeHead(400).end(JSON.stringify({ __type: "AccessDenied" }));
      return true;
    };
    await deliverOnce(receiver, receiver.delivery());
    expect(receiver.aws.queue.messages).toHaveLength(1);
    down = false;
    receiver.aws.aheadMs += 400_000;
    await drain(receiver, receiver.delivery());
    expect(receiver.aws.deadLetters.messages).toHaveLength(1);
  });

  test("the relay's secret: its events wait and go out once it is back, and become dead letters in the end if it is not", async () => {
    const destination = await testDestination();
    const receiver = await hosted(destination.url);
    await store(receiver, someEvent(1), someEvent(2));
    receiver.aws.secrets.clear();
    const deliver = receiver.delivery();
    await deliverOnce(receiver, deliver, 1);
    expect(receiver.aws.queue.messages).toHaveLength(2);
    receiver.setSecret(SECRET);
    receiver.aws.aheadMs += 31_000;
    await deliverOnce(receiver, deliver, 1);
    expect(destination.arrivals).toHaveLength(1);
    receiver.aws.secrets.clear();
    receiver.aws.aheadMs += 400_000;
    await drain(receiver, deliver, 5_000);
    expect(deaths(receiver)[0]?.reason).toBe("the relay's secret is not there; was the relay removed?");
  });
});

test("a message that somebody else put into the queue becomes a dead letter as it is", async () => {
  const receiver = await hosted("http://127.0.0.1:1/");
  receiver.aws.queue.send({
    MessageBody: "hello",
    MessageGroupId: "x",
    MessageDeduplicationId: "y",
    MessageAttributes: {},
  });
  await drain(receiver, receiver.delivery());
  expect(receiver.aws.deadLetters.messages[0]).toMatchObject({ body: "hello" });
  expect(deaths(receiver)[0]?.reason).toBe("it is not an event that the intake stored");
});

test("a redirect is never followed, and plain http goes to loopback only where the relay allows it", async () => {
  const elsewhere = await testDestination();
  const destination = await testDestination((response) => {
    response.writeHead(307, { location: elsewhere.url }).end();
  });
  const receiver = await hosted(destination.url);
  await store(receiver, someEvent());
  await deliverOnce(receiver, receiver.delivery());
  expect(elsewhere.arrivals).toEqual([]);
  expect(logged()).toMatch(/answered 307, a redirect, which is never followed/);
  const forbidden = await hosted(destination.url, { allowLoopbackHttp: false });
  expect((await forbidden.intake()(urlEvent(forbidden.route, someEvent()))).statusCode).toBe(503);
});

test("no log line holds a body, a signature, a secret or the route", async () => {
  const destination = await testDestination((response) => {
    response.writeHead(410).end();
  });
  const receiver = await hosted(destination.url, { headers: { authorization: "Bearer of-tidings" } });
  const event = someEvent();
  await store(receiver, event);
  await drain(receiver, receiver.delivery());
  expect(logged()).toContain(event.id);
  const signature = event.headers["x-kustomer-webhook-signature"] ?? "";
  for (const secret of [SECRET, receiver.route, signature, "preview", "of-tidings", "example-secret-access-key"]) {
    expect(logged()).not.toContain(secret);
  }
});

function signatureBy(secret: string, { body }: SignedEvent): string {
  return headersFor(body, secret)["x-kustomer-webhook-signature"] ?? "";
}

/** One batch by a process that ends in the middle of it; afterwards the queue's time-out and the lease are over. */
async function killedAt(receiver: Hosted, point: DeliveryStep, aheadMs = 400_000): Promise<void> {
  const messages = receiver.aws.queue.receive(10, 100_000);
  expect(await deliverInChild(receiver, messages, point)).toBe(true);
  receiver.aws.aheadMs += aheadMs;
}

/** Whether it was killed; otherwise what it delivered is deleted. */
async function deliverInChild(
  { aws, environment }: Hosted,
  messages: readonly StoredMessage[],
  killAt: DeliveryStep,
  onlyFor?: string,
): Promise<boolean> {
  const orders = { environment, batch: batchOf(messages), killAt, onlyFor, aheadMs: aws.aheadMs };
  const ended = await runNode([join(__dirname, "support/child.mjs"), JSON.stringify(orders)]);
  if (ended.signal === "SIGKILL") return true;
  const { batchItemFailures } = lastLine(ended) as SqsBatchResult;
  const failed = new Set(batchItemFailures.map((one) => one.itemIdentifier));
  for (const message of messages) if (!failed.has(message.id)) aws.queue.remove(message.handle);
  return false;
}
