import { status } from "@grpc/grpc-js";
import { afterEach, expect, test } from "@jest/globals";
import * as plugin from "@pulumi/pulumi/proto/plugin_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { structOf } from "../../../providers/native/struct";
import { type Values, hasSecret, unwrapSecrets, wrapSecret } from "../../../providers/native/values";
import { RELAY_ROLES } from "../../../providers/kustomer/api-key/roles";
import { environmentName } from "../../../providers/lifecycle/settings";
import { UNKNOWN } from "../../../providers/lifecycle/unknown";
import { trampoline } from "../../../providers/trampoline";
import { type Sandbox, type SandboxOptions, startSandbox } from "../../../sandbox";
import { quickenTime } from "../../support/quicken-time";
import { type Plugin, leftBy, startPlugin, urnOf } from "./support/client";

quickenTime(20);

const HOOK = "KustomerOutboundWebhook";
const declared = { url: "https://example.com/hook", watchSeconds: 0 };

const sandboxes: Sandbox[] = [];
afterEach(async () => {
  for (const sandbox of sandboxes.splice(0)) await sandbox.close();
});

async function withSandbox(options: SandboxOptions = {}): Promise<{ sandbox: Sandbox; engine: Plugin }> {
  const sandbox = await startSandbox(options);
  sandboxes.push(sandbox);
  const engine = await startPlugin();
  // As stack config comes: a JSON text, secret because one of its members is.
  const kustomer = JSON.stringify({ baseUrl: sandbox.url, apiKey: sandbox.managementKey });
  await engine.configure({ kustomer: wrapSecret(kustomer) });
  return { sandbox, engine };
}

/** What `up` does for one webhook. */
async function up(engine: Plugin, given: Values = declared): Promise<{ id: string; state: Values; inputs: Values }> {
  const { inputs, failures } = await engine.check(HOOK, given);
  expect(failures).toEqual([]);
  const { id, properties } = await engine.create(HOOK, inputs);
  return { id, state: properties, inputs };
}

test("the engine learns what the plugin is, and tells it where it listens, by either way", async () => {
  const engine = await startPlugin();
  const { client } = engine;
  const hello = new proto.ProviderHandshakeRequest().setEngineAddress("127.0.0.1:1");
  const answer = await engine.call<proto.ProviderHandshakeResponse>((done) => client.handshake(hello, done));
  expect([answer.getAcceptSecrets(), answer.getAcceptResources(), answer.getAcceptOutputs()]).toEqual([
    true,
    true,
    true,
  ]);
  await engine.call((done) => client.attach(new plugin.PluginAttach().setAddress("127.0.0.1:2"), done));
  expect(engine.attached).toEqual(["127.0.0.1:1", "127.0.0.1:2"]);
  const info = await engine.call<plugin.PluginInfo>((done) => client.getPluginInfo(new Empty(), done));
  expect(info.getVersion()).toBe("1.2.3");
  const schema = await engine.call<proto.GetSchemaResponse>((done) =>
    client.getSchema(new proto.GetSchemaRequest(), done),
  );
  expect(schema.getSchema()).toBe('{"name":"kustomer-relay"}');
  // An engine that knows no handshake learns it here.
  expect((await engine.configure({})).toObject()).toMatchObject({
    acceptsecrets: true,
    acceptresources: true,
    acceptoutputs: true,
    supportspreview: true,
  });
  const later = new proto.GetSchemaRequest().setVersion(3);
  await expect(engine.call((done) => client.getSchema(later, done))).rejects.toThrow("no schema of version 3");
});

