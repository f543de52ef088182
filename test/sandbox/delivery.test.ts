import { expect, test } from "@jest/globals";
import { aWebhook, call, endpoint, eventually, run, serve, useCleanup } from "./running";

useCleanup();
/** A minute of the schedule in 10 ms. */
const fast = { timeScale: 6000 };
const { events } = aWebhook;

test("an event goes to every enabled webhook subscribed to it, and to no other", async () => {
  const sandbox = await run();
  const { url, arrivals } = await endpoint(200);
  const subscribed = sandbox.createWebhook({ url, events, name: "subscribed" });
  sandbox.createWebhook({ url, events: ["kustomer.tag.create"] });
  sandbox.createWebhook({ url, events, enabled: false });
  await sandbox.send("kustomer.conversation.update");
  expect(arrivals).toHaveLength(1);
  expect(sandbox.transactions()).toMatchObject([{ webhookId: subscribed.id, succeeded: true, outcome: 200 }]);
  await expect(sandbox.send("kustomer.message.delete")).rejects.toThrow("not a Kustomer event");
});

test("an update tells what changed, and what the caller says about the resource is in the event", async () => {
  const sandbox = await run();
  const { url, arrivals } = await endpoint(200);
  sandbox.createWebhook({ url, events });
  const changes = { priority: { op: "replace", before: 3, after: 5 } };
  await sandbox.send("kustomer.conversation.update", { id: "conversation-1", attributes: { priority: 5 }, changes });
  expect(JSON.parse(String(arrivals[0]?.body))).toMatchObject({
    name: "kustomer.conversation.update",
    dataId: "conversation-1",
    data: { type: "conversation", id: "conversation-1", attributes: { priority: 5, status: "open" } },
    changes: { attributes: { priority: { op: "replace", before: 3, after: 5 }, rev: {} } },
  });
});

test("a failed delivery is retried with the same bytes and signature until a 2xx, as the log shows", async () => {
  const sandbox = await run(fast);
  const { url, arrivals } = await endpoint(500, 302, 404, 204);
  const { id } = sandbox.createWebhook({ url, events });
  await sandbox.send("kustomer.message.create");
  expect(arrivals).toHaveLength(1);
  await eventually(() => arrivals.length === 4);
  await eventually(() => sandbox.transactions(id).length === 4);
  expect(sandbox.transactions(id).map(({ outcome }) => outcome)).toEqual([500, 302, 404, 204]);
  expect(new Set(arrivals.map(({ body }) => body.toString("hex"))).size).toBe(1);
  expect(new Set(arrivals.map(({ headers }) => headers["x-kustomer-webhook-signature"])).size).toBe(1);
  const logged = await call(sandbox, "GET", `/v1/outbound-webhooks/${id}/transactions`);
  expect(logged.body.at("data", 0, "attributes")).toMatchObject({
    status: "failed",
    nextRetry: expect.any(String),
  });
  expect(logged.body.at("data", 3, "attributes")).toMatchObject({ status: "success", nextRetry: null });
});

test("the schedule is 1, 1, 2, 5, 10, 15, 30 minutes; after eight failures the webhook is switched off in error", async () => {
  const sandbox = await run(fast);
  const { url, arrivals } = await endpoint(500);
  const { id } = sandbox.createWebhook({ url, events });
  await sandbox.send("kustomer.message.create");
  await eventually(() => sandbox.webhooks()[0]?.enabled === false);
  expect(sandbox.webhooks()[0]).toMatchObject({ enabled: false, isError: true });
  expect(arrivals).toHaveLength(8);
  const waits = sandbox
    .transactions(id)
    .map(({ nextRetry, sentAt }) => (nextRetry === null ? null : nextRetry - sentAt));
  const minutes = [1, 1, 2, 5, 10, 15, 30];
  for (const [index, minute] of minutes.entries()) expect(waits[index]).toBeGreaterThanOrEqual(minute * 10);
  expect(waits.at(-1)).toBeNull();
  expect((arrivals.at(-1)?.at ?? 0) - (arrivals[0]?.at ?? 0)).toBeGreaterThanOrEqual(630);
});

test("no answer in time and no connection are failures too", async () => {
  const sandbox = await run({ deliveryTimeoutMs: 100 });
  const silent = await serve(() => undefined);
  const slow = sandbox.createWebhook({ url: silent, events });
  const nobody = sandbox.createWebhook({ url: "http://127.0.0.1:1/hook", events });
  const broken = sandbox.createWebhook({ url: silent, events, headers: [{ name: "not a header", value: "1" }] });
  await sandbox.send("kustomer.message.create");
  expect(sandbox.transactions(slow.id)).toMatchObject([{ succeeded: false, outcome: "timeout" }]);
  expect(sandbox.transactions(nobody.id)).toMatchObject([{ succeeded: false }]);
  expect(sandbox.transactions(broken.id)).toMatchObject([{ succeeded: false }]);
});

test("nothing leaves the machine: Airkit's hosts are served here, other hosts fail", async () => {
  const sandbox = await run();
  sandbox.createWebhook({ ...aWebhook });
  const elsewhere = sandbox.createWebhook({ url: "https://example.com/hook", events });
  await sandbox.send("kustomer.message.create");
  expect(sandbox.received()).toMatchObject([{ resourceId: "9a1c" }]);
  expect(sandbox.transactions(elsewhere.id)[0]?.outcome).toContain("loopback");
});

test.each([
  ["documented", "dropped", 1],
  ["contrary", "kept", 2],
] as const)("retries waiting when a webhook is disabled: %s answers have them %s", async (profile, _, attempts) => {
  const sandbox = await run({ ...fast, profile });
  const { url, arrivals } = await endpoint(500, 200);
  const { id } = sandbox.createWebhook({ url, events });
  await sandbox.send("kustomer.message.create");
  sandbox.editWebhook(id, { enabled: false });
  await new Promise((resolve) => setTimeout(resolve, 100));
  if (attempts > 1) await eventually(() => arrivals.length === attempts);
  expect(arrivals).toHaveLength(attempts);
});

test("closing ends deliveries in the middle of an attempt", async () => {
  const sandbox = await run();
  sandbox.createWebhook({ url: await serve(() => undefined), events });
  const sent = sandbox.send("kustomer.message.create");
  await sandbox.close();
  await expect(sent).resolves.toHaveLength(24);
});
