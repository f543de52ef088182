import { afterEach, expect, test } from "@jest/globals";
import { testDestination, until } from "../support/destination";
import { send, sendUntilTaken, someEvent, takeDeadLetters, testRelay, useChain } from "./support";

/** A function's lease of a minute is over in half a second, and a message it took to its grave is back after three. */
const chain = useChain({ timeScale: 120, intakeConcurrency: 1, deliveryConcurrency: 1, stepping: true });

afterEach(() => {
  chain().orderKill("intake", undefined);
  chain().orderKill("delivery", undefined);
});

test.each(["before-send", "stored", "before-answer"])(
  "an intake that dies at %s answers 502, and the event that Kustomer sends again is delivered once",
  async (point) => {
    const destination = await testDestination();
    const relay = await testRelay(chain(), destination.url);
    const event = someEvent();
    chain().orderKill("intake", { point, nth: 1 });

    expect((await send(relay, event)).status).toBe(502);
    chain().orderKill("intake", undefined);
    expect(await sendUntilTaken(relay, event)).toEqual([]);

    await destination.received(1);
    expect((await send(relay, someEvent(1))).status).toBe(200);
    await destination.received(2);
    expect(destination.arrivals.map(({ id }) => id)[0]).toBe(event.id);
  },
);

/** Whether the destination had the event when its function died: then it gets it once more, and only then. */
const DELIVERY_POINTS = [
  ["claimed", 1],
  ["before-post", 1],
  ["posted", 2],
  ["before-settle", 2],
  ["settled", 1],
  ["before-answer", 1],
] as const;

test.each(DELIVERY_POINTS)(
  "an event whose delivery dies at %s arrives (deliveries: %d), and its conversation keeps its order",
  async (point, times) => {
    const destination = await testDestination();
    const relay = await testRelay(chain(), destination.url);
    const events = [someEvent(), someEvent(), someEvent()];
    const crashes = chain().functions.delivery.crashes;
    chain().orderKill("delivery", { point, nth: 1 });

    expect((await send(relay, events[0] ?? someEvent())).status).toBe(200);
    await until(() => chain().functions.delivery.crashes > crashes, "the function to die");
    chain().orderKill("delivery", undefined);
    for (const event of events.slice(1)) expect((await send(relay, event)).status).toBe(200);

    await until(() => destination.arrivals.length >= times + 2, "all deliveries", 20_000);
    const [first, second, third] = events.map(({ id }) => id);
    expect(destination.arrivals.map(({ id }) => id)).toEqual([
      ...Array.from({ length: times }, () => first),
      second,
      third,
    ]);
  },
);

test.each(["before-dead-letter", "dead-letter"])(
  "an event whose delivery dies at %s is a dead letter in the end, at most twice",
  async (point) => {
    const destination = await testDestination((response) => response.writeHead(422).end());
    const relay = await testRelay(chain(), destination.url);
    const crashes = chain().functions.delivery.crashes;
    chain().orderKill("delivery", { point, nth: 1 });
    const event = someEvent();

    expect((await send(relay, event)).status).toBe(200);
    await until(() => chain().functions.delivery.crashes > crashes, "the function to die");
    chain().orderKill("delivery", undefined);

    // Answered again after the crash; by then SQS has forgotten a letter that was sent before.
    await until(async () => (await waiting()) === 0, "the queue to be empty", 20_000);
    const letters = await takeDeadLetters(chain());
    expect(letters).toHaveLength(point === "dead-letter" ? 2 : 1);
    expect(new Set(letters.map(({ body }) => body))).toEqual(new Set([event.body.toString("base64")]));
  },
);

test("an event that ends every function which delivers it becomes a dead letter, and holds up nobody else", async () => {
  const events = [someEvent(1), someEvent(1), someEvent(2), someEvent(3)];
  const poison = events[0];
  const destination = await testDestination((response, { id }) => {
    if (id === poison?.id) void chain().functions.delivery.killBusy();
    else response.writeHead(200).end();
  });
  const relay = await testRelay(chain(), destination.url);

  for (const event of events) expect((await send(relay, event)).status).toBe(200);

  let letters: Awaited<ReturnType<typeof takeDeadLetters>> = [];
  await until(async () => (letters = await takeDeadLetters(chain())).length > 0, "the dead letter");
  expect(letters).toMatchObject([
    { attributes: { reason: expect.stringMatching(/^the function ended \d times while it/) } },
  ]);
  const others = events.slice(1).map(({ id }) => id);
  await until(
    () => others.every((id) => destination.arrivals.some((arrival) => arrival.id === id)),
    "all the others",
    20_000,
  );
});

async function waiting(): Promise<number> {
  const { Attributes } = await chain().engine.call<{ Attributes: Record<string, string> }>(
    "sqs",
    "GetQueueAttributes",
    { QueueUrl: chain().resources.queueUrl, AttributeNames: ["All"] },
    5_000,
  );
  return Number(Attributes.ApproximateNumberOfMessages) + Number(Attributes.ApproximateNumberOfMessagesNotVisible);
}
