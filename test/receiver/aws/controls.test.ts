import { describe, expect, test } from "@jest/globals";
import { headersFor } from "../../../lab/chaos/event";
import { createHostedAdmin } from "../../../receiver/aws/admin";
import { createAwsCall } from "../../../receiver/aws/client";
import { send } from "../../../receiver/aws/http";
import { pausedForMs } from "../../../receiver/aws/relay-controls";
import { Slots } from "../../../receiver/aws/slots";
import type { Admin } from "../../../receiver/admin";
import type { DeclaredControls } from "../../../receiver/contract";
import { signedEvent } from "../../../lab/chaos/event";
import { testDestination } from "../support/destination";
import { FakeAws } from "./support/fake-aws";
import { deliverOnce, drain, type Hosted, hosted, logged, metrics, SECRET, urlEvent } from "./support/hosted";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const CREDENTIALS = { accessKeyId: "AKIAEXAMPLE", secretAccessKey: "example" };
const by = "ana@ops";

/** What the commands use, with what a stack's outputs say. */
function adminOf({ aws, environment }: Hosted, declared: DeclaredControls = {}): Admin {
  const { queueUrl, deadLetterQueueUrl, clock } = aws;
  const call = createAwsCall({ send, region: "eu-west-1", credentials: () => CREDENTIALS, environment });
  const { paused = false, maxPerSecond } = declared;
  const relays = [{ name: "support", declared: { paused, maxPerSecond } }];
  const queues = [{ name: "support", queueUrl, deadLetterQueueUrl, table: "claims", relays, call }];
  return createHostedAdmin({ queues, dashboards: [], clock });
}

let numbers = 0;
async function take(receiver: Hosted, count = 1, conversation = 1): Promise<string[]> {
  const intake = receiver.intake();
  const ids: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const event = signedEvent((numbers += 1), conversation, SECRET);
    expect((await intake(urlEvent(receiver.route, event))).statusCode).toBe(200);
    ids.push(event.id);
  }
  return ids;
}

