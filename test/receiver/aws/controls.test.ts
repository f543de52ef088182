import { describe, expect, test } from "@jest/globals";
import { headersFor } from "../../../lab/chaos/event";
import { pausedForMs } from "../../../receiver/aws/relay-controls";
import { signedEvent } from "../../../lab/chaos/event";
import { testDestination } from "../support/destination";
import { adminOf, take } from "./support/controlled";
import { deliverOnce, drain, hosted, logged, metrics, SECRET, urlEvent } from "./support/hosted";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const by = "ana@ops";

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
    const began = receiver.aws.clock();
    await admin.override("support", { do: "pause", by, forMs: 5 * DAY });
    const ids = await take(receiver, 2);
    const deliver = receiver.delivery();
    for (let day = 0; day < 4; day += 1) {
      receiver.aws.aheadMs += DAY;
      await deliverOnce(receiver, deliver);
    }
    expect(receiver.aws.deadLetters.messages).toEqual([]);
    await drain(receiver, deliver);
    expect(receiver.aws.clock() - began).toBeGreaterThan(5 * DAY);
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
    const events = [2, 3].map((conversation) => signedEvent(1_000 + conversation, conversation, SECRET));
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

test("dead letters that are replayed while the destination still refuses come back, each once, and none is lost", async () => {
  let isRefusing = true;
  const destination = await testDestination((response) => {
    response.writeHead(isRefusing ? 410 : 200).end();
  });
  const receiver = await hosted(destination.url);
  const admin = adminOf(receiver);
  const deliver = receiver.delivery();
  const ids = await take(receiver, 5);
  await drain(receiver, deliver);
  for (let round = 0; round < 3; round += 1) {
    // The consumer works beside it.
    await Promise.all([admin.replay({}), deliverOnce(receiver, deliver)]);
    await drain(receiver, deliver);
    expect(receiver.aws.deadLetters.messages).toHaveLength(5);
    receiver.aws.aheadMs += 1_000;
  }
  isRefusing = false;
  const before = destination.arrivals.length;
  await Promise.all([admin.replay({}), admin.replay({}), deliverOnce(receiver, deliver)]);
  receiver.aws.aheadMs += 601_000;
  await admin.replay({});
  await drain(receiver, deliver);
  expect(destination.arrivals.slice(before).map(({ id }) => id)).toEqual(ids);
  expect(receiver.aws.deadLetters.messages).toEqual([]);
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
