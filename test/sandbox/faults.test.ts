import { expect, test } from "@jest/globals";
import { aWebhook, call, eventually, run, useCleanup } from "./running";

useCleanup();
const webhooks = "/v1/outbound-webhooks";
const on = { method: "POST", path: webhooks };

test("a status fault answers without any effect, once, and only what it was ordered for", async () => {
  const sandbox = await run();
  sandbox.fault({ on, kind: "status", status: 503, body: { ordered: true } });
  expect((await call(sandbox, "GET", webhooks)).status).toBe(200);
  expect(await call(sandbox, "POST", webhooks, { body: aWebhook })).toMatchObject({
    status: 503,
    text: '{"ordered":true}',
  });
  expect(sandbox.webhooks()).toEqual([]);
  expect((await call(sandbox, "POST", webhooks, { body: aWebhook })).status).toBe(200);
});

test("a fault can wait for some requests to pass, strike several times, and be called off", async () => {
  const sandbox = await run();
  sandbox.fault({ on: { path: /^\/v1\// }, after: 1, times: 2, kind: "status", status: 500 });
  const statuses = [];
  for (let count = 0; count < 4; count += 1) statuses.push((await call(sandbox, "GET", webhooks)).status);
  expect(statuses).toEqual([200, 500, 500, 200]);
  sandbox.fault({ on: {}, times: 100, kind: "status", status: 500 });
  sandbox.clearFaults();
  expect((await call(sandbox, "GET", webhooks)).status).toBe(200);
});

test("drop-before cuts the connection without effect, drop-after with it; the log shows status 0 for both", async () => {
  const sandbox = await run();
  sandbox.fault({ on, kind: "drop-before" });
  await expect(call(sandbox, "POST", webhooks, { body: aWebhook })).rejects.toThrow("fetch failed");
  expect(sandbox.webhooks()).toHaveLength(0);
  sandbox.fault({ on, kind: "drop-after" });
  await expect(call(sandbox, "POST", webhooks, { body: aWebhook })).rejects.toThrow("fetch failed");
  expect(sandbox.webhooks()).toHaveLength(1);
  expect(sandbox.requests.map(({ status }) => status)).toEqual([0, 0]);
});

test("rate-limited answers 429, with or without saying when the window ends", async () => {
  const sandbox = await run();
  sandbox.fault({ on, kind: "rate-limited" });
  sandbox.fault({ on, kind: "rate-limited", resetHeader: false });
  const told = await call(sandbox, "POST", webhooks, { body: aWebhook });
  const untold = await call(sandbox, "POST", webhooks, { body: aWebhook });
  expect([told.status, untold.status]).toEqual([429, 429]);
  expect(told.headers.has("x-ratelimit-reset")).toBe(true);
  expect(untold.headers.has("x-ratelimit-reset")).toBe(false);
});

test("slow takes effect at once and answers late", async () => {
  const sandbox = await run();
  sandbox.fault({ on, kind: "slow", ms: 700 });
  const started = Date.now();
  const answer = call(sandbox, "POST", webhooks, { body: aWebhook });
  await eventually(() => sandbox.webhooks().length === 1, 600);
  expect((await answer).status).toBe(200);
  expect(Date.now() - started).toBeGreaterThanOrEqual(690);
});

test("garbage and empty answer 200 with broken JSON or nothing, after the effect", async () => {
  const sandbox = await run();
  sandbox.fault({ on, kind: "garbage" });
  sandbox.fault({ on, kind: "empty" });
  const garbage = await call(sandbox, "POST", webhooks, { body: aWebhook });
  const empty = await call(sandbox, "POST", webhooks, { body: aWebhook });
  expect(garbage.status).toBe(200);
  expect(() => JSON.parse(garbage.text) as unknown).toThrow(SyntaxError);
  expect(empty).toMatchObject({ status: 200, text: "" });
  expect(sandbox.webhooks()).toHaveLength(2);
});

test.each(["documented", "contrary"] as const)(
  "masked-token hides signing secrets in one and in lists (%s)",
  async (profile) => {
    const sandbox = await run({ profile });
    const { id, token } = sandbox.createWebhook({});
    sandbox.fault({ on: { method: "GET" }, times: 2, kind: "masked-token" });
    const one = await call(sandbox, "GET", `${webhooks}/${id}`);
    const list = await call(sandbox, "GET", webhooks);
    expect(one.body.at("data", "attributes", "token")).toMatch(/^\*{8}/);
    expect(list.body.at("data", 0, "attributes", "token")).toMatch(/^\*{8}/);
    expect(one.text + list.text).not.toContain(token);
  },
);

test("switch-off turns the webhook off shortly after it was created or enabled", async () => {
  const sandbox = await run();
  sandbox.fault({ on, kind: "switch-off", afterMs: 30 });
  const made = await call(sandbox, "POST", webhooks, { body: aWebhook });
  expect(made.body.at("data", "attributes", "enabled")).toBe(true);
  await eventually(() => sandbox.webhooks()[0]?.enabled === false);
  expect(sandbox.webhooks()[0]?.isError).toBe(true);

  const path = `${webhooks}/${String(made.body.at("data", "id"))}`;
  sandbox.fault({ on: { method: "PATCH" }, kind: "switch-off" });
  const enabled = await call(sandbox, "PATCH", path, { body: { enabled: true } });
  expect(enabled.body.at("data", "attributes")).toMatchObject({ enabled: true, isError: false });
  await eventually(() => sandbox.webhooks()[0]?.enabled === false);
});

test("wrong-region and expired speak Kustomer's words", async () => {
  const sandbox = await run();
  sandbox.fault({ on: {}, kind: "wrong-region" });
  sandbox.fault({ on: {}, kind: "expired" });
  expect((await call(sandbox, "GET", webhooks)).body.at("errors", 0, "message")).toBe(
    "Auth token associated with pod prod2 but request is being handled by prod1",
  );
  const expired = await call(sandbox, "GET", webhooks);
  expect(expired.status).toBe(401);
  expect(expired.text).toContain("Expired token");
});

test("late takes effect after whoever asked has gone away, or has been answered with an error", async () => {
  const sandbox = await run();
  sandbox.fault({ on, kind: "late", ms: 1000 });
  sandbox.fault({ on, kind: "late", ms: 1000, status: 503 });
  const impatient = fetch(`${sandbox.url}${webhooks}`, {
    method: "POST",
    headers: { authorization: `Bearer ${sandbox.managementKey}` },
    body: JSON.stringify(aWebhook),
    signal: AbortSignal.timeout(50),
  });
  await expect(impatient).rejects.toThrow();
  expect((await call(sandbox, "POST", webhooks, { body: aWebhook })).status).toBe(503);
  expect(sandbox.webhooks()).toEqual([]);
  await eventually(() => sandbox.webhooks().length === 2);
});

test("lagging shows what was created to nobody for a while", async () => {
  const sandbox = await run();
  sandbox.fault({ on, kind: "lagging", ms: 1000 });
  const id = (await call(sandbox, "POST", webhooks, { body: aWebhook })).body.at("data", "id") as string;
  expect((await call(sandbox, "GET", `${webhooks}/${id}`)).status).toBe(404);
  expect((await call(sandbox, "GET", webhooks)).body.at("data")).toEqual([]);
  expect((await call(sandbox, "PATCH", `${webhooks}/${id}`, { body: { name: "b" } })).status).toBe(200);
  await new Promise((resolve) => setTimeout(resolve, 1010));
  expect((await call(sandbox, "GET", `${webhooks}/${id}`)).status).toBe(200);
});