test("what the plugin does not do answers Unimplemented, and nonsense is told as such", async () => {
  const { engine } = await withSandbox();
  const { client } = engine;
  await expect(engine.call((done) => client.getMapping(new proto.GetMappingRequest(), done))).rejects.toMatchObject({
    code: status.UNIMPLEMENTED,
  });
  await expect(engine.call((done) => client.call(new proto.CallRequest(), done))).rejects.toMatchObject({
    code: status.UNIMPLEMENTED,
  });
  await expect(engine.check("Teapot", {})).rejects.toMatchObject({
    code: status.INVALID_ARGUMENT,
    details: "there is no resource type kustomer-relay:index:Teapot",
  });
  await expect(engine.call((done) => client.check(new proto.CheckRequest(), done))).rejects.toMatchObject({
    code: status.INVALID_ARGUMENT,
  });
  await expect(engine.invoke("getTeapot")).rejects.toMatchObject({ code: status.INVALID_ARGUMENT });
  // Requests without any properties are the empty ones.
  const bare = new proto.CheckRequest().setUrn(urnOf(HOOK));
  const answer = await engine.call<proto.CheckResponse>((done) => client.check(bare, done));
  expect(answer.getFailuresList().map((failure) => failure.getReason())).toEqual([
    expect.stringMatching(/^url: is required/),
  ]);
});

test("a webhook lives its whole life over the protocol, and its secrets are wrapped wherever they go", async () => {
  const { sandbox, engine } = await withSandbox();
  const headers = { "x-team": "support", "x-gate": wrapSecret("the-gate-key") };
  const { id, state, inputs } = await up(engine, { ...declared, headers });
  expect(inputs.headers).toEqual(headers);
  expect(unwrapSecrets(state).signingSecret).toBe(sandbox.webhooks()[0]?.token);
  // A stack that goes over to the dynamic providers has to name them, also where nothing is written before.
  expect([state.__provider, (await engine.read(HOOK, id, state)).properties.__provider]).toEqual([
    trampoline(HOOK),
    trampoline(HOOK),
  ]);
  expect([hasSecret(state.signingSecret), hasSecret(state.url)]).toEqual([true, false]);
  expect(state.headers).toEqual(headers);

  expect((await engine.diff(HOOK, id, state, inputs)).getChanges()).toBe(proto.DiffResponse.DiffChanges.DIFF_NONE);
  sandbox.editWebhook(id, { enabled: false });
  const drifted = await engine.read(HOOK, id, state);
  expect(drifted.properties).toMatchObject({ enabled: false, headers });
  const difference = await engine.diff(HOOK, id, drifted.properties, inputs);
  expect(difference.getDiffsList()).toEqual(["enabled"]);
  expect(difference.getReplacesList()).toEqual([]);
  expect(difference.getHasdetaileddiff()).toBe(true);
  expect(difference.getDetaileddiffMap().get("enabled")?.getKind()).toBe(proto.PropertyDiff.Kind.UPDATE);

  const preview = await engine.update(HOOK, id, drifted.properties, inputs, { preview: true });
  expect(unwrapSecrets(preview)).toMatchObject({ enabled: true });
  // No phantom change of what depends on the secret.
  expect(unwrapSecrets(preview).signingSecret).toBe(unwrapSecrets(state).signingSecret);
  // What was secret and is taken back stays so, whatever becomes of it.
  const takenBack = { ...drifted.properties, adopt: wrapSecret("an-id") };
  expect((await engine.update(HOOK, id, takenBack, inputs, { preview: true })).adopt).toEqual(wrapSecret(UNKNOWN));
  const healed = await engine.update(HOOK, id, drifted.properties, inputs);
  expect(healed).toMatchObject({ enabled: true, headers });

  await engine.delete(HOOK, id, healed);
  expect(sandbox.webhooks()).toEqual([]);
  expect((await engine.read(HOOK, id, healed)).id).toBe("");
});

test("a rotation is a replacement by that field, and a preview of it knows no id and no secret", async () => {
  const { engine } = await withSandbox();
  const { id, state } = await up(engine);
  const { inputs } = await engine.check(HOOK, { ...declared, rotation: 1 }, { ...declared });
  const difference = await engine.diff(HOOK, id, state, inputs);
  expect(difference.getReplacesList()).toEqual(["rotation"]);
  expect(difference.getDetaileddiffMap().get("rotation")?.getKind()).toBe(proto.PropertyDiff.Kind.UPDATE_REPLACE);
  const preview = await engine.create(HOOK, inputs, { preview: true });
  expect(preview.id).toBe("");
  expect(unwrapSecrets(preview.properties)).toMatchObject({ webhookId: UNKNOWN, signingSecret: UNKNOWN, rotation: 1 });
  expect(hasSecret(preview.properties.signingSecret)).toBe(true);
});

