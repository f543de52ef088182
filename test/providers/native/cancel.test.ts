import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { type Sandbox, startSandbox } from "../../../sandbox";
import { type Values, wrapSecret } from "../../../providers/native/values";
import { type Plugin, leftBy, startPlugin } from "./support/client";

const HOOK = "KustomerOutboundWebhook";
/** Far longer than any of these tests may take. */
const watched = { url: "https://example.com/hook", watchSeconds: 300 };
const NEVER = 10_000;

let sandbox: Sandbox;
let engine: Plugin;

beforeEach(async () => {
  sandbox = await startSandbox();
  engine = await startPlugin();
  const settings = { baseUrl: sandbox.url, apiKey: sandbox.managementKey };
  await engine.configure({ kustomer: wrapSecret(JSON.stringify(settings)) });
});

afterEach(() => sandbox.close());

async function checked(given: Values): Promise<Values> {
  return (await engine.check(HOOK, given)).inputs;
}

/** What a call that is going to fail ended with. */
function failureOf(call: Promise<unknown>): Promise<Error> {
  return call.then(
    () => Promise.reject(new Error("the call succeeded, but was expected to fail")),
    (error: unknown) => error as Error,
  );
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
}

test("Cancel ends the watch over a new webhook at once, it is in the state, and the next update finishes it", async () => {
  const inputs = await checked(watched);
  const creating = failureOf(engine.create(HOOK, inputs));
  await until(() => sandbox.webhooks().length === 1);
  await engine.cancel();
  const left = leftBy(await creating);
  const [webhook] = sandbox.webhooks();
  expect(left).toMatchObject({
    id: webhook?.id,
    reasons: [`watch outbound webhook "relay" (${webhook?.id}): cancelled while it waited; run it again`],
  });

  // The engine starts another plugin for the next run.
  const next = await startPlugin({ KUSTOMER_BASE_URL: sandbox.url, KUSTOMER_API_KEY: sandbox.managementKey });
  const done = await next.update(HOOK, left?.id ?? "", left?.properties ?? {}, { ...inputs, watchSeconds: 0 });
  expect(done).toMatchObject({ webhookId: webhook?.id, enabled: true });
  expect(sandbox.webhooks()).toHaveLength(1);
});

test("Cancel ends what waits for the rate limit at once, and nothing of it is made", async () => {
  const inputs = await checked(watched);
  sandbox.fault({ kind: "rate-limited", on: { path: /^\/v1\/outbound-webhooks/ }, times: NEVER });
  const before = sandbox.requests.length;
  const creating = [failureOf(engine.create(HOOK, inputs)), failureOf(engine.create(HOOK, inputs))];
  await until(() => sandbox.requests.length > before);
  await engine.cancel();
  for (const { message } of await Promise.all(creating))
    expect(message).toMatch(/: cancelled while it waited for Kustomer; run it again$/);
  expect(sandbox.webhooks()).toEqual([]);
});

test("a request that is under way when Cancel comes is finished, and what it made is in the state", async () => {
  const inputs = await checked(watched);
  sandbox.fault({ kind: "slow", ms: 300, on: { method: "POST", path: "/v1/outbound-webhooks" } });
  const creating = failureOf(engine.create(HOOK, inputs));
  await until(() => sandbox.webhooks().length === 1);
  await engine.cancel();
  expect(leftBy(await creating)?.id).toBe(sandbox.webhooks()[0]?.id);
});

test("what was made is in the state at whatever moment after the request the Cancel comes", async () => {
  for (let ms = 0; ms < 8; ms += 0.5) {
    const plugin = await startPlugin({ KUSTOMER_BASE_URL: sandbox.url, KUSTOMER_API_KEY: sandbox.managementKey });
    const before = sandbox.webhooks().length;
    const creating = failureOf(plugin.create(HOOK, await checked({ ...watched, url: `https://example.com/${ms}` })));
    await until(() => sandbox.webhooks().length > before);
    const moment = performance.now() + ms;
    while (performance.now() < moment) await new Promise((resolve) => setImmediate(resolve));
    await plugin.cancel();
    const made = sandbox.webhooks().at(-1)?.id;
    expect([ms, leftBy(await creating)?.id]).toEqual([ms, made]);
    sandbox.removeWebhook(made ?? "");
  }
});

