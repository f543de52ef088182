import type { ServerResponse } from "node:http";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { configFor } from "../support/config";
import { ok, testDestination, until } from "../support/destination";
import { lettersOf } from "../support/inbox";
import { send, someEvent, testReceiver } from "../support/receiver";
import { temporaryFolder } from "../support/temporary-folder";

const folder = temporaryFolder();
let stores = 0;

async function relaying(destination: Record<string, unknown> = {}) {
  const airkit = await testDestination();
  const store = { folder: join(folder, `store-${(stores += 1)}`) };
  const receiver = await testReceiver(configFor(airkit.url, { store }, destination));
  const lastError = async (): Promise<string> =>
    (await receiver.admin.status()).destinations[0]?.lastError?.error ?? "";
  return { airkit, receiver, lastError };
}

describe("a destination that", () => {
  test("answers 5xx for a while gets the event again until it takes it", async () => {
    const { airkit, receiver } = await relaying();
    airkit.behave((response, _, earlier) => response.writeHead(earlier.length < 3 ? 503 : 200).end());
    const event = someEvent();
    await send(receiver, event);
    const arrivals = await airkit.received(4);
    expect(new Set(arrivals.map((arrival) => arrival.id))).toEqual(new Set([event.id]));
    expect(arrivals.every((arrival) => arrival.body.equals(event.body))).toBe(true);
  });

  test("answers 4xx makes a dead letter after a few tries, which a replay delivers", async () => {
    const { airkit, receiver } = await relaying({ triesWhenRefused: 3 });
    airkit.behave((response) => response.writeHead(404).end());
    const event = someEvent();
    await send(receiver, event);
    await until(async () => (await lettersOf(receiver.admin)).length === 1, "the dead letter");
    expect(airkit.arrivals).toHaveLength(3);
    airkit.behave(ok);
    expect(await receiver.admin.replay({})).toBe(1);
    const arrivals = await airkit.received(4);
    expect(arrivals[3]?.body.equals(event.body)).toBe(true);
    expect(await lettersOf(receiver.admin)).toEqual([]);
  });

  test("hangs is given up after the timeout and tried again, and the error says how long it was waited for", async () => {
    const { airkit, receiver, lastError } = await relaying({ timeoutSeconds: 0.2 });
    airkit.behave((response, _, earlier) => {
      if (earlier.length > 1) ok(response);
    });
    await send(receiver, someEvent());
    await until(async () => (await lastError()).includes("did not answer within 0.2 seconds"), "the error");
    await airkit.received(3);
  });

  test.each([
    ["then resets the connection", (response: ServerResponse) => response.write("x", () => response.socket?.destroy())],
    [
      "then drips its body for ever",
      (response: ServerResponse) => {
        const drip = setInterval(() => response.write("x"), 20);
        response.on("close", () => {
          clearInterval(drip);
        });
      },
    ],
  ])("says 200 and %s has the event: the head of its answer counts, and nothing is sent twice", async (_, then) => {
    const { airkit, receiver } = await relaying();
    airkit.behave((response) => {
      response.writeHead(200);
      then(response);
    });
    const [first, second] = [someEvent(1), someEvent(1)];
    for (const event of [first, second]) await send(receiver, event);
    await until(async () => (await receiver.admin.status()).destinations[0]?.queued === 0, "the queue to be empty");
    expect(airkit.arrivals.map(({ id }) => id)).toEqual([first.id, second.id]);
  });

  test("says why it refuses an event is quoted in the dead letter, harmlessly and without the secrets it was sent", async () => {
    const sent = { headers: { authorization: "Bearer hush-hush-hush" }, triesWhenRefused: 1 };
    const { airkit, receiver } = await relaying(sent);
    airkit.behave((response) =>
      response.writeHead(422).end(`no \x1b[31msuch\u2028field; got hush-hush-hush. ${"x".repeat(9_000)}`),
    );
    await send(receiver, someEvent());
    await until(async () => (await lettersOf(receiver.admin)).length === 1, "the dead letter");
    const [{ excerpt = "" } = {}] = await lettersOf(receiver.admin);
    expect(excerpt).toMatch(/^no \[31msuch field; got \[hidden\]\. x+$/);
    expect(Buffer.byteLength(excerpt)).toBe(512);
  });

  test("says why is not kept where that was switched off", async () => {
    const { airkit, receiver } = await relaying({ keepAnswerExcerpt: false, triesWhenRefused: 1 });
    airkit.behave((response) => response.writeHead(422).end("customer's words"));
    await send(receiver, someEvent());
    await until(async () => (await lettersOf(receiver.admin)).length === 1, "the dead letter");
    expect((await lettersOf(receiver.admin))[0]).not.toHaveProperty("excerpt");
  });

  test("resets the connection gets the event again", async () => {
    const { airkit, receiver } = await relaying();
    airkit.behave((response, _, earlier) => {
      if (earlier.length === 0) response.socket?.destroy();
      else ok(response);
    });
    await send(receiver, someEvent());
    expect(await airkit.received(2)).toHaveLength(2);
  });

  test("redirects is not followed: the event goes nowhere else and is tried again", async () => {
    const elsewhere = await testDestination();
    const { airkit, receiver, lastError } = await relaying();
    airkit.behave((response, _, earlier) => {
      if (earlier.length === 0) response.writeHead(307, { location: elsewhere.url }).end();
      else ok(response);
    });
    await send(receiver, someEvent());
    await until(
      async () => (await lastError()).includes("307, a redirect") || airkit.arrivals.length > 1,
      "the refusal",
    );
    await airkit.received(2);
    expect(elsewhere.arrivals).toEqual([]);
  });

  test("is slow keeps no other conversation waiting and does not slow the answers to Kustomer", async () => {
    const { airkit, receiver } = await relaying({ concurrency: 4 });
    const slow = someEvent(1);
    airkit.behave((response, arrival) => {
      setTimeout(
        () => {
          ok(response);
        },
        arrival.id === slow.id ? 1_500 : 0,
      );
    });
    const began = performance.now();
    await send(receiver, slow);
    for (let i = 0; i < 50; i += 1) expect((await send(receiver, someEvent(2 + (i % 5)))).status).toBe(200);
    await airkit.received(51);
    expect(performance.now() - began).toBeLessThan(1_500);
  });

  test("is not there at all is probed, and everything arrives in order once it is", async () => {
    const { airkit, receiver } = await relaying({ maxRetrySeconds: 0.05 });
    let there = false;
    airkit.behave((response) => {
      if (there) ok(response);
      else response.socket?.destroy();
    });
    const sent = [1, 2, 1, 2, 1, 2].map((conversation) => someEvent(conversation));
    for (const event of sent) expect((await send(receiver, event)).status).toBe(200);
    await new Promise((resolve) => setTimeout(resolve, 200));
    there = true;
    const before = airkit.arrivals.length;
    await until(() => new Set(airkit.arrivals.slice(before).map((one) => one.id)).size === 6, "all six");
    const order = [...new Set(airkit.arrivals.slice(before).map((one) => one.id))];
    for (const conversation of [0, 1]) {
      const own = sent.filter((_, index) => index % 2 === conversation).map((event) => event.id);
      expect(order.filter((id) => own.includes(id))).toEqual(own);
    }
  });
});
