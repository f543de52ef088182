import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import type { ReceiverConfig } from "../../../receiver/self-hosted/config";
import { configFor } from "../support/config";
import { ok, testDestination, until } from "../support/destination";
import { get, post, someEvent, testReceiver } from "../support/receiver";
import { temporaryFolder } from "../support/temporary-folder";

const folder = temporaryFolder();
let stores = 0;
let conversations = 0;

/** Two relays, each with a path of its own. */
function twoRelays(urls: readonly [string, string], store = {}, destination = {}): ReceiverConfig {
  const relays = urls.map((url, index) => {
    const [relay] = configFor(url, {}, destination, { name: "ab"[index], path: `/${"ab"[index] ?? ""}` }).relays;
    return relay;
  });
  return configFor(urls[0], { relays, store: { folder: join(folder, `store-${(stores += 1)}`), ...store } });
}

const sendTo = (receiver: { url: string }, path: string, bytes = 400) => {
  const event = someEvent((conversations += 1), bytes);
  return post(receiver.url + path, event.body, { ...event.headers });
};

describe("two relays", () => {
  test("to one origin have connections of their own: one whose events hang keeps none of the other's waiting", async () => {
    const origin = await testDestination();
    const [a, b] = [`${origin.url}?relay=a`, `${origin.url}?relay=b`] as const;
    const config = twoRelays([a, b], {}, { concurrency: 2, timeoutSeconds: 30, headers: {} });
    const [first, second] = config.relays;
    if (!first || !second) throw new Error("There are two relays.");
    const relays = [
      { ...first, destination: { ...first.destination, headers: { "x-relay": "a" } } },
      { ...second, destination: { ...second.destination, headers: { "x-relay": "b" } } },
    ];
    origin.behave((response, { headers }) => {
      if (headers["x-relay"] === "b") ok(response);
    });
    const receiver = await testReceiver({ ...config, relays, stopGraceSeconds: 0 });
    for (let i = 0; i < 10; i += 1) await sendTo(receiver, "/a");
    await origin.received(2);
    const began = performance.now();
    await sendTo(receiver, "/b");
    await until(() => origin.arrivals.some(({ headers }) => headers["x-relay"] === "b"), "the other relay's event");
    expect(performance.now() - began).toBeLessThan(1_000);
  });

  test("have each a share of the store: what one of them cannot deliver takes no room from the other", async () => {
    const destination = await testDestination();
    destination.behave((response) => response.writeHead(503).end());
    const receiver = await testReceiver(twoRelays([destination.url, destination.url], { maxMiB: 2 }));
    let refused: Awaited<ReturnType<typeof sendTo>> | undefined;
    for (let i = 0; i < 500 && !refused; i += 1) {
      const answer = await sendTo(receiver, "/a", 20_000);
      if (answer.status !== 200) refused = answer;
    }
    expect(refused?.status).toBe(503);
    expect((await sendTo(receiver, "/b", 20_000)).status).toBe(200);
    const { destinations } = await receiver.admin.status();
    const [a, b] = destinations;
    expect(a?.bytesAllowed).toBe(1024 * 1024);
    expect(a?.bytesUsed).toBeGreaterThanOrEqual(1024 * 1024);
    expect(b?.bytesUsed).toBeLessThan(200_000);
    await until(async () => {
      const { body } = await get(`${receiver.observeUrl}/metrics`);
      return body.includes('accepting{relay="a"} 0') && body.includes('accepting{relay="b"} 1');
    }, "the metrics to say so");
    expect(receiver.logged.join("")).toMatch(/"relay":"a","problem":"Relay a has \d+ bytes.*its events are not taken/);
  });

  test("keep what they have when a share is lowered: nothing is dropped, and the rest goes on", async () => {
    const destination = await testDestination();
    destination.behave((response) => response.writeHead(503).end());
    const config = twoRelays([destination.url, destination.url], { maxMiB: 8 });
    const receiver = await testReceiver(config);
    for (let i = 0; i < 60; i += 1) expect((await sendTo(receiver, "/a", 20_000)).status).toBe(200);
    await receiver.stop();
    const [first, second] = config.relays;
    if (!first || !second) throw new Error("There are two relays.");
    const lowered = { ...config, relays: [{ ...first, maxMiB: 0.5 }, second] };
    const again = await testReceiver(lowered);
    expect((await sendTo(again, "/a")).status).toBe(503);
    expect((await sendTo(again, "/b")).status).toBe(200);
    destination.behave(ok);
    await until(async () => (await sendTo(again, "/a")).status === 200, "room for the first relay");
    expect(new Set(destination.arrivals.map(({ id }) => id)).size).toBeGreaterThanOrEqual(61);
  });
});
