import { createHmac } from "node:crypto";
import { createServer } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "@jest/globals";
import { request } from "undici";
import { type Sandbox, startSandbox } from "../../../sandbox";
import { decodeMessage, encodeMessage } from "../../../receiver/aws/message";
import { sendMessage } from "../../../receiver/aws/queue";
import { testDestination, until } from "../support/destination";
import {
  confidential,
  metric,
  SECRET,
  send,
  sendUntilTaken,
  someEvent,
  takeDeadLetters,
  testRelay,
  useChain,
} from "./support";

/** An hour passes in six seconds. */
const TIME_SCALE = 600;
const chain = useChain({ timeScale: TIME_SCALE, intakeConcurrency: 2, deliveryConcurrency: 2 });

const closing: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** A Kustomer whose webhook posts to the chain, and the Airkit that knows the secret it signs with. */
async function kustomerAndAirkit(resource = "resource-1"): Promise<{ sandbox: Sandbox; airkit: string }> {
  const sandbox = await startSandbox({ timeScale: TIME_SCALE });
  closing.push(() => sandbox.close());
  sandbox.expectSecret(resource, SECRET);
  return { sandbox, airkit: `${sandbox.url}/internal/sessions/v1/resource/kustomer/${resource}/receive-message` };
}

const MESSAGE = "kustomer.message.create";

test("an event goes from Kustomer to Airkit byte by byte, and its signature is right there", async () => {
  const { sandbox, airkit } = await kustomerAndAirkit();
  const relay = await testRelay(chain(), airkit);
  sandbox.createWebhook({ url: relay.url, events: [MESSAGE], token: SECRET, enabled: true });

  const id = await sandbox.send(MESSAGE, { attributes: { preview: "Grüße 👋 \u0001 \\u0000" } });

  await until(() => sandbox.received().length > 0, "the event to arrive");
  const [arrived] = sandbox.received();
  expect(arrived).toMatchObject({ eventId: id, verified: true, status: 200, eventName: MESSAGE });
  expect(sandbox.transactions()).toMatchObject([{ succeeded: true, outcome: 200, attempt: 1 }]);
});

test("bytes that are no text arrive as they were sent", async () => {
  const destination = await testDestination();
  const relay = await testRelay(chain(), destination.url);
  const event = someEvent();
  const body = Buffer.concat([Buffer.from([0xff, 0xfe, 0x00, 0x80]), event.body]);
  const signature = createHmac("sha256", SECRET).update(body).digest("hex");

  const answer = await send(relay, {
    ...event,
    body,
    headers: { ...event.headers, "x-kustomer-webhook-signature": signature },
  });

  expect(answer.status).toBe(200);
  const [arrival] = await destination.received(1);
  expect(arrival?.body.equals(body)).toBe(true);
  expect(arrival?.headers["x-kustomer-webhook-signature"]).toBe(signature);
});

test("what is not signed, or belongs to no relay, is refused and reaches neither queue nor destination", async () => {
  const destination = await testDestination();
  const relay = await testRelay(chain(), destination.url);
  const stored = metric(chain(), "intake", "Stored");

  expect(await send(relay, someEvent(1, "another-secret"))).toMatchObject({ status: 401 });
  expect(await send({ ...relay, url: chain().urlOf("x".repeat(32)) }, someEvent())).toMatchObject({ status: 404 });
  expect(await send({ ...relay, url: chain().urlOf("short") }, someEvent())).toMatchObject({ status: 404 });

  expect(metric(chain(), "intake", "Stored")).toBe(stored);
  expect(destination.arrivals).toEqual([]);
});

test("an event that Kustomer sends at 0, 1, 2, 4, 9, 19, 34 and 64 minutes, because every answer is lost, is delivered once", async () => {
  const { sandbox, airkit } = await kustomerAndAirkit();
  const relay = await testRelay(chain(), airkit);
  const line = await lossyLine(relay.url);
  sandbox.createWebhook({ url: line.url, events: [MESSAGE], token: SECRET, enabled: true });
  const before = { stored: metric(chain(), "intake", "Stored"), duplicates: metric(chain(), "delivery", "Duplicates") };

  const id = await sandbox.send(MESSAGE);
  await until(() => sandbox.transactions().length === 8, "all of Kustomer's attempts");
  expect(line.statuses).toEqual(Array.from({ length: 8 }, () => 200));
  expect(metric(chain(), "intake", "Stored") - before.stored).toBe(8);

  // SQS forgets after five minutes: those at 9, 19, 34 and 64 minutes reach the delivery, which remembers. On a busy machine so may
  // one that comes later than it was to.
  await until(() => metric(chain(), "delivery", "Duplicates") - before.duplicates >= 4, "the four duplicates");
  expect(sandbox.received().map(({ eventId }) => eventId)).toEqual([id]);
});

