import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { headersFor } from "../../../lab/chaos/event";
import type { Order } from "../../../receiver/controls";
import { ControlsBoard } from "../../../receiver/self-hosted/controls-board";
import { configFor, SECRET } from "../support/config";
import { ok, testDestination, until } from "../support/destination";
import { arriving, closeInbox, testInbox } from "../support/inbox";
import { get, post, send, someEvent, testReceiver, type TestReceiver } from "../support/receiver";
import { temporaryFolder } from "../support/temporary-folder";

const folder = temporaryFolder();
const newStore = (): { store: { folder: string } } => ({ store: { folder: mkdtempSync(join(folder, "store-")) } });

const by = "ana@ops";
const pause: Order = { do: "pause", by, reason: "Airkit is being moved" };
const resume: Order = { do: "resume", by };

const metricsOf = async ({ observeUrl }: TestReceiver): Promise<string> => (await get(`${observeUrl}/metrics`)).body;
const queued = async ({ admin }: TestReceiver): Promise<number | undefined> =>
  (await admin.status()).destinations.find(({ destination }) => destination === "airkit")?.queued;

describe("a paused relay", () => {
  test("takes and keeps events, delivers none, and delivers them in their order once it is resumed", async () => {
    const destination = await testDestination();
    const receiver = await testReceiver(configFor(destination.url, newStore()));
    await receiver.admin.override("airkit", pause);
    const events = [1, 2, 1, 1, 2].map((conversation) => someEvent(conversation));
    for (const event of events) expect((await send(receiver, event)).status).toBe(200);
    expect(await queued(receiver)).toBe(events.length);
    // Every event wakes the delivery; that it has looked is seen by a relay beside it in the next tests.
    expect(destination.arrivals).toEqual([]);
    await receiver.admin.override("airkit", resume);
    await destination.received(events.length);
    for (const conversation of new Set(events.map((event) => event.conversation))) {
      const inOrder = events.filter((event) => event.conversation === conversation).map(({ id }) => id);
      expect(destination.arrivals.map(({ id }) => id).filter((id) => inOrder.includes(id))).toEqual(inOrder);
    }
  });

  test("leaves the relay beside it alone", async () => {
    const destination = await testDestination();
    const relay = (name: string, more = {}) => ({
      name,
      path: `/${name}`,
      secrets: [{ env: "TEST_SIGNING_SECRET" }],
      destination: { url: destination.url, allowLoopbackHttp: true },
      ...more,
    });
    const relays = [relay("calm", { paused: true }), relay("busy")];
    const receiver = await testReceiver(configFor(destination.url, { ...newStore(), relays }));
    const events = Array.from({ length: 20 }, (_, index) => someEvent(index));
    for (const [index, event] of events.entries())
      await post(`${receiver.url}/${index % 2 === 0 ? "calm" : "busy"}`, event.body, { ...event.headers });
    await destination.received(10);
    expect(destination.arrivals.map(({ id }) => id).sort()).toEqual(
      events.filter((_, index) => index % 2 === 1).map(({ id }) => id),
    );
  });

  test("stays so over a restart, which says who did it and why, as do status, readiness and metrics", async () => {
    const destination = await testDestination();
    const config = configFor(destination.url, newStore());
    const first = await testReceiver(config);
    await first.admin.override("airkit", { ...pause, forMs: 3_600_000 });
    await send(first, someEvent());
    await first.stop();
    const second = await testReceiver(config);
    await send(second, someEvent());
    const { controls } = await second.admin.status();
    expect(controls).toMatchObject([
      { relay: "airkit", paused: true, declared: { paused: false }, overrides: { paused: { value: true, by } } },
    ]);
    const said = /paused by ana@ops since \S+ until \S+ \(Airkit is being moved\)/;
    expect((await get(`${second.observeUrl}/readyz`)).body).toMatch(said);
    expect((await get(`${second.observeUrl}/readyz`)).status).toBe(200);
    expect(second.logged.join("")).toMatch(said);
    const metrics = await metricsOf(second);
    expect(metrics).toContain('kustomer_relay_paused{relay="airkit"} 1');
    expect(metrics).toContain('kustomer_relay_override{relay="airkit",control="paused"} 1');
    expect(destination.arrivals).toEqual([]);
    await second.admin.override("airkit", resume);
    await destination.received(2);
    expect(await metricsOf(second)).toContain('kustomer_relay_paused{relay="airkit"} 0');
  });

  test("is resumed by the end of its time, and says that what is declared holds again", async () => {
    const destination = await testDestination();
    const receiver = await testReceiver(configFor(destination.url, newStore()));
    await receiver.admin.override("airkit", { ...pause, forMs: 300 });
    await send(receiver, someEvent());
    await destination.received(1);
    await until(() => receiver.logged.some((line) => line.includes("has come to its end")), "the log line");
    expect((await receiver.admin.status()).controls).toMatchObject([{ paused: false, overrides: {} }]);
  });

  test("that is declared so flows by a resume, until that ends", async () => {
    const destination = await testDestination();
    const receiver = await testReceiver(configFor(destination.url, newStore(), {}, { paused: true }));
    await send(receiver, someEvent());
    expect((await get(`${receiver.observeUrl}/readyz`)).body).toContain("declared as paused");
    expect(destination.arrivals).toEqual([]);
    await receiver.admin.override("airkit", { ...resume, forMs: 400 });
    await destination.received(1);
    await until(async () => (await receiver.admin.status()).controls[0]?.paused === true, "the end of the override");
    await send(receiver, someEvent());
    expect(await queued(receiver)).toBe(1);
    expect(destination.arrivals).toHaveLength(1);
  });

  test("is not known here: the message names those that are", async () => {
    const receiver = await testReceiver(configFor("http://127.0.0.1:1/", newStore()));
    await expect(receiver.admin.override("airkid", pause)).rejects.toThrow("no relay airkid here; there is airkit");
  });
});

