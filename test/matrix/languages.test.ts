import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { setTimeout as sleep } from "node:timers/promises";
import { kill, processesWith } from "../../lab/processes";
import { RELAY_ROLES } from "../../providers/kustomer/api-key/roles";
import { type Sandbox, startSandbox } from "../../sandbox";
import { LanguageStack } from "../engine/support/language-stack";

/** What Pulumi promises of any resource, for those of the plugin, in a YAML program on the real engine. */

const UP = ["up", "--yes", "--skip-preview"];
const HOOK = "kustomer-relay:KustomerOutboundWebhook";
let sandbox: Sandbox;
let stack: LanguageStack;

beforeEach(async () => {
  sandbox = await startSandbox();
  stack = new LanguageStack("yaml");
  await declare({});
  await stack.run("stack", "init", "dev");
  await stack.set({ "kustomer.baseUrl": sandbox.url, "kustomer.apiKey": sandbox.managementKey });
});
afterEach(async () => {
  await sandbox.close();
  stack.remove();
});

/** The program of the following runs: webhooks with these options. */
function declare(webhooks: Readonly<Record<string, { options?: object; [property: string]: unknown }>>): Promise<void> {
  const resources = Object.entries(webhooks).map(([name, { options, ...properties }]) => [
    name,
    { type: HOOK, properties: { url: "https://example.com/hook", watchSeconds: 0, ...properties }, options },
  ]);
  return stack.writeYaml(Object.fromEntries(resources) as Record<string, unknown>);
}

const live = (): { id: string; name: string }[] => sandbox.webhooks().map(({ id, name }) => ({ id, name }));

test("a plugin that is killed in the middle of a creation leaves no double: the next up takes over what it made", async () => {
  await declare({ relay: {} });
  sandbox.fault({ kind: "slow", ms: 60_000, on: { method: "POST", path: "/v1/outbound-webhooks" } });
  const creating = stack.attempt(...UP);
  for (let tries = 0; tries < 600 && live().length === 0; tries += 1) await sleep(50);
  const [made] = live();
  const plugins = processesWith(`PULUMI_BACKEND_URL=file://${stack.directory}`).filter(({ command }) =>
    /plugin.main\.js/.test(command),
  );
  // One for the resources, one that gives the language host the schema.
  expect(plugins.length).toBeGreaterThan(0);
  for (const { id } of plugins) kill(id);
  expect((await creating).status).not.toBe(0);

  expect(await stack.run(...UP)).toContain("is taken over, with its signing secret");
  expect(live()).toEqual([made]);
  await stack.run(...UP, "--expect-no-changes");
  await stack.run("destroy", "--yes", "--skip-preview");
  expect(live()).toEqual([]);
});

test("Ctrl-C in the middle of a component ends the run at once, each line says what is to be done, no process stays, and the next up finishes it", async () => {
  const token = sandbox.createKey({ name: "Airkit", roles: RELAY_ROLES }).token;
  const relay = (watchSeconds: number): Promise<void> =>
    stack.writeYaml({
      relay: {
        type: "kustomer-relay:KustomerRelay",
        properties: {
          kustomer: { apiKey: { token: { "fn::secret": token } }, webhook: { watchSeconds } },
          destination: "https://bots.example.com/in",
        },
      },
    });
  // Far longer than this test may take.
  await relay(300);
  const { interrupt, ended } = stack.start(...UP);
  for (let tries = 0; tries < 600 && live().length === 0; tries += 1) await sleep(50);
  const [made] = live();
  interrupt();
  const { status, text } = await ended;
  expect(status).not.toBe(0);
  expect(text).toContain("the run ended before all of it was declared; the next `pulumi up` goes on from there");
  expect(text).not.toContain("grpc:");
  const plugins = (): unknown[] =>
    processesWith(`PULUMI_BACKEND_URL=file://${stack.directory}`).filter(({ command }) =>
      /plugin.main\.js/.test(command),
    );
  for (let tries = 0; tries < 200 && plugins().length > 0; tries += 1) await sleep(50);
  expect(plugins()).toEqual([]);

  await relay(1);
  expect(await stack.run(...UP)).not.toContain("taken over");
  expect(live()).toEqual([made]);
  await stack.run(...UP, "--expect-no-changes");
  // A program that asks for no version has one provider, and so has what its component declares.
  const providers = (await stack.run("stack", "--show-urns")).match(/pulumi:providers:kustomer-relay::\S+/g);
  expect(new Set(providers)).toEqual(new Set(["pulumi:providers:kustomer-relay::default"]));
  await stack.run("destroy", "--yes", "--skip-preview");
});