/** Takes requests, passes them on, and never lets the sender see the answer. */
async function lossyLine(url: string): Promise<{ url: string; statuses: number[] }> {
  const statuses: number[] = [];
  const server = createServer((incoming, response) => {
    const { host: _, connection: __, ...headers } = incoming.headers;
    void request(url, { method: "POST", headers: headers as Record<string, string>, body: incoming }).then((answer) => {
      statuses.push(answer.statusCode);
      response.destroy();
      return answer.body.dump();
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  closing.push(() => {
    server.close();
    server.closeAllConnections();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, statuses };
}

test("a throttled intake loses nothing: Kustomer comes again, and each event is delivered once", async () => {
  const destination = await testDestination();
  const relay = await testRelay(chain(), destination.url);
  const events = Array.from({ length: 12 }, (_, conversation) => someEvent(conversation));
  const services = chain().services;
  if (!services) throw new Error("Time is not scaled.");
  services.trouble = async (operation) => {
    // Two at a time, a tenth of a second each: the others find both places taken.
    if (operation === "SendMessage") await new Promise((resolve) => setTimeout(resolve, 100));
    return undefined;
  };
  closing.push(() => {
    services.trouble = () => Promise.resolve(undefined);
  });

  const refused = await Promise.all(events.map((event) => sendUntilTaken(relay, event)));

  expect(refused.flat()).toContain(429);
  await destination.received(12);
  expect(destination.arrivals.map(({ id }) => id).sort()).toEqual(events.map(({ id }) => id).sort());
});

test("a queue that takes nothing is told to Kustomer as a 503, and the event is taken once it does", async () => {
  const destination = await testDestination();
  const relay = await testRelay(chain(), destination.url);
  const services = chain().services;
  if (!services) throw new Error("Time is not scaled.");
  services.trouble = (operation) =>
    Promise.resolve(operation === "SendMessage" ? { status: 503, code: "ServiceUnavailable" } : undefined);
  closing.push(() => {
    services.trouble = () => Promise.resolve(undefined);
  });
  const event = someEvent();

  expect(await send(relay, event)).toMatchObject({ status: 503, headers: { "retry-after": "5" } });
  services.trouble = () => Promise.resolve("no-answer");
  expect((await send(relay, event)).status).toBe(503);
  services.trouble = () => Promise.resolve(undefined);

  expect((await send(relay, event)).status).toBe(200);
  await destination.received(1);
});

test("during a rotation events signed with the old secret and with the new one arrive, whichever Airkit knows", async () => {
  const { sandbox, airkit } = await kustomerAndAirkit();
  const relay = await testRelay(chain(), airkit);
  expect((await send(relay, someEvent())).status).toBe(200);
  await until(() => sandbox.received().length === 1, "the event before the rotation");

  await relay.change({ signingSecret: "the-new-secret" });
  expect(await sendUntilTaken(relay, someEvent(2, "the-new-secret"))).toEqual([]);
  expect((await send(relay, someEvent(3, SECRET))).status).toBe(200);
  await until(() => verified(sandbox).length === 3, "both, with Airkit still on the old secret");

  sandbox.forgetSecrets("resource-1");
  sandbox.expectSecret("resource-1", "the-new-secret");
  expect((await send(relay, someEvent(4, "the-new-secret"))).status).toBe(200);
  expect((await send(relay, someEvent(5, SECRET))).status).toBe(200);
  await until(() => verified(sandbox).length === 5, "both, with Airkit on the new one");
  expect(metric(chain(), "intake", "PreviousSecretMatched")).toBeGreaterThan(0);
});

function verified(sandbox: Sandbox): string[] {
  return sandbox.received().flatMap((each) => (each.verified ? [each.eventId ?? ""] : []));
}

test("a destination that is down for an hour gets everything afterwards, once and in every conversation's order", async () => {
  let down = true;
  const destination = await testDestination((response) => response.writeHead(down ? 503 : 200).end());
  const relay = await testRelay(chain(), destination.url);
  const events = Array.from({ length: 24 }, (_, index) => someEvent(index % 4));
  const began = performance.now();
  for (const event of events) await sendUntilTaken(relay, event);
  await until(() => performance.now() - began > 3_600_000 / TIME_SCALE, "the hour to pass");
  expect(destination.arrivals.length).toBeGreaterThan(20);

  down = false;
  const failed = destination.arrivals.length;
  await destination.received(failed + events.length);

  const arrived = destination.arrivals.slice(failed).map(({ id }) => id);
  expect(arrived.slice().sort()).toEqual(events.map(({ id }) => id).sort());
  for (const conversation of new Set(events.map((event) => event.conversation))) {
    const sent = events.filter((event) => event.conversation === conversation).map(({ id }) => id);
    expect(arrived.filter((id) => sent.includes(id))).toEqual(sent);
  }
});

test("an event that the destination refuses becomes a dead letter with the reason, lets the next ones pass, and can be replayed", async () => {
  let refusing = true;
  const events = [someEvent(), someEvent(), someEvent()];
  const bad = events[1];
  const destination = await testDestination((response, { id }) =>
    response.writeHead(refusing && id === bad?.id ? 422 : 200).end(),
  );
  const relay = await testRelay(chain(), destination.url);

  for (const event of events) expect((await send(relay, event)).status).toBe(200);

  await until(() => destination.arrivals.some(({ id }) => id === events[2]?.id), "the event behind it");
  let letters: Awaited<ReturnType<typeof takeDeadLetters>> = [];
  await until(async () => (letters = await takeDeadLetters(chain())).length > 0, "the dead letter");
  expect(letters).toHaveLength(1);
  expect(letters[0]?.attributes).toMatchObject({ relay: "support", route: relay.route, status: "422" });
  expect(letters[0]?.attributes.reason).toMatch(/^POST http:\/\/127\.0\.0\.1:\d+\/receive-message answered 422/);

  const event = decodeMessage(letters[0]?.body ?? "", letters[0]?.attributes ?? {});
  expect(event?.id).toBe(bad?.id);
  expect(Buffer.from(event?.body ?? "").equals(bad?.body ?? Buffer.of())).toBe(true);
  refusing = false;
  const before = destination.arrivals.length;
  if (event)
    await sendMessage(chain().engine.call, chain().resources.queueUrl, encodeMessage({ ...event, replay: "1" }), 5_000);
  await destination.received(before + 1);
  expect(destination.arrivals.at(-1)).toMatchObject({ id: bad?.id });
  expect(destination.arrivals.at(-1)?.headers["x-kustomer-webhook-signature"]).toBe(
    bad?.headers["x-kustomer-webhook-signature"],
  );
});

test("a message that somebody else put into the queue goes to the dead letters as it is", async () => {
  const { call } = chain().engine;
  const strange = { QueueUrl: chain().resources.queueUrl, MessageBody: "not an event", MessageGroupId: "strange" };
  await call("sqs", "SendMessage", { ...strange, MessageDeduplicationId: "strange-1" }, 5_000);

  let letters: Awaited<ReturnType<typeof takeDeadLetters>> = [];
  await until(async () => (letters = await takeDeadLetters(chain())).length > 0, "the dead letter");
  expect(letters).toMatchObject([
    { body: "not an event", attributes: { reason: "it is not an event that the intake stored" } },
  ]);
});

test("no line that the functions wrote holds a secret, a signature, a route or a word of a customer", () => {
  const lines = Object.values(chain().functions).flatMap(({ log }) => log);
  expect(lines.length).toBeGreaterThan(50);
  expect(confidential.length).toBeGreaterThan(50);
  for (const secret of [SECRET, "the-new-secret", "xxxxxxxx", "Grüße", ...confidential])
    expect(lines.filter((line) => line.includes(secret))).toEqual([]);
});