describe("a paused relay", () => {
  test("keeps its events, and delivers them in their order after a resume", async () => {
    const destination = await testDestination();
    const receiver = await hosted(destination.url);
    const admin = adminOf(receiver);
    await admin.override("support", { do: "pause", by, reason: "moving" });
    const ids = await take(receiver, 5);
    const deliver = receiver.delivery();
    for (let round = 0; round < 20; round += 1) {
      await deliverOnce(receiver, deliver);
      receiver.aws.aheadMs += 20_000;
    }
    expect(destination.arrivals).toEqual([]);
    expect((await admin.status()).controls).toMatchObject([
      { relay: "support", paused: true, overrides: { paused: { by, reason: "moving" } } },
    ]);
    await admin.override("support", { do: "resume", by });
    await drain(receiver, deliver);
    expect(destination.arrivals.map(({ id }) => id)).toEqual(ids);
    expect((await admin.status()).controls).toMatchObject([{ paused: false, overrides: {} }]);
  });

  test("is one by its declaration, too; a resume stands above that until its end", async () => {
    const destination = await testDestination();
    const receiver = await hosted(destination.url);
    receiver.setSecret(SECRET, undefined, { paused: true });
    const admin = adminOf(receiver, { paused: true });
    await take(receiver);
    const deliver = receiver.delivery();
    await deliverOnce(receiver, deliver);
    expect(destination.arrivals).toEqual([]);
    await admin.override("support", { do: "resume", forMs: 10 * MINUTE, by });
    receiver.aws.aheadMs += MINUTE;
    await deliverOnce(receiver, deliver);
    expect(destination.arrivals).toHaveLength(1);
    receiver.aws.aheadMs += 10 * MINUTE;
    await take(receiver, 1, 2);
    await deliverOnce(receiver, deliver);
    expect(destination.arrivals).toHaveLength(1);
  });

  test("gives events up where a person sees them before SQS would delete them, and none of them is delivered", async () => {
    const destination = await testDestination();
    const receiver = await hosted(destination.url);
    receiver.setSecret(SECRET, undefined, { paused: true });
    await take(receiver);
    const deliver = receiver.delivery();
    await deliverOnce(receiver, deliver);
    receiver.aws.aheadMs += 12.8 * DAY;
    await drain(receiver, deliver);
    expect(receiver.aws.aheadMs).toBeGreaterThan(12.9 * DAY);
    expect(receiver.aws.aheadMs).toBeLessThan(13 * DAY);
    expect(destination.arrivals).toEqual([]);
    expect(receiver.aws.deadLetters.messages[0]?.attributes.reason?.StringValue).toMatch(/paused for longer than/);
    expect(metrics()).toMatchObject({ DeadLettered: 1 });
  });

  test("is looked at so rarely that a fortnight stays below the receives that a queue allows", () => {
    let at = 0;
    let receives = 0;
    for (; at < 13 * DAY; receives += 1) at += pausedForMs(0, {}, at);
    expect(receives).toBeLessThan(750);
    // Soon after its beginning it is looked at often, so that a short pause ends at once.
    expect(pausedForMs(0, { paused: { value: true, by, since: DAY } }, DAY + MINUTE)).toBe(6_000);
    expect(pausedForMs(0, { paused: { value: true, by, since: 0, until: DAY } }, DAY - 1_000)).toBe(1_000);
  });

  test.each(["AccessDeniedException", "ThrottlingException", "InternalServerError"])(
    "of which the table cannot be asked (%s) delivers nothing, also what was allowed a moment ago, and loses nothing",
    async (code) => {
      const destination = await testDestination();
      const receiver = await hosted(destination.url);
      const deliver = receiver.delivery();
      await take(receiver);
      await drain(receiver, deliver);
      expect(destination.arrivals).toHaveLength(1);
      const held = await take(receiver, 2);
      receiver.aws.aheadMs += 6_000;
      receiver.aws.fault = ({ operation }, response) => {
        if (operation !== "GetItem") return undefined;
        response.writeHead(400).end(JSON.stringify({ __type: `x#${code}` }));
        return true;
      };
      for (let round = 0; round < 3; round += 1) {
        await deliverOnce(receiver, deliver);
        receiver.aws.aheadMs += 20_000;
      }
      expect(destination.arrivals).toHaveLength(1);
      expect(receiver.aws.deadLetters.messages).toEqual([]);
      receiver.aws.fault = () => undefined;
      await drain(receiver, deliver);
      expect(destination.arrivals.slice(1).map(({ id }) => id)).toEqual(held);
    },
  );

  test.each([
    ["a damaged entry", { S: '{"paused":{"value":tr' }],
    ["another version's entry", { S: '{"paused":{"value":{"since":"today"}}}' }],
    ["something that is no text", { M: { paused: { BOOL: true } } }],
  ])("by %s of the table is paused: it says so, and a resume ends it", async (_, attribute) => {
    const destination = await testDestination();
    const receiver = await hosted(destination.url);
    const admin = adminOf(receiver);
    receiver.aws.items.set("controls", { "relay:support": attribute as never });
    await take(receiver);
    const deliver = receiver.delivery();
    await deliverOnce(receiver, deliver);
    expect(destination.arrivals).toEqual([]);
    const reason = "what is stored of its overrides cannot be read";
    expect((await admin.status()).controls).toMatchObject([{ paused: true, overrides: { paused: { reason } } }]);
    // A limit beside it does not end it by the way.
    expect(await admin.override("support", { do: "limit", maxPerSecond: 100, by })).toMatchObject({ paused: true });
    expect(await admin.override("support", { do: "resume", by })).toMatchObject({ paused: false, overrides: {} });
    await drain(receiver, deliver);
    expect(destination.arrivals).toHaveLength(1);
  });

  test("is kept for as long as the queue can, however soon events are given up that are tried", async () => {
    const destination = await testDestination();
    const receiver = await hosted(destination.url, {}, { RELAY_GIVE_UP_AFTER_DAYS: "1" });
    const admin = adminOf(receiver);
    await admin.override("support", { do: "pause", by, forMs: 5 * DAY });
    const ids = await take(receiver, 2);
    const deliver = receiver.delivery();
    for (let day = 0; day < 4; day += 1) {
      receiver.aws.aheadMs += DAY;
      await deliverOnce(receiver, deliver);
    }
    expect(receiver.aws.deadLetters.messages).toEqual([]);
    await drain(receiver, deliver);
    expect(receiver.aws.aheadMs).toBeGreaterThan(5 * DAY);
    expect(destination.arrivals.map(({ id }) => id)).toEqual(ids);
  });

  test("is not by an order of somebody else at the same moment: both have their way", async () => {
    const receiver = await hosted("http://127.0.0.1:1/");
    const admin = adminOf(receiver);
    const orders = [
      { do: "pause", by: "ana" },
      { do: "limit", maxPerSecond: 5, by: "ben" },
    ] as const;
    for (let round = 0; round < 5; round += 1) {
      await Promise.all(orders.map((order) => admin.override("support", order)));
      expect((await admin.status()).controls).toMatchObject([{ paused: true, maxPerSecond: 5 }]);
      await admin.override("support", { do: "resume", by });
    }
  });

  test("leaves another relay alone that goes to the same destination, as does its limit", async () => {
    const destination = await testDestination();
    const receiver = await hosted(destination.url);
    const sales = receiver.addRelay("sales", destination.url, { maxPerSecond: 0.1 });
    const admin = adminOf(receiver);
    await admin.override("support", { do: "pause", by });
    await take(receiver, 1, 1);
    const intake = receiver.intake();
    const events = [2, 3].map((conversation) => signedEvent((numbers += 1), conversation, SECRET));
    for (const event of events) expect((await intake(urlEvent(sales, event))).statusCode).toBe(200);
    const deliver = receiver.delivery();
    await deliverOnce(receiver, deliver);
    expect(destination.arrivals.map(({ id }) => id)).toEqual([events[0]?.id]);
    await admin.override("support", { do: "resume", by });
    receiver.aws.aheadMs += 6_000;
    await deliverOnce(receiver, deliver);
    expect(destination.arrivals).toHaveLength(2);
    await drain(receiver, deliver);
    expect(destination.arrivals).toHaveLength(3);
  });
});