describe("a pause that could outlast the store", () => {
  test("is refused while the relay's part of it is nearly full, and while what comes in would fill it before its end", async () => {
    const destination = await testDestination();
    const relay = { maxMiB: 1 };
    const receiver = await testReceiver(configFor(destination.url, newStore(), { concurrency: 1 }, relay));
    // Held back at the destination, so that they stay in the store.
    destination.behave(() => undefined);
    for (let index = 0; index < 8; index += 1) await send(receiver, someEvent(index, 60_000));
    await expect(receiver.admin.override("airkit", { ...pause, forMs: 30 * 24 * 3_600_000 })).rejects.toThrow(
      /at the rate of the last hour its part of the store is full in \d+ (min|h), .* Pause for less/,
    );
    expect((await receiver.admin.override("airkit", { ...pause, forMs: 30_000 })).paused).toBe(true);
    while ((await send(receiver, someEvent(1, 60_000))).status === 200);
    await until(async () => {
      return (await metricsOf(receiver)).includes('kustomer_relay_pause_outlasts_store{relay="airkit"}');
    }, "the metric");
    await expect(receiver.admin.override("airkit", pause)).rejects.toThrow(/is filled to \d+ %/);
    destination.behave(ok);
  });

  test("is told by log, metric and readiness while it goes on", async () => {
    const destination = await testDestination();
    const receiver = await testReceiver(configFor(destination.url, newStore(), {}, { maxMiB: 1, paused: true }));
    while ((await send(receiver, someEvent(1, 60_000))).status === 200);
    await until(
      () => receiver.logged.some((line) => line.includes("the pause is about to outlast the store")),
      "the alarm",
    );
    expect(await metricsOf(receiver)).toContain('kustomer_relay_pause_outlasts_store{relay="airkit"} 1');
    expect((await get(`${receiver.observeUrl}/readyz`)).body).toMatch(/its part of the store is f/);
    await receiver.admin.override("airkit", resume);
    await until(
      async () => (await metricsOf(receiver)).includes('kustomer_relay_pause_outlasts_store{relay="airkit"} 0'),
      "the end of the alarm",
    );
  });
});

describe("maxPerSecond", () => {
  test("bounds what goes to a destination from the start on, over a restart, and counts tries that fail", async () => {
    let failures = 1;
    const destination = await testDestination((response) => {
      failures -= 1;
      response.writeHead(failures >= 0 ? 500 : 200).end();
    });
    const config = configFor(destination.url, newStore(), {}, { maxPerSecond: 5 });
    const began = performance.now();
    const first = await testReceiver(config);
    const events = Array.from({ length: 7 }, (_, index) => someEvent(index));
    for (const event of events) await send(first, event);
    await destination.received(5);
    await first.stop();
    await testReceiver(config);
    await destination.received(events.length + 1);
    // Nothing can be early, however busy the machine is: five in a second, of which the first counts as used up.
    for (const [index, { at }] of destination.arrivals.entries())
      expect(at - began).toBeGreaterThan(Math.ceil((index + 1) / 5) * 1_000 - 5);
    expect(new Set(destination.arrivals.map(({ id }) => id)).size).toBe(events.length);
  });

  test("is changed while it runs, and goes back to what is declared", async () => {
    const destination = await testDestination();
    const receiver = await testReceiver(configFor(destination.url, newStore(), {}, { maxPerSecond: 0.1 }));
    const events = Array.from({ length: 20 }, (_, index) => someEvent(index));
    for (const event of events) await send(receiver, event);
    expect(destination.arrivals).toEqual([]);
    const set = await receiver.admin.override("airkit", { do: "limit", maxPerSecond: "none", by });
    expect(set).toMatchObject({ declared: { maxPerSecond: 0.1 }, overrides: { maxPerSecond: { value: "none" } } });
    await destination.received(events.length);
    expect(await receiver.admin.override("airkit", resume)).toMatchObject({ maxPerSecond: 0.1, overrides: {} });
    expect(await metricsOf(receiver)).toContain('kustomer_relay_max_per_second{relay="airkit"} 0.1');
  });
});

