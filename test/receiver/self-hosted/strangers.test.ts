import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { headersFor } from "../../../lab/chaos/event";
import { configFor, SECRET } from "../support/config";
import { testDestination, until } from "../support/destination";
import { rawClient, rawHead } from "../support/raw";
import { send, someEvent, testReceiver } from "../support/receiver";
import { temporaryFolder } from "../support/temporary-folder";

const folder = temporaryFolder();
let stores = 0;

async function receiving(overrides: Record<string, unknown> = {}) {
  const destination = await testDestination();
  const store = { folder: join(folder, `store-${(stores += 1)}`) };
  const receiver = await testReceiver(configFor(destination.url, { store, ...overrides }));
  return { destination, receiver, path: `${receiver.url}/kustomer` };
}

/** What a stranger can make up: the shape of a signature. */
const MADE_UP = { "x-kustomer-webhook-signature": "ab".repeat(32) };
const MIB = 1024 * 1024;

describe("a stranger", () => {
  test("without anything like a signature is refused before a byte of the body is read", async () => {
    const { path } = await receiving();
    const before = process.memoryUsage().rss;
    const clients = await Promise.all(
      Array.from({ length: 100 }, (_, i) =>
        rawClient(
          path,
          rawHead("", { "content-length": String(MIB), "x-kustomer-webhook-signature": i % 2 ? undefined : "zz" }),
        ),
      ),
    );
    for (const client of clients) expect(await client.answered("does not match")).toMatch(/^HTTP\/1.1 401 /);
    expect(process.memoryUsage().rss - before).toBeLessThan(64 * MIB);
  });

  test("who fills the memory with bodies that never end gets 503, and a genuine event gets 200", async () => {
    const { path, receiver, destination } = await receiving({ limits: { bufferMiB: 1 } });
    const half = Buffer.alloc(MIB / 4, "x");
    const head = rawHead("", { ...MADE_UP, "content-length": String(MIB) });
    const strangers = await Promise.all(Array.from({ length: 8 }, () => rawClient(path, head, half)));
    await until(() => strangers.some((one) => one.text() !== ""), "the first stranger to give way");
    for (let i = 0; i < 5; i += 1) expect((await send(receiver, someEvent(i, 100_000))).status).toBe(200);
    const [first] = strangers.filter((one) => one.text() !== "");
    expect(await first?.answered("try again")).toMatch(/^HTTP\/1.1 503 [^]*retry-after: 5/i);
    await destination.received(5);
    // The bodies' memory was given back: one of nearly the limit fits again.
    for (const one of strangers) one.socket.destroy();
    expect((await send(receiver, someEvent(1, 900_000))).status).toBe(200);
  });

  test("who keeps connections open, idle or dawdling, takes none from a genuine sender", async () => {
    const { path, receiver } = await receiving({ limits: { connections: 16, headersSeconds: 60, requestSeconds: 60 } });
    const refused = rawHead("{}", MADE_UP) + "{}";
    const strangers: Awaited<ReturnType<typeof rawClient>>[] = [];
    for (let i = 0; i < 40; i += 1) {
      const words = [
        [],
        [refused],
        ["POST /kustomer HTTP/1.1\r\nhost: "],
        [rawHead("", { ...MADE_UP, "content-length": "9" })],
      ];
      strangers.push(await rawClient(path, ...(words[i % words.length] ?? [])));
    }
    for (let i = 0; i < 10; i += 1) {
      const event = someEvent();
      const client = await rawClient(path, rawHead(event.body), event.body);
      expect(await client.answered("stored")).toMatch(/^HTTP\/1.1 200 /);
      for (let j = 0; j < 5; j += 1) strangers.push(await rawClient(path, refused));
      // Nor the one that it keeps, as a proxy does.
      client.socket.write(rawHead(event.body));
      client.socket.write(event.body);
      expect(await client.answered("duplicate")).toMatch(/"duplicate"/);
    }
    expect((await send(receiver, someEvent())).status).toBe(200);
  });
});