describe("a pause that could outlast the queue", () => {
  test("is refused, counting what waits already", async () => {
    const receiver = await hosted("http://127.0.0.1:1/");
    const admin = adminOf(receiver);
    const pause = (forMs?: number) => admin.override("support", { do: "pause", by, ...(forMs && { forMs }) });
    await expect(pause(13 * DAY)).rejects.toThrow(/a pause may last for 12\.0 days at most/);
    receiver.aws.oldestSeconds = (10 * DAY) / 1_000;
    await expect(pause(3 * DAY)).rejects.toThrow(/waited for 10\.0 days, .* may last for 2\.0 days at most/);
    expect(await pause(DAY)).toMatchObject({ paused: true });
    receiver.aws.oldestSeconds = (12.5 * DAY) / 1_000;
    await expect(pause()).rejects.toThrow(/may last for 0\.0 days at most/);
  });
});

test("the counts are shown to who may not read the table, and that nothing is known of controls", async () => {
  const receiver = await hosted("http://127.0.0.1:1/");
  receiver.aws.fault = ({ operation }, response) => {
    if (operation !== "GetItem") return undefined;
    response.writeHead(400).end(JSON.stringify({ __type: "x#AccessDeniedException" }));
    return true;
  };
  const status = await adminOf(receiver).status();
  expect(status).toMatchObject({ controls: [], destinations: [{ queued: 0 }] });
  expect(status.controlsProblem).toMatch(/GetItem.*AccessDenied/);
});

test("a relay that the stack's outputs do not name is not guessed at", async () => {
  const admin = adminOf(await hosted("http://127.0.0.1:1/"));
  await expect(admin.override("suport", { do: "resume", by })).rejects.toThrow(
    "no relay suport here; there is support",
  );
});

