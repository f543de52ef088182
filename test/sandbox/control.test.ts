import { expect, test } from "@jest/globals";
import { type Sandbox } from "../../sandbox";
import { call, type Reply, run, useCleanup } from "./running";

useCleanup();

const control = (sandbox: Sandbox, method: string, path: string, body?: unknown): Promise<Reply> =>
  call(sandbox, method, `/sandbox${path}`, { key: "none-needed", body });

test("another process can do over HTTP what the methods do", async () => {
  const sandbox = await run();
  const events = ["kustomer.message.create"];
  const url = `${sandbox.url}/internal/sessions/v1/resource/kustomer/r1/receive-message`;
  const webhook = (await control(sandbox, "POST", "/webhooks", { name: "By curl", url, events })).body;
  const id = String(webhook.at("id"));
  expect((await control(sandbox, "POST", "/secrets", { resourceId: "r1", secret: webhook.at("token") })).status).toBe(
    204,
  );
  const sent = await control(sandbox, "POST", "/events", { name: "kustomer.message.create" });
  const received = await control(sandbox, "GET", "/received");
  expect(received.body.value).toMatchObject([{ eventId: sent.body.at("id"), verified: true }]);
  expect((await control(sandbox, "GET", `/transactions?webhookId=${id}`)).body.value).toHaveLength(1);
  expect((await control(sandbox, "GET", "/transactions?webhookId=other")).body.value).toHaveLength(0);

  expect((await control(sandbox, "PATCH", `/webhooks/${id}`, { enabled: false })).body.value).toMatchObject({
    name: "By curl",
    enabled: false,
  });
  expect((await control(sandbox, "GET", "/webhooks")).body.at(0, "id")).toBe(id);
  expect((await control(sandbox, "DELETE", `/webhooks/${id}`)).status).toBe(204);
  expect(sandbox.webhooks()).toEqual([]);
  expect((await control(sandbox, "DELETE", "/secrets/r1")).status).toBe(204);
});

test("keys, faults and the request log can be driven too", async () => {
  const sandbox = await run();
  const key = (await control(sandbox, "POST", "/keys", { name: "k", roles: ["org"] })).body;
  const path = `/keys/${String(key.at("id"))}`;
  expect((await control(sandbox, "PATCH", path, { expiresAt: "2999-01-01T00:00:00Z" })).body.value).toMatchObject({
    name: "k",
    expiresAt: "2999-01-01T00:00:00Z",
  });
  const fault = { on: { method: "GET", pathPattern: "^/v1/auth" }, kind: "status", status: 502 };
  expect((await control(sandbox, "POST", "/faults", fault)).status).toBe(204);
  const read = (): Promise<Reply> => call(sandbox, "GET", "/v1/auth/tokens/current", { key: String(key.at("token")) });
  expect((await read()).status).toBe(502);
  expect((await read()).status).toBe(200);
  expect((await control(sandbox, "GET", "/requests")).body.value).toMatchObject([{ status: 502 }, { status: 200 }]);
  expect((await control(sandbox, "GET", "/peak-requests-per-window")).body.value).toEqual({ requests: 2 });
  await control(sandbox, "POST", "/faults", fault);
  await control(sandbox, "DELETE", "/faults");
  expect((await read()).status).toBe(200);
  expect((await control(sandbox, "DELETE", path)).status).toBe(204);
  expect((await read()).status).toBe(401);
  await control(sandbox, "DELETE", "/requests");
  expect((await control(sandbox, "GET", "/requests")).body.value).toEqual([]);
  expect((await control(sandbox, "GET", "/keys")).text).not.toContain(sandbox.managementKey);
});

test("mistakes are told: 400 for a wrong body, 404 for what is not there, 409 for what may not be", async () => {
  const sandbox = await run({ webhookLimit: 0 });
  const wrong = await control(sandbox, "POST", "/faults", { on: {}, kind: "status", status: "500" });
  expect([wrong.status, wrong.text]).toEqual([400, expect.stringContaining("status")]);
  expect((await control(sandbox, "PATCH", "/webhooks/x", {})).status).toBe(404);
  expect((await control(sandbox, "POST", "/webhooks", {})).status).toBe(409);
  expect((await control(sandbox, "POST", "/events", { name: "nothing" })).status).toBe(409);
  expect((await control(sandbox, "GET", "/nothing")).status).toBe(404);
});

test("a web page open in a browser on this machine cannot drive the sandbox", async () => {
  const sandbox = await run();
  const response = await fetch(`${sandbox.url}/sandbox/keys`, { headers: { origin: "https://evil.example" } });
  expect(response.status).toBe(403);
});
