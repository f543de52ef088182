import { describe, expect, test } from "@jest/globals";
import { createAwsCall } from "../../../receiver/aws/client";
import { send } from "../../../receiver/aws/http";
import { Slots } from "../../../receiver/aws/slots";
import { testDestination } from "../support/destination";
import { adminOf, CREDENTIALS, take } from "./support/controlled";
import { FakeAws } from "./support/fake-aws";
import { deliverOnce, drain, hosted, logged, metrics, SECRET } from "./support/hosted";

const MINUTE = 60_000;
const by = "ana@ops";

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

  test("whose entry in the table is damaged does not stop the relay", async () => {
    const destination = await testDestination();
    const receiver = await hosted(destination.url);
    receiver.setSecret(SECRET, undefined, { maxPerSecond: 5 });
    receiver.aws.items.set("limit:support", { nextAt: { N: "99999999999999" } });
    const ids = await take(receiver, 2);
    await drain(receiver, receiver.delivery());
    expect(destination.arrivals.map(({ id }) => id)).toEqual(ids);
  });

  test("costs nothing where the function ends while it waits: the event comes again, untried and unblamed", async () => {
    const destination = await testDestination();
    const receiver = await hosted(destination.url);
    receiver.setSecret(SECRET, undefined, { maxPerSecond: 1 });
    const ids = await take(receiver, 2);
    let waiting = 0;
    // The first event has its moment; for the second one the table never answers, and the function's time runs out.
    receiver.aws.fault = ({ operation, input }) =>
      operation === "UpdateItem" && JSON.stringify(input).includes("limit:support") && (waiting += 1) > 1
        ? true
        : undefined;
    const deliver = receiver.delivery();
    await deliverOnce(receiver, (batch) => deliver(batch, 2_000));
    expect(destination.arrivals).toHaveLength(1);
    receiver.aws.fault = () => undefined;
    // What the queue does when nobody said anything about a message.
    receiver.aws.aheadMs += 360_000;
    await drain(receiver, receiver.delivery());
    expect(destination.arrivals.map(({ id }) => id)).toEqual(ids);
    const claims = [...receiver.aws.items].filter(([id]) => id.length === 64);
    for (const [, { crashes }] of claims) expect(crashes).toBeUndefined();
    expect(receiver.aws.deadLetters.messages).toEqual([]);
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

  test("for which many conversations wait is not asked for by all of them at once: others' events would stand behind them", async () => {
    const destination = await testDestination();
    const receiver = await hosted(destination.url);
    receiver.setSecret(SECRET, undefined, { maxPerSecond: 1 });
    for (let conversation = 1; conversation <= 40; conversation += 1) await take(receiver, 1, conversation);
    const deliver = receiver.delivery({ quickMs: 50 });
    let receives = 0;
    const began = receiver.aws.clock();
    while (receiver.aws.clock() - began < 60_000) {
      receives += await deliverOnce(receiver, deliver);
      receiver.aws.aheadMs += 500;
    }
    // Each every half minute, not every second.
    expect(receives).toBeLessThan(40 * 8);
    expect(destination.arrivals.length).toBeGreaterThan(10);
    await drain(receiver, deliver);
    expect(destination.arrivals).toHaveLength(40);
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