describe("maxPerSecond", () => {
  test("gives every request a moment of its own, over all functions and restarts, and none that is far away", async () => {
    const aws = await new FakeAws().start();
    const environment = { AWS_ENDPOINT_URL: aws.url };
    const call = createAwsCall({ send, region: "eu-west-1", credentials: () => CREDENTIALS, environment });
    let now = 1_000_000;
    const functions = Array.from({ length: 4 }, () => new Slots({ call, table: "claims", clock: () => now }));
    const given: number[] = [];
    let refused = 0;
    for (let round = 0; round < 40; round += 1) {
      const slots = await Promise.all(functions.map((one) => one.take("support", 5, 3_000, 1_000)));
      for (const slot of slots) {
        if ("inMs" in slot) given.push(now + slot.inMs);
        else refused += 1;
      }
      now += 150;
    }
    given.sort((a, b) => a - b);
    for (const [index, at] of given.entries())
      if (index > 0) expect(at - (given[index - 1] ?? 0)).toBeGreaterThanOrEqual(199.9);
    // Used to the full, and no function waits for more than a second.
    expect(given.length).toBeGreaterThanOrEqual(Math.floor((40 * 150) / 200) - 1);
    expect(refused).toBe(160 - given.length);
    // A function that has just started knows of no slot, and is given none twice.
    const fresh = await new Slots({ call, table: "claims", clock: () => now }).take("support", 5, 3_000, 1_000);
    if ("inMs" in fresh) expect(now + fresh.inMs).toBeGreaterThan(given.at(-1) ?? 0);
  });

  test("holds over functions whose clocks differ by as much as AWS lets them, and stops nobody for longer than that", async () => {
    const aws = await new FakeAws().start();
    const call = createAwsCall({
      send,
      region: "eu-west-1",
      credentials: () => CREDENTIALS,
      environment: { AWS_ENDPOINT_URL: aws.url },
    });
    // A request that is signed five minutes off is refused by AWS.
    const apart = 5 * MINUTE;
    let now = 1_000_000;
    const right = new Slots({ call, table: "claims", clock: () => now });
    const fast = new Slots({ call, table: "claims", clock: () => now + apart });
    const given: number[] = [];
    const ask = async (slots: Slots, ahead: number): Promise<void> => {
      const slot = await slots.take("support", 5, 3_000, 1_000);
      if ("inMs" in slot) given.push(now + slot.inMs);
      else expect(slot.noneForMs).toBeLessThanOrEqual(apart + 1_200 - ahead);
    };
    for (let round = 0; round < 40; round += 1) {
      await ask(right, 0);
      await ask(fast, apart);
      now += 150;
    }
    given.sort((a, b) => a - b);
    const early = given.filter((at, index) => index > 0 && at - (given[index - 1] ?? 0) < 199.9);
    // The fast one finds the table's moment long past once; from then on all go by its own.
    expect(early.length).toBeLessThanOrEqual(1);
    expect(given.length).toBeGreaterThan(20);
    now += apart + 2_000;
    expect(await right.take("support", 5, 3_000, 1_000)).toEqual({ inMs: 0 });
  });

  test("of a conversation does not hold a function that others need: it waits a little, and comes again", async () => {
    const destination = await testDestination();
    const receiver = await hosted(destination.url);
    receiver.setSecret(SECRET, undefined, { maxPerSecond: 5 });
    const ids = await take(receiver, 10);
    const deliver = receiver.delivery({ quickMs: 500 });
    const began = performance.now();
    await deliverOnce(receiver, deliver);
    const lasted = performance.now() - began;
    const { length } = destination.arrivals;
    // Ten of them would take 1.8 seconds.
    expect(lasted).toBeLessThan(1_500);
    expect(length).toBeGreaterThanOrEqual(2);
    expect(length).toBeLessThan(10);
    await drain(receiver, deliver);
    expect(destination.arrivals.map(({ id }) => id)).toEqual(ids);
  });

  test("of less than one a second is used to the full by a conversation alone", async () => {
    const destination = await testDestination();
    const receiver = await hosted(destination.url);
    receiver.setSecret(SECRET, undefined, { maxPerSecond: 0.5 });
    await take(receiver, 12);
    const began = receiver.aws.clock();
    await drain(receiver, receiver.delivery());
    const lasted = receiver.aws.clock() - began;
    expect(destination.arrivals).toHaveLength(12);
    expect(lasted).toBeGreaterThan(21_900);
    // Eleven pauses of two seconds; SQS hides for whole ones.
    expect(lasted).toBeLessThan(45_000);
  });

  test("holds events back that have no moment, untried, and delivers all of them in the end", async () => {
    const destination = await testDestination();
    const receiver = await hosted(destination.url);
    receiver.setSecret(SECRET, undefined, { maxPerSecond: 2 });
    for (let conversation = 1; conversation <= 4; conversation += 1) await take(receiver, 1, conversation);
    const deliver = receiver.delivery();
    await deliverOnce(receiver, deliver);
    expect(destination.arrivals.length).toBeLessThanOrEqual(3);
    expect(logged()).toContain('"heldBack":');
    await drain(receiver, deliver);
    expect(new Set(destination.arrivals.map(({ id }) => id)).size).toBe(4);
    expect(metrics()).toMatchObject({ Delivered: 4 });
  });

  test("is set by a command, and by none costs no write", async () => {
    const destination = await testDestination();
    const receiver = await hosted(destination.url);
    await take(receiver, 3);
    await deliverOnce(receiver, receiver.delivery());
    // Each event a claim and an outcome, and one reading of the controls for all.
    expect(receiver.aws.count("UpdateItem")).toBe(6);
    expect(receiver.aws.count("GetItem")).toBe(1);
    const admin = adminOf(receiver);
    await admin.override("support", { do: "limit", maxPerSecond: 100, by });
    expect((await admin.status()).controls).toMatchObject([{ maxPerSecond: 100 }]);
    await take(receiver, 1, 9);
    await deliverOnce(receiver, receiver.delivery());
    expect(receiver.aws.items.has("limit:support")).toBe(true);
  });
});