test("what is not known yet passes check, at any place, and comes back unknown", async () => {
  const { engine } = await withSandbox();
  const given = { url: UNKNOWN, events: ["kustomer.tag.create", UNKNOWN], headers: { "x-gate": wrapSecret(UNKNOWN) } };
  const { inputs, failures } = await engine.check(HOOK, given);
  expect(failures).toEqual([]);
  expect(inputs).toMatchObject({ url: UNKNOWN, headers: { "x-gate": wrapSecret(UNKNOWN) } });
  expect(inputs.events).toContain(UNKNOWN);
  const preview = await engine.create(HOOK, inputs, { preview: true });
  expect(preview.properties).toMatchObject({ url: UNKNOWN });
});

test("all mistakes come at once, none shows a value, and each setting is named as it is called here", async () => {
  const engine = await startPlugin();
  await engine.configure({});
  const { failures } = await engine.check(HOOK, { url: "ftp://s3cret.example.com", watchSeconds: -1, evnts: [] });
  expect(failures.join("\n")).toMatch(/url: .*\n?[^]*watchSeconds: [^]*evnts: no such property/);
  expect(failures.join("\n")).toContain("`pulumi config set --path --secret kustomer-relay:kustomer.apiKey`");
  expect(failures.join("\n")).not.toMatch(/s3cret|\bkustomer:\w/);
});

test.each(["eu", "default-eu"])(
  "an explicit provider %s is told by its name, and its environment variables carry it",
  async (name) => {
    const sandbox = await startSandbox();
    sandboxes.push(sandbox);
    const variable = environmentName("kustomer:apiKey", name);
    const engine = await startPlugin({ [variable]: sandbox.managementKey, KUSTOMER_API_KEY: "of another" });
    await engine.configure({ kustomer: { baseUrl: sandbox.url } }, name);
    await up(engine);
    expect(sandbox.webhooks()).toHaveLength(1);
    // The engine's own are called so, each with what it is of.
    for (const own of ["default", "default_1_2_3"]) {
      await engine.configure({}, own);
      expect((await engine.check(HOOK, declared)).failures.join("\n")).toContain(
        "set KUSTOMER_API_KEY in the environment",
      );
    }
    await engine.configure({ kustomer: { region: "nowhere" } }, "us");
    const { failures } = await engine.check(HOOK, declared);
    expect(failures.join("\n")).toContain('of the provider "us" or set KUSTOMER_API_KEY_US in the environment');
  },
);

test("a webhook that is made but not as declared goes into the state with its reasons, and the next update finishes it", async () => {
  const { sandbox, engine } = await withSandbox();
  sandbox.fault({ kind: "switch-off", on: { method: "POST", path: "/v1/outbound-webhooks" }, afterMs: 1 });
  sandbox.fault({ kind: "status", status: 401, on: { method: "PATCH" }, times: 50 });
  sandbox.fault({ kind: "status", status: 401, on: { method: "PUT" }, times: 50 });
  const { inputs } = await engine.check(HOOK, { ...declared, watchSeconds: 1 });
  const error: unknown = await engine.create(HOOK, inputs).catch((thrown: unknown) => thrown);
  const left = leftBy(error);
  expect(left?.id).toBe(sandbox.webhooks()[0]?.id);
  expect(left?.reasons).toEqual([expect.stringContaining("the management key (kustomer-relay:kustomer.apiKey)")]);
  expect(unwrapSecrets(left?.properties ?? {})).toMatchObject({ enabled: false, webhookId: left?.id });
  expect(hasSecret(left?.properties.signingSecret)).toBe(true);
  sandbox.clearFaults();
  const finished = await engine.update(HOOK, left?.id ?? "", left?.properties ?? {}, inputs);
  expect(finished).toMatchObject({ enabled: true });
  expect(sandbox.webhooks()).toHaveLength(1);
}, 60_000);

