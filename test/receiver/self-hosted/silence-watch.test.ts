import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { SilenceWatch } from "../../../receiver/self-hosted/silence-watch";
import { configFor } from "../support/config";
import { testDestination, until } from "../support/destination";
import { get, send, someEvent, testReceiver } from "../support/receiver";
import { temporaryFolder } from "../support/temporary-folder";

const folder = temporaryFolder();
const { relays } = configFor("https://localhost/", {}, {}, { expectEventEveryMinutes: 10 });

test("a relay that hears nothing for as long as it expects an event is reported once, and again when one comes", () => {
  let now = 1_000_000_000;
  const told: [string, boolean, number][] = [];
  const watch = new SilenceWatch(
    relays,
    () => now,
    (...found) => void told.push(found),
  );
  const pass = (minutes: number): void => {
    for (let i = 0; i < minutes; i += 1) {
      now += 60_000;
      watch.look();
    }
  };
  pass(9);
  expect(told).toEqual([]);
  pass(30);
  expect(told).toEqual([["airkit", true, 10]]);
  expect(watch.problemOf("airkit")).toMatch(/no event has come since 1970-01-12T/);
  watch.received("airkit");
  expect(told).toEqual([
    ["airkit", true, 10],
    ["airkit", false, 10],
  ]);
  expect(watch.problemOf("airkit")).toBeUndefined();
});

test("when the last event came is a metric, and is known after a restart", async () => {
  const destination = await testDestination();
  const config = configFor(destination.url, { store: { folder: join(folder, "store") } });
  const lastReceived = async (url: string): Promise<number> => {
    const { body } = await get(`${url}/metrics`);
    return Number(/last_received_timestamp_seconds{relay="airkit"} ([\d.]+)/.exec(body)?.[1] ?? NaN);
  };
  const first = await testReceiver(config);
  await send(first, someEvent());
  await destination.received(1);
  await until(async () => (await first.admin.status()).destinations[0]?.queued === 0, "the queue to be empty");
  const before = await lastReceived(first.observeUrl);
  expect(Math.abs(before - Date.now() / 1000)).toBeLessThan(60);
  await first.stop();
  expect(await lastReceived((await testReceiver(config)).observeUrl)).toBe(before);
});
