import { expect, test } from "@jest/globals";
import { call, run, useCleanup } from "./running";

useCleanup();
const tokens = "/v1/auth/tokens";

test("unknown, revoked and expired keys get 401, the expired one by name", async () => {
  const sandbox = await run();
  const key = sandbox.createKey({ name: "k", roles: ["org"] });
  expect((await call(sandbox, "GET", `${tokens}/current`, { key: "nonsense" })).status).toBe(401);
  sandbox.editKey(key.id, { expiresAt: new Date(Date.now() - 1000).toISOString() });
  const expired = await call(sandbox, "GET", `${tokens}/current`, { key: key.token });
  expect(expired.status).toBe(401);
  expect(expired.body.at("errors", 0, "message")).toContain("Expired token");
  sandbox.revokeKey(key.id);
  expect((await call(sandbox, "GET", `${tokens}/current`, { key: key.token })).status).toBe(401);
});

test("a key without any role can read and revoke itself, but no other key", async () => {
  const sandbox = await run();
  const key = sandbox.createKey({ name: "k", roles: [], expiresAt: "2999-01-01T00:00:00.000Z" });
  const other = sandbox.createKey({ name: "other", roles: [] });
  const own = await call(sandbox, "GET", `${tokens}/current`, { key: key.token });
  expect(own.body.at("data", "attributes")).toMatchObject({
    name: "k",
    roles: [],
    lastTokenChars: key.token.slice(-6),
    expireAt: "2999-01-01T00:00:00.000Z",
  });
  expect(own.text).not.toContain(key.token);
  const refused = await call(sandbox, "GET", `${tokens}/${other.id}`, { key: key.token });
  expect(refused.status).toBe(403);
  expect(refused.body.at("errors", 0)).toMatchObject({ code: "forbidden", meta: {} });
  expect((await call(sandbox, "GET", tokens, { key: key.token })).status).toBe(403);
  expect((await call(sandbox, "DELETE", `${tokens}/current`, { key: key.token })).status).toBe(204);
  expect(sandbox.keys().map(({ name }) => name)).toEqual(["Management", "other"]);
});

test("POST on the tokens is the sign-in of a person and makes no API key", async () => {
  const sandbox = await run();
  const machines = (): number => sandbox.keys().filter(({ userType }) => userType === "machine").length;
  const before = machines();
  expect((await call(sandbox, "POST", tokens, { body: { name: "a key?", roles: ["org"] } })).status).toBe(400);
  const person = { domain: "sandbox", email: "admin@sandbox.example", password: "guess" };
  expect((await call(sandbox, "POST", tokens, { body: person })).status).toBe(401);
  const session = await call(sandbox, "POST", tokens, { body: { ...person, password: sandbox.managementKey } });
  expect(session.body.at("data", "attributes", "token")).toEqual(expect.any(String));
  expect(machines()).toBe(before);
});

test("the roles can be listed, and an org be looked up without a key", async () => {
  const sandbox = await run();
  const roles = await call(sandbox, "GET", "/v1/auth/roles");
  expect(roles.body.at("data")).toContainEqual({ type: "role", id: "org.permission.outbound_webhook" });
  const domain = await fetch(`${sandbox.url}/v1/domains/sandbox`);
  expect(await domain.json()).toMatchObject({ data: { attributes: { name: "sandbox", pod: "prod1" } } });
});

test("the issuer makes, lists by owner, and revokes keys for whoever holds its token", async () => {
  const sandbox = await run();
  const ask = (method: string, path: string, body?: unknown) =>
    call(sandbox, method, `/issuer/keys${path}`, { key: sandbox.issuerToken, body });
  const order = { name: "relay", roles: ["org.permission.message"], owner: "stack-a", expiresInDays: 30 };
  expect((await call(sandbox, "POST", "/issuer/keys", { body: order })).status).toBe(401);
  expect((await ask("POST", "", { ...order, owner: undefined })).status).toBe(400);

  const issued = await ask("POST", "", order);
  expect(issued.status).toBe(201);
  expect(issued.body.value).toMatchObject({ roles: order.roles, expiresAt: expect.any(String) });
  const current = await call(sandbox, "GET", `${tokens}/current`, { key: String(issued.body.at("token")) });
  expect(current.body.at("data", "attributes", "roles")).toEqual(order.roles);

  await ask("POST", "", { ...order, owner: "stack-b" });
  const id = String(issued.body.at("id"));
  expect((await ask("GET", "?owner=stack-a")).body.value).toMatchObject({
    keys: [{ id, name: "relay", owner: "stack-a" }],
  });
  expect((await ask("DELETE", `/${id}`)).status).toBe(204);
  expect((await ask("DELETE", `/${id}`)).status).toBe(404);
  expect((await ask("DELETE", `/${sandbox.keys()[0]?.id ?? ""}`)).status).toBe(404);
  expect(sandbox.requests.filter(({ system }) => system === "issuer").length).toBe(8);
});

test("the issuer gives the same key again under the same idempotency key, as long as that is valid", async () => {
  const sandbox = await run();
  const issue = async (owner: string, idempotencyKey: string) => {
    const response = await fetch(sandbox.issuerUrl, {
      method: "POST",
      headers: { authorization: `Bearer ${sandbox.issuerToken}`, "idempotency-key": idempotencyKey },
      body: JSON.stringify({ name: "relay", roles: ["org.permission.message"], owner }),
    });
    return { status: response.status, ...((await response.json()) as { id: string; token: string }) };
  };
  const first = await issue("mark.0.a", "mark.0");
  expect(await issue("mark.0.b", "mark.0")).toEqual({ ...first, status: 200 });
  expect(sandbox.keys().at(-1)).toMatchObject({ id: first.id, owner: "mark.0.b" });
  expect((await issue("mark.1.c", "mark.1")).id).not.toBe(first.id);
  sandbox.revokeKey(first.id);
  expect((await issue("mark.0.d", "mark.0")).id).not.toBe(first.id);
});