test("a signature is accepted in upper case and between blanks, and in no other spelling", async () => {
  const { path } = await receiving();
  const body = '{"id":"spelled"}';
  const signature = headersFor(Buffer.from(body), SECRET)["x-kustomer-webhook-signature"] ?? "";
  const spellings = [
    [200, signature.toUpperCase()],
    [200, `  \t${signature} \t `],
    [401, `sha256=${signature}`],
    [401, `"${signature}"`],
    [401, `${signature}, ${signature}`],
    [401, `${signature}\r\nx-kustomer-webhook-signature: ${signature}`],
    [401, signature.slice(1)],
    [401, `${signature}0`],
    [401, `${signature.slice(0, 32)} ${signature.slice(32)}`],
    [401, `${signature.slice(1)}g`],
    [401, Buffer.from(signature, "hex").toString("base64")],
  ] as const;
  for (const [status, spelled] of spellings) {
    const client = await rawClient(path, rawHead(body, { "x-kustomer-webhook-signature": spelled }), body);
    expect([spelled, await client.answered("}")]).toEqual([spelled, expect.stringMatching(`^HTTP/1.1 ${status} `)]);
  }
});

test("a genuine sender may send the whole address, a trailing slash, and any type that is JSON", async () => {
  const { path, destination } = await receiving({ limits: { keepAliveSeconds: 620 } });
  const ways = [
    ["http://relay.example.com/kustomer", "application/json"],
    ["HTTPS://relay.example.com:8443/kustomer?x=/elsewhere", "application/json"],
    ["/kustomer/", "application/json"],
    ["/kustomer/?a=1", "application/json; charset=utf-8"],
    ["/kustomer", "application/vnd.api+json"],
    ["/kustomer", "Application/Problem+JSON;charset=utf-8"],
  ] as const;
  for (const [index, [target, type]] of ways.entries()) {
    const body = JSON.stringify({ id: `way-${index}` });
    const client = await rawClient(path, rawHead(body, { "content-type": type }, target), body);
    // Google's balancer keeps connections for ten minutes: it has to be told that this side does so longer.
    expect(await client.answered("}")).toMatch(/^HTTP\/1.1 200 [^]*keep-alive: timeout=620/i);
    expect((await destination.received(index + 1)).map((one) => one.headers["content-type"])).toContain(type);
  }
  for (const target of [
    "http://relay.example.com/other",
    "http://relay.example.com",
    "/kustomer/x",
    "*",
    "//kustomer",
  ]) {
    const client = await rawClient(path, rawHead("{}", {}, target), "{}");
    expect([target, await client.answered("HTTP/1.1")]).toEqual([target, expect.stringMatching(/^HTTP\/1.1 40[04] /)]);
  }
});

describe("when it is told to stop", () => {
  test("the receiver answers what is under way, says that this was the last answer, and 503 to what never came whole", async () => {
    const { path, receiver, destination } = await receiving({ stopGraceSeconds: 1 });
    const event = someEvent();
    const idle = await rawClient(path, rawHead("{}", MADE_UP) + "{}");
    await idle.answered("does not match");
    const halfSent = await rawClient(path, rawHead(event.body), event.body.subarray(0, 100));
    const dawdling = await rawClient(path, rawHead("", { ...MADE_UP, "content-length": "9" }), "x");
    const flowing = await rawClient(path, rawHead("{}", MADE_UP) + "{}");
    await flowing.answered("does not match");
    const stopped = receiver.stop();
    await idle.closed();
    halfSent.socket.write(event.body.subarray(100));
    expect(await halfSent.closed()).toMatch(/^HTTP\/1.1 200 [^]*connection: close/i);
    expect(await dawdling.closed()).toMatch(/^HTTP\/1.1 503 [^]*connection: close/i);
    await stopped;
    expect(destination.arrivals.length).toBeLessThanOrEqual(1);
  });
});
