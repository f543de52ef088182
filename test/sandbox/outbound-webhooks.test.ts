import { describe, expect, test } from "@jest/globals";
import { aWebhook, call, run, useCleanup } from "./running";

useCleanup();
const webhooks = "/v1/outbound-webhooks";

describe("a webhook that breaks a documented rule is refused with 400 and the webhooks' error shape", () => {
  test.each<[string, unknown]>([
    ["a body that is not JSON", "{"],
    ["no name", { ...aWebhook, name: undefined }],
    ["a name of 256 characters", { ...aWebhook, name: "n".repeat(256) }],
    ["no url", { ...aWebhook, url: undefined }],
    ["http to a host that is not loopback", { ...aWebhook, url: "http://example.com/hook" }],
    ["no events", { ...aWebhook, events: [] }],
    ["an event that does not exist", { ...aWebhook, events: ["kustomer.message.delete"] }],
    ["thirteen events", { ...aWebhook, events: Array<string>(13).fill("kustomer.tag.create") }],
    ["headers that are no list", { ...aWebhook, headers: { "X-A": "1" } }],
    ["enabled that is no boolean", { ...aWebhook, enabled: "yes" }],
  ])("%s", async (_, body) => {
    const sandbox = await run();
    const reply = await call(sandbox, "POST", webhooks, { body });
    expect(reply.status).toBe(400);
    expect(reply.body.value).toEqual({
      errors: [{ status: 400, title: "Bad Request", detail: expect.any(String) }],
    });
    expect(sandbox.webhooks()).toEqual([]);
  });
});

test("http to the loopback interface is taken, so that the sandbox needs no TLS", async () => {
  const sandbox = await run();
  for (const url of ["http://127.0.0.1:1/hook", "http://localhost:1/hook", "http://[::1]:1/hook"]) {
    expect((await call(sandbox, "POST", webhooks, { body: { ...aWebhook, url } })).status).toBe(200);
  }
});

test("webhooks that an app installed do not count towards the five", async () => {
  const sandbox = await run();
  for (let count = 0; count < 3; count += 1) sandbox.createWebhook({ createdByApp: true });
  for (let count = 0; count < 5; count += 1) await call(sandbox, "POST", webhooks, { body: aWebhook });
  const sixth = await call(sandbox, "POST", webhooks, { body: aWebhook });
  expect(sixth.status).toBe(400);
  expect(sixth.body.at("errors", 0, "detail")).toContain("5");
  expect(sandbox.webhooks()).toHaveLength(8);
  expect(() => sandbox.createWebhook({})).toThrow();
});

test("the limit of webhooks can be lifted", async () => {
  const sandbox = await run({ webhookLimit: false });
  for (let count = 0; count < 7; count += 1) await call(sandbox, "POST", webhooks, { body: aWebhook });
  expect(sandbox.webhooks()).toHaveLength(7);
});

test("one of the documented roles suffices, a parent grants its children, and others are refused with 403", async () => {
  const sandbox = await run({ webhookLimit: false });
  const { id } = sandbox.createWebhook({});
  const statuses = async (...roles: string[]): Promise<number[]> => {
    const { token: key } = sandbox.createKey({ name: "k", roles });
    const replies = [
      await call(sandbox, "GET", webhooks, { key }),
      await call(sandbox, "POST", webhooks, { key, body: aWebhook }),
      await call(sandbox, "PATCH", `${webhooks}/${id}`, { key, body: aWebhook }),
    ];
    return replies.map(({ status }) => status);
  };
  expect(await statuses("org")).toEqual([200, 200, 200]);
  expect(await statuses("org.outbound_webhooks")).toEqual([200, 200, 200]);
  expect(await statuses("org.admin.outbound_webhooks")).toEqual([200, 200, 200]);
  expect(await statuses("org.permission.outbound_webhook")).toEqual([200, 200, 200]);
  expect(await statuses("org.permission.outbound_webhook.read")).toEqual([200, 403, 403]);
  expect(await statuses("org.permission.outbound_webhook.create", "org.permission.message")).toEqual([403, 200, 403]);
  expect(await statuses("org.permission.outbound")).toEqual([403, 403, 403]);
});

test("a contrary Kustomer answers in every other way: 201, no body on update, a body on delete, an empty 404", async () => {
  const sandbox = await run({ profile: "contrary" });
  const made = await call(sandbox, "POST", webhooks, { body: { ...aWebhook, headers: [{ name: "X-A", value: "1" }] } });
  const path = `${webhooks}/${String(made.body.at("data", "id"))}`;
  expect(made.status).toBe(201);
  expect(made.body.at("data", "type")).toBe("hook");
  expect(made.body.at("data", "attributes", "headers")).toEqual([{ name: "x-a", value: "1" }]);
  expect(made.body.at("data", "attributes", "isError")).toBeUndefined();
  expect(await call(sandbox, "PATCH", path, { body: { enabled: false } })).toMatchObject({ status: 400 });
  expect(await call(sandbox, "PATCH", path, { body: aWebhook })).toMatchObject({ status: 200, text: "" });
  expect(sandbox.webhooks()[0]?.headers).toEqual([]);
  expect((await call(sandbox, "DELETE", path)).body.at("data", "type")).toBe("hook");
  expect(await call(sandbox, "GET", path)).toMatchObject({ status: 404, text: "" });
});

test("what a person changes in the console is seen by the API", async () => {
  const sandbox = await run();
  const { id } = sandbox.createWebhook({ name: "By hand" });
  sandbox.editWebhook(id, { enabled: false, isError: true });
  const reply = await call(sandbox, "GET", `${webhooks}/${id}`);
  expect(reply.body.at("data", "attributes")).toMatchObject({ name: "By hand", enabled: false, isError: true });
  sandbox.removeWebhook(id);
  expect((await call(sandbox, "GET", `${webhooks}/${id}`)).status).toBe(404);
});

test("the request log says who asked for what and how it ended, and leaves out the control endpoints", async () => {
  const sandbox = await run();
  await call(sandbox, "GET", `${webhooks}?from=app`);
  await call(sandbox, "GET", "/sandbox/webhooks");
  expect(sandbox.requests).toMatchObject([
    { system: "kustomer", method: "GET", path: webhooks, query: "from=app", status: 200, key: sandbox.keys()[0]?.id },
  ]);
  sandbox.clearRequests();
  expect(sandbox.requests).toEqual([]);
});
