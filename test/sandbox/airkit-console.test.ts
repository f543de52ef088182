import { describe, expect, test } from "@jest/globals";
import type { AirkitKind, Sandbox } from "../../sandbox";
import { Contract, type Exchange, documentIsValid } from "./airkit-contract";
import { Json, call, run, useCleanup } from "./running";

useCleanup();

const contract = new Contract();
const nobody = "00000000-0000-4000-8000-000000000000";
const kinds = ["accounts", "resources", "hubs", "routing-flows"] as const;

interface Answered extends Exchange {
  json: Json;
}

/** Every exchange is held against the document, whatever a test looks at. */
async function exchange(
  sandbox: Sandbox,
  method: string,
  path: string,
  { body, key = sandbox.airkitToken, idempotencyKey }: { body?: unknown; key?: string; idempotencyKey?: string } = {},
): Promise<Answered> {
  const response = await fetch(`${sandbox.airkitConsoleUrl}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${key}`,
      ...(idempotencyKey === undefined ? {} : { "idempotency-key": idempotencyKey }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const answer: unknown = text === "" ? undefined : JSON.parse(text);
  const { status, headers } = response;
  const answered = { method, path, status, headers, sent: body, body: answer, json: new Json(answer) };
  expect(contract.mistakes(answered)).toEqual([]);
  return answered;
}

/** One object of every kind, made over the API. */
async function aRelay(sandbox: Sandbox): Promise<Record<AirkitKind, { id: string; form: Record<string, unknown> }>> {
  const make = async (
    kind: AirkitKind,
    form: Record<string, unknown>,
  ): Promise<{ id: string; form: Record<string, unknown> }> => {
    const made = await exchange(sandbox, "POST", `/v1/${kind}`, { body: form, idempotencyKey: `key of ${kind}` });
    expect(made.status).toBe(201);
    return { id: String(made.json.at("id")), form };
  };
  const accounts = await make("accounts", {
    name: "a",
    integration: "Kustomer",
    environment: "DEV",
    apiKey: "key",
    owner: "mark.1",
  });
  const resources = await make("resources", {
    name: "r",
    capabilities: ["MESSAGING_SEND_TEXT"],
    datasourceId: accounts.id,
    remoteId: "x",
  });
  const hubs = await make("hubs", {
    name: "h",
    channelResourceIds: [resources.id],
    agentTimeoutSeconds: 900,
    maxWeightPerAgent: 5,
    reassignWhenOffline: true,
  });
  const flow = {
    name: "f",
    hubId: hubs.id,
    type: "Relay",
    relayType: "Kustomer",
    webhookSecretKey: "secret",
    datasourceId: accounts.id,
  };
  return { accounts, resources, hubs, "routing-flows": await make("routing-flows", flow) };
}

test("the document is valid OpenAPI 3.1", () => {
  expect(documentIsValid()).toBe(true);
});

test("an answer that differs from the document is noticed", async () => {
  const sandbox = await run();
  const { hubs } = await aRelay(sandbox);
  const good = await exchange(sandbox, "GET", `/v1/hubs/${hubs.id}`);
  const { name: _, ...nameless } = good.body as Record<string, unknown>;
  const bad: Partial<Exchange>[] = [
    { body: nameless },
    { body: { ...nameless, name: "h", agentTimeoutSeconds: "900" } },
    { body: undefined },
    { status: 418 },
    { headers: new Headers() },
    { method: "PUT", sent: { ...hubs.form, colour: "red" } },
  ];
  for (const spoilt of bad) expect(contract.mistakes({ ...good, ...spoilt })).not.toEqual([]);
});

test("every operation answers as the document says: what it makes, shows, lists, writes and deletes", async () => {
  const sandbox = await run();
  const relay = await aRelay(sandbox);
  for (const kind of kinds) {
    const { id, form } = relay[kind];
    const path = `/v1/${kind}/${id}`;
    const shown = await exchange(sandbox, "GET", path);
    expect(shown.body).toMatchObject(
      Object.fromEntries(Object.entries(form).filter(([field]) => !/apiKey|webhookSecretKey/.test(field))),
    );
    expect((await exchange(sandbox, "GET", `/v1/${kind}`)).body).toEqual({
      items: [shown.body],
      organisation: sandbox.organisation.id,
    });
    const replaced = await exchange(sandbox, "PUT", path, { body: { ...form, name: "renamed" } });
    expect(replaced.body).toMatchObject({ id, name: "renamed", owner: shown.json.at("owner") });
  }
  for (const kind of [...kinds].reverse()) {
    expect((await exchange(sandbox, "DELETE", `/v1/${kind}/${relay[kind].id}`)).status).toBe(204);
    expect((await exchange(sandbox, "GET", `/v1/${kind}/${relay[kind].id}`)).status).toBe(404);
  }
  const used = new Set(
    sandbox.requests.map(({ method, path }) =>
      contract.operationOf({ method, path: path.replace("/airkit-console", "") }),
    ),
  );
  expect([...used].sort()).toEqual(contract.operations().sort());
});

test("secret fields are never shown, not even to whoever wrote them", async () => {
  const sandbox = await run();
  const relay = await aRelay(sandbox);
  for (const kind of kinds) {
    const answers = [
      await exchange(sandbox, "GET", `/v1/${kind}`),
      await exchange(sandbox, "PUT", `/v1/${kind}/${relay[kind].id}`, { body: relay[kind].form }),
    ];
    for (const { body } of answers) expect(JSON.stringify(body)).not.toMatch(/apiKey|webhookSecretKey|"key"|"secret"/);
  }
});

test("a key makes one object: repeated it shows that object, with another form it is refused", async () => {
  const sandbox = await run();
  const { accounts } = await aRelay(sandbox);
  const again = await exchange(sandbox, "POST", "/v1/accounts", {
    body: accounts.form,
    idempotencyKey: "key of accounts",
  });
  expect([again.status, again.json.at("id")]).toEqual([200, accounts.id]);
  const other = await exchange(sandbox, "POST", "/v1/accounts", {
    body: { ...accounts.form, name: "other" },
    idempotencyKey: "key of accounts",
  });
  expect(other.status).toBe(422);
  expect((await exchange(sandbox, "POST", "/v1/accounts", { body: accounts.form })).status).toBe(422);
  expect(sandbox.airkitObjects("accounts")).toHaveLength(1);
});

test("what is in use is not deleted, and all that use it are named", async () => {
  const sandbox = await run();
  const relay = await aRelay(sandbox);
  const uses: [AirkitKind, AirkitKind[]][] = [
    ["accounts", ["resources", "routing-flows"]],
    ["resources", ["hubs"]],
    ["hubs", ["routing-flows"]],
  ];
  for (const [kind, users] of uses) {
    const refused = await exchange(sandbox, "DELETE", `/v1/${kind}/${relay[kind].id}`);
    expect(refused.status).toBe(409);
    expect(refused.json.at("error", "usedBy")).toMatchObject(users.map((user) => ({ id: relay[user].id })));
  }
});

test("mistakes in a form are all named, by field", async () => {
  const sandbox = await run();
  const { resources } = await aRelay(sandbox);
  const form = { capabilities: [], datasourceId: nobody, colour: "red" };
  const refused = await exchange(sandbox, "PUT", `/v1/resources/${resources.id}`, { body: form });
  expect(refused.status).toBe(422);
  expect(new Set((refused.json.at("error", "fields") as { field: string }[]).map(({ field }) => field))).toEqual(
    new Set(["name", "capabilities", "colour"]),
  );
  const dangling = await exchange(sandbox, "PUT", `/v1/resources/${resources.id}`, {
    body: { ...resources.form, datasourceId: nobody },
  });
  expect(dangling.json.at("error", "fields")).toEqual([
    { field: "datasourceId", message: `there is no connected account ${nobody}` },
  ]);
  expect((await exchange(sandbox, "PUT", `/v1/resources/${resources.id}`, { body: [] })).status).toBe(422);
});

test("lists can be narrowed by owner and name, and come in pages", async () => {
  const sandbox = await run();
  for (const [name, owner] of [
    ["a", "mark.1"],
    ["b", "mark.2"],
    ["c", "marker.1"],
    ["d", null],
  ])
    sandbox.createAirkitObject("accounts", { name, owner, integration: "Kustomer", apiKey: "k" });
  const names = async (query: string): Promise<unknown> =>
    ((await exchange(sandbox, "GET", `/v1/accounts${query}`)).json.at("items") as { name: string }[]).map(
      ({ name }) => name,
    );
  expect(await names("?owner=mark")).toEqual(["a", "b"]);
  expect(await names("?owner=mark.2")).toEqual(["b"]);
  expect(await names("?name=d")).toEqual(["d"]);
  for (let more = 0; more < 50; more += 1)
    sandbox.createAirkitObject("accounts", { name: `more ${more}`, integration: "Kustomer" });
  const first = await exchange(sandbox, "GET", "/v1/accounts");
  const second = await exchange(sandbox, "GET", `/v1/accounts?after=${String(first.json.at("next"))}`);
  expect([first, second].map(({ json }) => (json.at("items") as unknown[]).length)).toEqual([50, 4]);
  expect(second.json.at("next")).toBeUndefined();
});

test("a wrong token opens nothing, and a Kustomer key does not either", async () => {
  const sandbox = await run();
  for (const key of ["wrong", sandbox.managementKey])
    expect((await exchange(sandbox, "GET", "/v1/hubs", { key })).status).toBe(401);
});

describe("an event for a Resource", () => {
  const event = async (sandbox: Sandbox, resourceId: string, secret: string): Promise<number> => {
    const webhook = sandbox.createWebhook({
      url: `${sandbox.url}/internal/sessions/v1/resource/kustomer/${resourceId}/receive-message`,
      events: ["kustomer.message.create"],
      token: secret,
    });
    await sandbox.send("kustomer.message.create");
    sandbox.removeWebhook(webhook.id);
    return sandbox.received().at(-1)?.status ?? 0;
  };

  test("is accepted through a routing flow that has its secret, its account and a hub", async () => {
    const sandbox = await run();
    const { resources } = await aRelay(sandbox);
    expect(await event(sandbox, resources.id, "secret")).toBe(200);
    expect(sandbox.received().at(-1)?.verified).toBe(true);
    expect(await event(sandbox, resources.id, "another secret")).toBe(401);
  });

  test.each<[string, AirkitKind, Record<string, unknown> | undefined]>([
    ["the routing flow belongs to another account", "routing-flows", { datasourceId: nobody }],
    ["the routing flow is for Salesforce", "routing-flows", { relayType: "Salesforce" }],
    ["the hub is gone", "hubs", undefined],
    ["the account is gone", "accounts", undefined],
    ["the Resource is gone", "resources", undefined],
    ["the Resource belongs to another account", "resources", { datasourceId: nobody }],
  ])("is refused when %s", async (_, kind, patch) => {
    const sandbox = await run();
    const relay = await aRelay(sandbox);
    if (patch === undefined) sandbox.removeAirkitObject(kind, relay[kind].id);
    else sandbox.editAirkitObject(kind, relay[kind].id, patch);
    expect(await event(sandbox, relay.resources.id, "secret")).toBe(404);
    sandbox.expectSecret(relay.resources.id, "given");
    expect(await event(sandbox, relay.resources.id, "given")).toBe(200);
  });
});

test("another process can look at the objects and change them", async () => {
  const sandbox = await run();
  const made = await call(sandbox, "POST", "/sandbox/airkit/hubs", { body: { name: "by hand" } });
  const path = `/sandbox/airkit/hubs/${String(made.body.at("id"))}`;
  expect((await call(sandbox, "PATCH", path, { body: { name: "changed" } })).body.at("name")).toBe("changed");
  expect((await call(sandbox, "GET", "/sandbox/airkit/hubs")).body.at(0, "name")).toBe("changed");
  expect((await call(sandbox, "DELETE", path)).status).toBe(204);
  expect((await call(sandbox, "DELETE", path)).status).toBe(404);
  expect((await call(sandbox, "GET", "/sandbox/airkit/toasters")).status).toBe(400);
});
