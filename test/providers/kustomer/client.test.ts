import { describe, expect, test } from "@jest/globals";
import { connectToKustomer, kustomerSettingsProblems } from "../../../providers/kustomer/connection";
import { KustomerError } from "../../../providers/kustomer/failure";
import { settingsFrom } from "../../../providers/lifecycle/settings";
import { run, useCleanup } from "../../sandbox/running";
import { HEADER_SECRET, PROFILES, clientOf, connect, createWebhook, failureOf, lineOf } from "./support";

useCleanup();

describe.each(PROFILES)("Kustomer's REST API, answering the %s way", (profile) => {
  test("lists API keys over as many pages as there are", async () => {
    const sandbox = await run({ profile });
    for (let index = 0; index < 150; index += 1) sandbox.createKey({ name: `key ${index}`, roles: ["org.tracking"] });
    const ids = (await clientOf(sandbox).listApiKeys()).map(({ id }) => id);
    expect(ids.sort()).toEqual(
      sandbox
        .keys()
        .map(({ id }) => id)
        .sort(),
    );
  });

  test("gives events, roles, keys and delivery attempts", async () => {
    const sandbox = await run({ profile });
    const client = clientOf(sandbox);
    expect(await client.listSubscribableEvents()).toHaveLength(12);
    expect(await client.listRoles()).toContain("org.permission.message");
    const { id } = sandbox.createKey({ name: "a", roles: ["org.tracking"] });
    expect(await client.getAuthToken(id)).toMatchObject({ id, name: "a", roles: ["org.tracking"] });
    await client.revokeAuthToken(id);
    await client.revokeAuthToken(id);
    expect(await client.getAuthToken(id)).toBeUndefined();
    const webhook = sandbox.createWebhook({ url: "http://127.0.0.1:9/nobody", events: ["kustomer.tag.create"] });
    await sandbox.send("kustomer.tag.create");
    expect(await client.listTransactions(webhook.id)).toMatchObject([{ eventName: "kustomer.tag.create" }]);
  });

  test("refusing for want of a role names the role", async () => {
    const sandbox = await run({ profile });
    const { token } = sandbox.createKey({ name: "k", roles: ["org.permission.outbound_webhook.read"] });
    const creating = await lineOf(sandbox, createWebhook(connect(sandbox, { "kustomer:apiKey": token })));
    expect(creating).toMatch(/^create outbound webhook "relay": Kustomer answered 403/);
    expect(creating).toContain(
      "the management key (kustomer:apiKey) probably lacks the role org.permission.outbound_webhook.create; roles cannot be added to a key: create a new one",
    );
    expect(creating).not.toContain(token);
    expect(await lineOf(sandbox, clientOf(sandbox, { "kustomer:apiKey": token }).listApiKeys())).toContain(
      "the role org.permission.security",
    );
  });

  test("refusing an expired key says so", async () => {
    const sandbox = await run({ profile });
    sandbox.fault({ on: {}, kind: "expired" });
    expect(await lineOf(sandbox, clientOf(sandbox).listOutboundWebhooks())).toContain(
      "the management key (kustomer:apiKey) has expired",
    );
  });

  test("refusing a key of another region says which setting finds the region", async () => {
    const sandbox = await run({ profile });
    sandbox.fault({ on: {}, kind: "wrong-region" });
    const line = await lineOf(sandbox, clientOf(sandbox).listOutboundWebhooks());
    expect(line).toContain("Auth token associated with pod prod2");
    expect(line).toContain("set kustomer:org (finds the region by itself) or the region's own kustomer:baseUrl");
    expect(line).not.toContain("lacks the role");
  });

  test("answering something else than documented is told with the place, never with a value", async () => {
    const sandbox = await run({ profile });
    const body = { data: [{ id: "a", attributes: { url: 5, token: HEADER_SECRET } }] };
    sandbox.fault({ on: {}, kind: "status", status: 200, body });
    const line = await lineOf(sandbox, clientOf(sandbox).listOutboundWebhooks());
    expect(line).toMatch(
      /^list outbound webhooks: the answer of Kustomer is not what its reference says \(data\.0\.attributes\.[^;]*\); run it again/,
    );
  });
});