describe("a filter", () => {
  const filter = [{ name: "own-words", not: { path: "data.attributes.direction", equals: "out" } }];

  test("acknowledges what does not go on, counts it by its rule, and never sends it to the queue", async () => {
    const receiver = await hosted("http://127.0.0.1:1/");
    receiver.setSecret(SECRET, undefined, { filter });
    const body = Buffer.from(JSON.stringify({ id: "x", data: { attributes: { direction: "out" } } }));
    const intake = receiver.intake();
    const answer = await intake(urlEvent(receiver.route, { body, headers: headersFor(body, SECRET) }));
    expect(answer).toMatchObject({ statusCode: 200, body: '{"status":"filtered"}' });
    expect(receiver.aws.count("SendMessage")).toBe(0);
    expect(metrics()).toMatchObject({ Filtered: 1 });
    const line = JSON.parse(logged()) as Record<string, unknown>;
    expect(line).toMatchObject({ Rule: "support/own-words", rule: "own-words", relay: "support", Stored: [0] });
    expect(JSON.stringify(line)).toContain('"Dimensions":[["Receiver","Rule"]]');
    await take(receiver);
    expect(receiver.aws.queue.messages).toHaveLength(1);
    const wrong = await intake(urlEvent(receiver.route, { body, headers: headersFor(body, "another-secret") }));
    expect(wrong.statusCode).toBe(401);
  });

  test("in a secret that is none makes events come again, rather than let all of them go on", async () => {
    const receiver = await hosted("http://127.0.0.1:1/");
    receiver.setSecret(SECRET, undefined, { filter: [{ path: "a" }] });
    const answer = await receiver.intake()(urlEvent(receiver.route, signedEvent(1, 1, SECRET)));
    expect(answer.statusCode).toBe(503);
    expect(logged()).toContain("its filter at 0: must say what is at `path`");
  });
});
