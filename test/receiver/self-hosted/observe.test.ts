import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { configFor } from "../support/config";
import { ok, testDestination, until } from "../support/destination";
import { get, post, send, someEvent, testReceiver } from "../support/receiver";
import { temporaryFolder } from "../support/temporary-folder";

const folder = temporaryFolder();

describe("the metrics", () => {
  test("tell what was received, rejected, repeated, delivered and buried, and what waits", async () => {
    const destination = await testDestination();
    const store = { folder: join(folder, "metrics") };
    const receiver = await testReceiver(configFor(destination.url, { store }, { triesWhenRefused: 1 }));
    const metrics = async (): Promise<string> => (await get(`${receiver.observeUrl}/metrics`)).body;
    const event = someEvent();
    await send(receiver, event);
    await send(receiver, event);
    await post(`${receiver.url}/kustomer`, "{}", { "content-type": "application/json" });
    await destination.received(1);
    destination.behave((response) => response.writeHead(410).end());
    await send(receiver, someEvent());
    await until(async () => (await metrics()).includes('dead_letters{relay="airkit"} 1'), "the dead letter");
    destination.behave((response) => response.writeHead(500).end());
    await send(receiver, someEvent());
    await until(async () => (await metrics()).includes('queue_retrying_events{relay="airkit"} 1'), "the retry");
    const text = await metrics();
    for (const line of [
      'kustomer_relay_received_total{relay="airkit",outcome="stored"} 3',
      'kustomer_relay_received_total{relay="airkit",outcome="duplicate"} 1',
      'kustomer_relay_received_total{relay="airkit",outcome="signature-missing"} 1',
      'kustomer_relay_verified_total{relay="airkit",secret="current"} 4',
      'kustomer_relay_delivery_attempts_total{relay="airkit",result="delivered"} 1',
      'kustomer_relay_delivery_attempts_total{relay="airkit",result="dead"} 1',
      'kustomer_relay_queue_events{relay="airkit"} 1',
      'kustomer_relay_delivery_seconds_count{relay="airkit"} 1',
    ]) {
      expect(text).toContain(line);
    }
    expect(text).toMatch(/kustomer_relay_queue_oldest_seconds{relay="airkit"} [0-9.]+/);
    destination.behave(ok);
  });

  test("and the health pages can be kept away from the webhook's address", async () => {
    const destination = await testDestination();
    const overrides = { store: { folder: join(folder, "apart") }, observe: { port: 0 } };
    const receiver = await testReceiver(configFor(destination.url, overrides));
    expect(receiver.observeUrl).not.toBe(receiver.url);
    for (const page of ["/healthz", "/readyz", "/metrics"]) {
      expect((await get(receiver.observeUrl + page)).status).toBe(200);
      expect((await get(receiver.url + page)).status).toBe(404);
    }
  });
});