test("Cancel ends the wait until a receiver has noticed a new secret, in words of ours", async () => {
  const directory = mkdtempSync(path.join(tmpdir(), "cancel-"));
  const secretFile = { path: path.join(directory, "secrets"), mode: "0600" };
  const inputs = await checked({ ...watched, watchSeconds: 0, secretFile });
  const creating = failureOf(engine.create(HOOK, inputs));
  await until(() => existsSync(secretFile.path));
  await engine.cancel();
  const left = leftBy(await creating);
  rmSync(directory, { recursive: true });
  expect(left?.id).toBe(sandbox.webhooks()[0]?.id);
  expect(left?.reasons).toEqual([
    expect.stringMatching(
      /^write the signing secret of outbound webhook "relay" .*: cancelled while it waited; run it again$/,
    ),
  ]);
});

test("Cancel ends at once what a check asks, and a warning that nobody can do anything about is not given", async () => {
  const plugin = await startPlugin({ KUSTOMER_BASE_URL: sandbox.url, KUSTOMER_API_KEY: sandbox.managementKey });
  sandbox.fault({ kind: "slow", ms: 2000, on: { method: "GET" }, times: NEVER });
  const before = sandbox.requests.length;
  const checking = plugin.check(HOOK, { ...watched, events: ["kustomer.of.tomorrow"] });
  await until(() => sandbox.requests.length > before);
  await plugin.cancel();
  expect((await checking).failures).toEqual([]);
  expect(plugin.warnings).toEqual([]);
});

test("Cancel ends a lookup that waits, and a component whose children the engine no longer answers", async () => {
  sandbox.fault({ kind: "rate-limited", on: { path: /^\/v1\/outbound-webhooks/ }, times: NEVER });
  const plugin = await startPlugin(
    { KUSTOMER_BASE_URL: sandbox.url, KUSTOMER_API_KEY: sandbox.managementKey },
    () => new Promise(() => undefined),
  );
  const before = sandbox.requests.length;
  const lookup = failureOf(plugin.invoke("getKustomerOutboundWebhooks"));
  const request = new proto.ConstructRequest().setType("kustomer-relay:index:KustomerRelay").setName("relay");
  const component = failureOf(plugin.call((done) => plugin.client.construct(request, done)));
  await until(() => sandbox.requests.length > before);
  await plugin.cancel();
  expect((await lookup).message).toContain("list outbound webhooks: cancelled while it waited for Kustomer");
  const ended = "the run ended before all of it was declared; the next `pulumi up` goes on from there";
  expect(await component).toMatchObject({ details: ended });
  // One that comes after the Cancel, too.
  expect(await failureOf(plugin.call((done) => plugin.client.construct(request, done)))).toMatchObject({
    details: ended,
  });
});

test("the program's customTimeouts end creation, update and deletion, each in words that name them", async () => {
  const inputs = await checked(watched);
  const left = leftBy(await failureOf(engine.create(HOOK, inputs, { timeout: 0.2 })));
  const { id } = sandbox.webhooks()[0] ?? { id: "none" };
  const late = "its time was over (`customTimeouts`) while it waited";
  expect(left).toMatchObject({
    id,
    reasons: [`watch outbound webhook "relay" (${id}): ${late}; run it again`],
  });
  const olds = left?.properties ?? {};
  sandbox.fault({ kind: "rate-limited", on: { path: /^\/v1\/outbound-webhooks/ }, times: NEVER });
  for (const call of [
    engine.update(HOOK, id, olds, { ...inputs, url: "https://example.com/elsewhere" }, { timeout: 0.2 }),
    engine.delete(HOOK, id, olds, { timeout: 0.2 }),
  ])
    expect((await failureOf(call)).message).toContain(`${late} for Kustomer`);
  expect(sandbox.webhooks()).toMatchObject([{ id, url: inputs.url }]);
});

test("customTimeouts end one resource's wait for what others ask at the same time, and nobody else's", async () => {
  const inputs = await checked({ ...watched, watchSeconds: 0 });
  const { id, properties } = await engine.create(HOOK, inputs);
  sandbox.fault({ kind: "slow", ms: 2000, on: { method: "GET", path: "/v1/outbound-webhooks" } });
  const before = sandbox.requests.length;
  const isAnswered = { first: false };
  const first = engine.read(HOOK, id, properties).finally(() => (isAnswered.first = true));
  await until(() => sandbox.requests.length > before);
  // All the others want the next answer; one of them for no longer than this.
  const patient = engine.read(HOOK, id, properties);
  await engine.update(HOOK, id, properties, inputs, { timeout: 0.1 }).catch(() => undefined);
  expect(isAnswered).toEqual({ first: false });
  expect([(await first).id, (await patient).id]).toEqual([id, id]);
});