describe("a failure", () => {
  const answering = async (status: number, body: unknown) => {
    const sandbox = await run();
    sandbox.fault({ on: { method: "POST" }, times: 2, kind: "status", status, body });
    return { sandbox, error: await failureOf(createWebhook(connect(sandbox))) };
  };

  test("carries status, request id and the server's own words", async () => {
    const { error } = await answering(422, {
      errors: [{ status: 422, title: "Unprocessable", detail: "no such host" }],
    });
    expect(error).toBeInstanceOf(KustomerError);
    expect(error.message).toMatch(
      /^create outbound webhook "relay": Kustomer answered 422 \(request [\w-]+\): Unprocessable: no such host$/,
    );
  });

  test.each<[string, unknown, string]>([
    ["of the main shape", { errors: [{ code: "bad_request", message: "bad name", meta: {} }] }, ": bad name"],
    ["with several errors", { errors: [{ message: "one" }, { title: "two", detail: "three" }] }, ": one; two: three"],
    ["without a body", undefined, ")"],
    ["of no shape at all", "oops", ")"],
  ])("%s is understood", async (_, body, end) => {
    const { error } = await answering(400, body);
    expect(error.message.endsWith(end)).toBe(true);
  });

  test("in which the server quotes a secret header does not show it, whole or inside of JSON", async () => {
    const { error } = await answering(400, {
      errors: [{ message: `header value ${HEADER_SECRET} is bad: ${JSON.stringify({ v: HEADER_SECRET })}` }],
    });
    expect(error.message).toContain("header value [secret] is bad");
    expect(error.message).not.toContain(HEADER_SECRET);
  });
});

describe("the settings for Kustomer", () => {
  const problemsOf = (config: Record<string, string>) =>
    kustomerSettingsProblems(settingsFrom((key) => config[key], {}));

  test("that are missing are told together, each with the command", () => {
    expect(problemsOf({})).toEqual([
      "no Kustomer organisation is set: run `pulumi config set kustomer:org <value>` or set KUSTOMER_ORG in the environment (or kustomer:baseUrl)",
      "no Kustomer API key is set: run `pulumi config set --secret kustomer:apiKey` or set KUSTOMER_API_KEY in the environment (a key with the role org.permission.outbound_webhook)",
    ]);
    expect(() => connectToKustomer(settingsFrom(() => undefined, {}))).toThrow(
      /organisation is set.*; no Kustomer API key/,
    );
  });

  test.each([
    ["acme.api.kustomerapp.com", false],
    ["http://acme.api.kustomerapp.com", false],
    ["https://acme.api.kustomerapp.com", true],
    ["https://acme.api.kustomerapp.com/v1/", true],
    ["http://127.0.0.1:4010", true],
  ])("the address %s is fine: %s", (baseUrl, fine) => {
    expect(problemsOf({ "kustomer:baseUrl": baseUrl, "kustomer:apiKey": "key" })).toHaveLength(fine ? 0 : 1);
  });

  test.each(["acme", "Acme-2"])("an organisation is named like %s", (org) => {
    expect(problemsOf({ "kustomer:org": org, "kustomer:apiKey": "key" })).toEqual([]);
  });

  test.each(["https://acme.api.kustomerapp.com", "acme.kustomerapp.com", "evil.example.com/", "a b"])(
    "an organisation is not named %s: the key would go elsewhere",
    (org) => {
      expect(problemsOf({ "kustomer:org": org, "kustomer:apiKey": "key" })).toEqual([
        expect.stringContaining("kustomer:org must be the organisation's name alone"),
      ]);
    },
  );

  test("a key that was copied with something between is told without it", () => {
    const [problem] = problemsOf({ "kustomer:org": "acme", "kustomer:apiKey": "half-of-it other-half" });
    expect(problem).toContain("kustomer:apiKey is not a key: it has white space");
    expect(problem).not.toContain("half");
  });

  test("a region that does not exist, and a time that is none, are told", () => {
    expect(problemsOf({ "kustomer:region": "mars", "kustomer:apiKey": "key" })).toEqual([
      expect.stringContaining("kustomer:region must be one of us, eu, in"),
    ]);
    expect(
      problemsOf({ "kustomer:region": "eu", "kustomer:timeoutSeconds": "soon", "kustomer:apiKey": "key" }),
    ).toEqual([expect.stringContaining("kustomer:timeoutSeconds must be a number of seconds")]);
  });

  test("the version that people paste with the address is not doubled", async () => {
    const sandbox = await run();
    await clientOf(sandbox, { "kustomer:baseUrl": `${sandbox.url}/v1/` }).listOutboundWebhooks();
    expect(sandbox.requests.map(({ path, status }) => `${status} ${path}`)).toEqual(["200 /v1/outbound-webhooks"]);
  });
});
