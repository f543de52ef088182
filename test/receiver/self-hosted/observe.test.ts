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
});

describe("the health pages", () => {
  const second = { name: "sales", path: "/sales/", secrets: [{ env: "NOT_SET_ANYWHERE" }] };

  async function twoRelays() {
    const destination = await testDestination();
    const config = configFor(destination.url, { store: { folder: join(folder, "two") } });
    const [first] = config.relays;
    if (!first) throw new Error("There is a relay.");
    return testReceiver({ ...config, relays: [first, { ...first, ...second }] });
  }

  test("tell a balancer for every relay whether its events are taken, and strangers no name and no reason", async () => {
    const { url, observeUrl } = await twoRelays();
    const asked = async (base: string, page: string) => {
      const { status, body } = await get(base + page);
      return [page, status, body.startsWith("{") ? JSON.parse(body) : body] as unknown;
    };
    const ok = { status: "ok" };
    for (const [page, status, body] of [
      ["/livez", 200, ok],
      ["/healthz", 200, ok],
      ["/kustomer/healthz", 200, ok],
      ["/sales/healthz", 503, { status: "unavailable" }],
      ["/kustomer/healthz/", 200, ok],
    ] as const) {
      expect(await asked(url, page)).toEqual([page, status, body]);
    }
    for (const page of ["/metrics", "/readyz", "/other/healthz"]) expect((await get(url + page)).status).toBe(404);
    const problem = "relay sales has no signing secret yet";
    const relays = [
      { relay: "airkit", status: "ok" },
      { relay: "sales", status: "unavailable", problem },
    ];
    expect(await asked(observeUrl, "/livez")).toEqual(["/livez", 200, ok]);
    expect(await asked(observeUrl, "/healthz")).toEqual(["/healthz", 200, { ...ok, problem, relays }]);
    expect(await asked(observeUrl, "/readyz")).toEqual(["/readyz", 503, { status: "unavailable", problem, relays }]);
    expect((await get(`${observeUrl}/metrics?x=1`)).body).toContain("kustomer_relay_");
  });

  test("have a listener of their own on this machine alone; where its usual port is taken another one is named", async () => {
    const destination = await testDestination();
    const start = (name: string, observe?: object) =>
      testReceiver(configFor(destination.url, { store: { folder: join(folder, name) }, observe }));
    const [one, other] = [await start("one"), await start("other")];
    for (const { observeUrl } of [one, other]) expect(new URL(observeUrl).hostname).toBe("127.0.0.1");
    expect(other.observeUrl).not.toBe(one.observeUrl);
    expect(other.logged.join("")).toMatch(/port 9464 is taken: metrics and readiness are on another one/);
    const { port } = new URL(one.observeUrl);
    await expect(start("declared", { port: Number(port) })).rejects.toThrow(
      /Listening on 127.0.0.1:\d+: .*EADDRINUSE.*`observe` in receiver.yaml/,
    );
  });

  test("and the readiness line names the address that was bound, where a name was given", async () => {
    const destination = await testDestination();
    const overrides = { store: { folder: join(folder, "name") }, listen: { host: "localhost", port: 0 } };
    const { url } = await testReceiver(configFor(destination.url, overrides));
    expect(url).toMatch(/^http:\/\/(127\.0\.0\.1|\[::1\]):\d+$/);
    expect((await get(`${url}/healthz`)).status).toBe(200);
  });
});