test("a refusal says what was being done, what Kustomer answered and what to do, without the key", async () => {
  const { sandbox, engine } = await withSandbox();
  const { inputs } = await engine.check(HOOK, declared);
  sandbox.fault({ kind: "status", status: 403, on: { method: "POST" }, times: 5 });
  await expect(engine.create(HOOK, inputs)).rejects.toMatchObject({
    details: expect.stringMatching(/^create outbound webhook "relay": Kustomer answered 403 \(request /) as unknown,
  });
  expect(sandbox.webhooks()).toEqual([]);
});

test("calls come side by side, and none waits for another", async () => {
  const { sandbox, engine } = await withSandbox({ webhookLimit: false });
  const urls = Array.from({ length: 12 }, (_, index) => `https://example.com/${index}`);
  const made = await Promise.all(
    urls.map(async (url, index) => {
      const urn = urnOf(HOOK, `relay-${index}`);
      const check = new proto.CheckRequest().setUrn(urn);
      check.setNews(structOf({ ...declared, url }));
      const checked = await engine.call<proto.CheckResponse>((done) => engine.client.check(check, done));
      const create = new proto.CreateRequest().setUrn(urn).setProperties(checked.getInputs());
      return engine.call<proto.CreateResponse>((done) => engine.client.create(create, done));
    }),
  );
  expect(new Set(made.map((answer) => answer.getId())).size).toBe(12);
  expect(new Set(sandbox.webhooks().map(({ url }) => url))).toEqual(new Set(urls));
});

test("an object that no state knows is imported with its headers as secrets and nothing of our own, and with a warning of the code", async () => {
  const { sandbox, engine } = await withSandbox();
  const headers = [{ name: "x-gate", value: "the-gate-key" }];
  const { id } = sandbox.createWebhook({
    name: "by hand",
    url: declared.url,
    events: ["kustomer.tag.create"],
    headers,
  });
  const imported = await engine.read(HOOK, id, {});
  expect(imported.id).toBe(id);
  expect(unwrapSecrets(imported.inputs)).toMatchObject({ name: "by hand", headers: { "x-gate": "the-gate-key" } });
  expect(hasSecret((imported.inputs.headers as Values)["x-gate"])).toBe(true);
  // Pulumi prints secrets in clear in the code that it makes, and nothing can keep it from that.
  expect(engine.warnings.map(({ message }) => message)).toEqual([
    expect.stringMatching(/^the code that Pulumi makes .* in clear, as headers\.x-gate: .*pulumi config set --secret/),
  ]);
  expect(JSON.stringify(engine.warnings)).not.toContain("the-gate-key");
  expect(Object.keys(imported.inputs)).not.toContain("mark");
  expect(hasSecret(imported.properties.signingSecret)).toBe(true);
  await expect(engine.read(HOOK, "5f00000000000000000000aa", {})).rejects.toThrow(/import KustomerOutboundWebhook/);
  // What cannot be asked for is what the program declares: a key's value is shown once.
  const key = sandbox.createKey({ name: "Airkit", roles: RELAY_ROLES });
  const ofKey = await engine.read("KustomerApiKey", key.id, {}, { token: wrapSecret(key.token) });
  expect([ofKey.inputs.token, ofKey.properties.token]).toEqual([wrapSecret(key.token), wrapSecret(key.token)]);
});

test("a state that the dynamic providers wrote is gone on with: same object, no difference, their text left out", async () => {
  const { engine } = await withSandbox();
  const { id, state, inputs } = await up(engine);
  // What a newer plugin adds to a state that an older one can still read is left out, too.
  const theirs = { ...state, __provider: "exports.handler=…", outputOfTomorrow: [1] };
  const checked = await engine.check(HOOK, declared, { ...inputs, __provider: "exports.handler=…" });
  expect(checked.failures).toEqual([]);
  expect(Object.keys(checked.inputs)).not.toContain("__provider");
  expect((await engine.diff(HOOK, id, theirs, checked.inputs)).getChanges()).toBe(
    proto.DiffResponse.DiffChanges.DIFF_NONE,
  );
  const { id: same, properties } = await engine.read(HOOK, id, theirs);
  expect([same, Object.keys(properties)]).toEqual([id, expect.not.arrayContaining(["outputOfTomorrow"])]);
  const newer = engine.read(HOOK, id, { ...state, stateVersion: 99 });
  await expect(newer).rejects.toThrow(
    /written by a newer pulumi-kustomer-relay .* && npx kustomer-relay plugin install$/,
  );
});

test("what is due by time alone is a difference without a field", async () => {
  const { engine } = await withSandbox();
  const { id, state, inputs } = await up(engine);
  // An object that was imported has no mark yet.
  const difference = await engine.diff(HOOK, id, { ...state, generation: "" }, inputs);
  expect(difference.getChanges()).toBe(proto.DiffResponse.DiffChanges.DIFF_SOME);
  expect([difference.getDiffsList(), difference.getHasdetaileddiff()]).toEqual([[], false]);
});

test("a warning comes once, beside its resource, in the words of this edge and without a secret", async () => {
  const { sandbox, engine } = await withSandbox();
  sandbox.createWebhook({ name: `of kustomer:apiKey ${sandbox.managementKey}`, url: declared.url });
  await up(engine);
  sandbox.fault({ kind: "status", status: 403, on: { path: "/v1/outbound-webhooks/events" }, times: 9 });
  for (let times = 0; times < 2; times += 1)
    await engine.check(HOOK, { ...declared, events: ["kustomer.of.tomorrow"] });
  const message = (text: string): unknown => ({ urn: urnOf(HOOK), message: expect.stringContaining(text) as unknown });
  // Time is quick here: a busy machine may be too slow for what a check would like to know.
  expect(engine.warnings.filter((one) => !one.message.startsWith("could not verify the key"))).toEqual([
    message('"of kustomer-relay:kustomer.apiKey [secret]"'),
    message('this version does not know "kustomer.of.tomorrow"'),
  ]);
});

test("an operator's steps name the setting as it is called here, and what it records is applied", async () => {
  const ACCOUNT = "AirkitAccount";
  const { sandbox, engine } = await withSandbox();
  const { id: accountId } = sandbox.createAirkitObject("accounts", { name: "by hand", integration: "Kustomer" });
  const kustomer = { baseUrl: sandbox.url, apiKey: sandbox.managementKey };
  const first = { apiKey: wrapSecret("a-key-of-kustomer"), accountId };
  const given = { ...first, environment: "DEV" };
  await engine.configure({ kustomer, airkit: { driver: "operator" } });
  const { id, properties: before } = await engine.create(ACCOUNT, (await engine.check(ACCOUNT, first)).inputs);
  const { inputs } = await engine.check(ACCOUNT, given);
  const properties = await engine.update(ACCOUNT, id, before, inputs);
  expect(JSON.stringify(properties.steps)).toContain("kustomer-relay:airkit.applied");
  expect(JSON.stringify(properties.steps)).not.toMatch(/[^-\w]airkit:applied/);

  await engine.configure({ kustomer, airkit: { driver: "operator", applied: { relay: properties.revision } } });
  const recorded = (await engine.check(ACCOUNT, given, inputs)).inputs;
  expect((await engine.diff(ACCOUNT, id, properties, recorded)).getChanges()).toBe(
    proto.DiffResponse.DiffChanges.DIFF_SOME,
  );
  expect(await engine.update(ACCOUNT, id, properties, recorded)).toMatchObject({ status: "applied", steps: [] });
});

test("lookups answer with their secrets wrapped, and say what is wrong with the question", async () => {
  const { sandbox, engine } = await withSandbox();
  const { id, token } = sandbox.createWebhook({ name: "by hand" });
  const one = await engine.invoke("getKustomerOutboundWebhook", { name: "by hand" });
  expect(one).toMatchObject({ webhookId: id, managed: false, signingSecret: wrapSecret(token) });
  const all = await engine.invoke("getKustomerOutboundWebhooks");
  expect(hasSecret(all.webhooks)).toBe(true);
  expect((await engine.invoke("getKustomerApiKeys")).keys).toHaveLength(1);
  const wrong = (args: Values): Promise<unknown> => engine.invoke("getKustomerOutboundWebhook", args);
  await expect(wrong({})).rejects.toThrow(/give either `id` or `name`$/);
  await expect(wrong({ name: ["by hand"] })).rejects.toThrow(/name: must be text$/);
  await expect(engine.invoke("getKustomerOutboundWebhook", { id: "nowhere" })).rejects.toThrow(/there is none/);
});

test("a provider's changed settings are an update of the provider alone", async () => {
  const engine = await startPlugin();
  const compare = async (olds: string, news: string): Promise<number> => {
    const request = new proto.DiffRequest().setOlds(structOf({ kustomer: olds })).setNews(structOf({ kustomer: news }));
    const answer = await engine.call<proto.DiffResponse>((done) => engine.client.diffConfig(request, done));
    expect(answer.getReplacesList()).toEqual([]);
    return answer.getChanges();
  };
  expect(await compare("{}", "{}")).toBe(proto.DiffResponse.DiffChanges.DIFF_NONE);
  expect(await compare("{}", '{"org":"acme"}')).toBe(proto.DiffResponse.DiffChanges.DIFF_SOME);
});

test("a key that a program gives its provider in clear is a secret of the state all the same", async () => {
  const engine = await startPlugin();
  const given = { kustomer: { org: "acme", apiKey: "in-clear" }, airkit: '{"token":"in-clear"}' };
  expect(await engine.checkConfig(given)).toEqual({
    inputs: { kustomer: { org: "acme", apiKey: wrapSecret("in-clear") }, airkit: wrapSecret('{"token":"in-clear"}') },
    failures: [],
  });
});

test("a setting that there is not is a mistake of the provider, told with those that there are and without its value", async () => {
  const engine = await startPlugin();
  const reasonsFor = async (given: Values): Promise<string[]> => {
    const request = new proto.CheckRequest().setNews(structOf(given));
    const answer = await engine.call<proto.CheckResponse>((done) => engine.client.checkConfig(request, done));
    return answer.getFailuresList().map((failure) => failure.getReason());
  };
  const reasons = await reasonsFor({
    kustomer: wrapSecret('{"org":"acme","apikey":"in-clear"}'),
    airkit: { driver: "console", applied: { "support-hub": "r1" } },
    apiKey: "in-clear",
    baseUrl: "http://localhost",
    "kustomer.apiKey": "in-clear",
    version: "0.2.0",
  });
  expect(reasons.sort()).toEqual([
    "apiKey: no such setting; it is kustomer.apiKey",
    "baseUrl: no such setting; it is kustomer.baseUrl or airkit.baseUrl",
    expect.stringMatching(/^kustomer\.apiKey: was set without --path.*config rm kustomer-relay:kustomer\.apiKey/),
    expect.stringMatching(/^kustomer\.apikey: no such setting; there are kustomer\.org, .*kustomer\.apiKey/),
  ]);
  expect(JSON.stringify(reasons)).not.toContain("in-clear");
  expect(await reasonsFor({ kustomer: "acme", airkit: UNKNOWN })).toEqual([
    "kustomer: is a map; in stack config each of its settings is set by its path, such as `pulumi config set --path kustomer-relay:kustomer.baseUrl <value>`",
  ]);
});

test("a provider's settings in a Python dict, which come with Python's names, are understood, and their keys are secrets", async () => {
  const given = { org: "acme", api_key: "in-clear", timeout_seconds: 5 };
  for (const kustomer of [given, JSON.stringify(given)]) {
    const engine = await startPlugin();
    const { inputs, failures } = await engine.checkConfig({ kustomer });
    expect([failures, hasSecret(inputs.kustomer)]).toEqual([[], true]);
    await engine.configure({ kustomer }, "eu");
    expect((await engine.check(HOOK, declared)).failures).toEqual([]);
  }
  const engine = await startPlugin();
  expect((await engine.checkConfig({ kustomer: { api_kye: "in-clear" } })).failures).toHaveLength(1);
});