describe("a filter", () => {
  const filter = [
    { name: "own-words", not: { path: "data.attributes.direction", equals: "out" } },
    { appliesTo: ["kustomer.conversation.update"], path: "changes.attributes.status", exists: true },
  ];
  const sendBody = (receiver: TestReceiver, event: object | string, secret = SECRET) => {
    const body = Buffer.from(typeof event === "string" ? event : JSON.stringify(event));
    return post(`${receiver.url}/kustomer`, body, headersFor(body, secret));
  };

  test("acknowledges what does not go on, counts it by its rule, and never stores or delivers it", async () => {
    const destination = await testDestination();
    const receiver = await testReceiver(configFor(destination.url, newStore(), {}, { filter }));
    const out = { id: "a".repeat(24), name: "kustomer.message.create", data: { attributes: { direction: "out" } } };
    const noise = { id: "b".repeat(24), name: "kustomer.conversation.update", changes: { attributes: { rev: {} } } };
    for (const event of [out, out, noise]) {
      const answer = await sendBody(receiver, event);
      expect(answer).toMatchObject({ status: 200, body: '{"status":"filtered"}' });
    }
    const genuine = someEvent();
    expect((await send(receiver, genuine)).body).toBe('{"status":"stored"}');
    await destination.received(1);
    expect(destination.arrivals.map(({ id }) => id)).toEqual([genuine.id]);
    const metrics = await metricsOf(receiver);
    expect(metrics).toContain('kustomer_relay_filtered_total{relay="airkit",rule="own-words"} 2');
    expect(metrics).toContain('kustomer_relay_filtered_total{relay="airkit",rule="rule-2"} 1');
    expect(metrics).toContain('kustomer_relay_received_total{relay="airkit",outcome="filtered"} 3');
    expect((await receiver.admin.status()).destinations[0]).toMatchObject({ queued: 0, deadLetters: 0 });
  });

  test("is asked only after the signature, and not about what is no JSON", async () => {
    const destination = await testDestination();
    const all = [{ events: ["nothing.at.all"] }];
    const receiver = await testReceiver(configFor(destination.url, newStore(), {}, { filter: all }));
    expect((await sendBody(receiver, { name: "x" }, "another-signing-secret")).status).toBe(401);
    expect((await sendBody(receiver, { name: "x" })).body).toBe('{"status":"filtered"}');
    expect((await sendBody(receiver, "no json at all")).body).toBe('{"status":"stored"}');
    await destination.received(1);
  });

  test("that has mistakes is refused at the start, each with its path; so are other controls", () => {
    const relay = { filter: [{ event: "x" }], maxPerSecond: 2.5, paused: "yes", keepDeliveredHours: -1 };
    expect(() => configFor("http://127.0.0.1:1/", {}, {}, relay)).toThrow(
      /relays\.0\.paused: .*\n.*relays\.0\.maxPerSecond: must be a whole number.*\n.*relays\.0\.filter\.0\.event: is nothing that a filter knows/,
    );
  });
});

describe("what the store keeps of controls", () => {
  test("is shown while no receiver runs on it, and changed for the next one", async () => {
    const { store } = newStore();
    const inbox = testInbox(store.folder);
    const declared = new Map([["airkit", { paused: true, maxPerSecond: undefined }]]);
    await new ControlsBoard({ store: inbox, clock: Date.now, declared: () => declared }).start();
    const atRest = new ControlsBoard({ store: inbox, clock: Date.now });
    await atRest.start();
    expect(atRest.all()).toMatchObject([{ relay: "airkit", declared: { paused: true }, paused: true }]);
    await atRest.order("airkit", resume);
    closeInbox(inbox);
    const again = testInbox(store.folder);
    const board = new ControlsBoard({ store: again, clock: Date.now, declared: () => declared });
    await board.start();
    expect(board.all()).toMatchObject([{ paused: false, overrides: { paused: { value: false, by } } }]);
    expect(board.of("airkit")()).toMatchObject({ paused: false });
    await again.accept(arriving());
  });
});