test("a key of another organisation is told at preview, and nothing is touched, by refresh, up or destroy", async () => {
  await declare({ relay: {} });
  await stack.run(...UP);
  const before = live();
  const other = await startSandbox({ organisation: "other" });
  try {
    await stack.set({ "kustomer.baseUrl": other.url, "kustomer.apiKey": other.managementKey });
    await declare({ relay: { name: "changed" } });
    for (const run of [["preview"], UP, ["refresh", "--yes", "--skip-preview", "--run-program"]])
      expect(await stack.attempt(...run)).toMatchObject({
        status: expect.not.stringMatching(/^0$/) as unknown,
        text: expect.stringContaining("organisation") as unknown,
      });
    expect(live()).toEqual(before);
    expect(other.webhooks()).toEqual([]);
  } finally {
    await other.close();
  }
});

test("protect keeps a webhook from deletion, retainOnDelete leaves it in Kustomer, an alias carries it through a rename, and a target changes it alone", async () => {
  await declare({ guarded: { options: { protect: true } }, kept: { options: { retainOnDelete: true } } });
  await stack.run(...UP);
  const before = live();
  await declare({ kept: { options: { retainOnDelete: true } } });
  expect((await stack.attempt(...UP)).text).toContain("protected");
  await declare({ guarded: {}, kept: { options: { retainOnDelete: true } } });
  await stack.run(...UP, "--expect-no-changes");
  expect(live()).toEqual(before);

  const former = "urn:pulumi:dev::relays::kustomer-relay:index:KustomerOutboundWebhook::guarded";
  const renamed = { name: "guarded", options: { aliases: [former] } };
  await declare({ renamed, kept: { options: { retainOnDelete: true } } });
  await stack.run(...UP);
  expect(live()).toEqual(before);

  await declare({
    renamed: { ...renamed, name: "one" },
    kept: { name: "two", options: { retainOnDelete: true } },
  });
  await stack.run(...UP, "--target", former.replace(/guarded$/, "renamed"));
  expect(new Set(live().map(({ name }) => name))).toEqual(new Set(["one", "kept"]));
  await stack.run("destroy", "--yes", "--skip-preview");
  expect(live().map(({ name }) => name)).toEqual(["kept"]);
});

test("a preview of an update says what changes: what depends on the rest is no part of it", async () => {
  const dependents = {
    first: {},
    onId: { headers: { "x-first": "${first.webhookId}" } },
    onSecret: { headers: { "x-first": "${first.signingSecret}" } },
    onTime: { headers: { "x-first": "${first.updatedAt}" } },
  };
  await declare(dependents);
  await stack.run(...UP);
  await declare({ ...dependents, first: { name: "Renamed" } });
  const preview = await stack.run("preview");
  const updated = (name: string): boolean =>
    new RegExp(`~ +kustomer-relay:index:KustomerOutboundWebhook ${name} +update`).test(preview);
  expect(["first", "onId", "onSecret", "onTime"].filter(updated)).toEqual(["first", "onTime"]);
  await stack.run(...UP);
  await stack.run(...UP, "--expect-no-changes");
});

test("a receiver on AWS where AWS's plugin is missing is one clear line, and nothing is made", async () => {
  const relay = {
    type: "kustomer-relay:KustomerRelay",
    properties: {
      kustomer: { apiKey: { token: sandbox.createKey({ name: "Airkit", roles: RELAY_ROLES }).token } },
      destination: "https://bots.example.com/in",
      receiver: { kind: "aws", alarms: false, dashboard: false },
    },
  };
  await stack.writeYaml({ relay });
  const { status, text } = await stack.attempt(...UP);
  expect(status).not.toBe(0);
  expect(text).toContain("no resource plugin 'pulumi-resource-aws' found in the workspace at version v7.48.0");
  expect(text).not.toContain("please report it");
  expect(live()).toEqual([]);
  await stack.run("destroy", "--yes", "--skip-preview");
});
