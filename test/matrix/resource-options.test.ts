import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
import { KustomerOutboundWebhook, KustomerRelay, RelayProvider } from "../../index";
import { type Sandbox, startSandbox } from "../../sandbox";
import { TestStack, failureOf, sandboxConfig } from "../engine/support/test-stack";

/** What Pulumi promises for any resource by its options, on the real engine; docs/pulumi-conventions.md has the table. */

const URL = "https://example.com/hook";
let sandbox: Sandbox;
let stack: TestStack;

beforeEach(async () => {
  sandbox = await startSandbox();
  stack = await TestStack.of(() => Promise.resolve({}), sandboxConfig(sandbox));
});
afterEach(async () => {
  await sandbox.close();
  stack.remove();
});

const webhook = (args: object = {}, opts: pulumi.CustomResourceOptions = {}, name = "relay"): KustomerOutboundWebhook =>
  new KustomerOutboundWebhook(name, { url: URL, watchSeconds: 0, ...args }, opts);
const relay = (opts: pulumi.ComponentResourceOptions = {}, name = "support"): KustomerRelay => {
  const kustomer = { apiKey: { token: sandbox.managementKey, roles: ["org.permission.outbound_webhook"] } };
  return new KustomerRelay(name, { kustomer: { ...kustomer, webhook: { watchSeconds: 0 } }, destination: URL }, opts);
};
/** Runs `up` with this program in place of the former. */
const up = (program: () => unknown) => {
  stack.program = () => {
    program();
    return Promise.resolve({});
  };
  return stack.up();
};
const stepsOf = async (program: () => unknown): Promise<string[]> =>
  (await up(program)).steps.map(({ op, name }) => `${op} ${name}`);
const live = (): { id: string; name: string }[] => sandbox.webhooks().map(({ id, name }) => ({ id, name }));

describe("protect and retainOnDelete", () => {
  test("protect on a component keeps its webhook from being deleted and replaced, until it is taken off", async () => {
    await up(() => relay({ protect: true }));
    const before = live();
    expect(await failureOf(up(() => undefined))).toContain("protected");
    expect(await failureOf(stack.destroy())).toContain("protected");
    expect(live()).toEqual(before);
    await up(() => relay());
    expect(live()).toEqual(before);
    await stack.destroy();
    expect(live()).toEqual([]);
  });

  test("retainOnDelete on a component leaves the webhook in Kustomer, switched on", async () => {
    await up(() => relay({ retainOnDelete: true }));
    const before = live();
    await stack.destroy();
    expect(live()).toEqual(before);
    expect(sandbox.webhooks()[0]?.enabled).toBe(true);
  });
});

test("deletedWith: nothing is asked of Kustomer for a webhook that goes with something else", async () => {
  await up(() => webhook({}, { deletedWith: new pulumi.ComponentResource("test:index:Box", "box") }));
  sandbox.clearRequests();
  await stack.destroy();
  expect(sandbox.requests.filter(({ method }) => method === "DELETE")).toEqual([]);
});

test("aliases: a webhook, a whole relay, and one that moves into a component keep their objects", async () => {
  await up(() => webhook());
  const [before] = live();
  const renamed = { aliases: [{ name: "relay" }] };
  await up(() => webhook({ name: "relay" }, renamed, "other"));
  expect(live()).toEqual([before]);
  await up(() => {
    const parent = new pulumi.ComponentResource("test:index:Box", "box");
    webhook({ name: "relay" }, { parent, aliases: [{ name: "other", parent: pulumi.rootStackResource }] }, "inside");
  });
  expect(live()).toEqual([before]);

  await up(() => {
    webhook(
      { name: "relay" },
      { aliases: [`urn:pulumi:dev::relay-test::test:index:Box$pulumi-nodejs:kustomer:OutboundWebhook::inside`] },
    );
    relay();
  });
  const all = live();
  const steps = await stepsOf(() => {
    webhook({ name: "relay" });
    relay({ aliases: [{ name: "support" }] }, "customers");
  });
  expect(steps.filter((step) => /create|delete|replace/.test(step))).toEqual([]);
  expect(live().map(({ id }) => id)).toEqual(all.map(({ id }) => id));
});

test("ignoreChanges leaves a declared change alone, and drift too", async () => {
  await up(() => webhook({ events: ["kustomer.message.create"] }));
  const ignoring = { ignoreChanges: ["events"] };
  expect(await stepsOf(() => webhook({ events: ["kustomer.user.update"] }, ignoring))).toEqual([]);
  expect(sandbox.webhooks()[0]?.events).toEqual(["kustomer.message.create"]);
  sandbox.editWebhook(live()[0]?.id ?? "", { events: ["kustomer.user.update"] });
  await stack.refresh();
  expect(await stepsOf(() => webhook({ events: ["kustomer.message.create"] }, ignoring))).toEqual([]);
});

describe("a replacement", () => {
  const replaced = ["create-replacement relay", "delete-replaced relay", "replace relay"];

  test("is made by replaceOnChanges and by replacementTrigger, new object first", async () => {
    await up(() => webhook());
    const [first] = live();
    expect((await stepsOf(() => webhook({ name: "other" }, { replaceOnChanges: ["name"] }))).sort()).toEqual(replaced);
    const [second] = live();
    expect(second?.id).not.toBe(first?.id);
    const triggered = (replacementTrigger: string) => () => webhook({ name: "other" }, { replacementTrigger });
    await up(triggered("one"));
    const [third] = live();
    expect((await stepsOf(triggered("two"))).sort()).toEqual(replaced);
    expect(live()).toHaveLength(1);
    expect(live()[0]?.id).not.toBe(third?.id);
    expect((await stack.refresh()).steps).toEqual([]);
  });

  test("deletes first with deleteBeforeReplace", async () => {
    await up(() => webhook());
    sandbox.clearRequests();
    await up(() => webhook({ rotation: 1 }, { deleteBeforeReplace: true }));
    const changing = sandbox.requests.map(({ method }) => method).filter((method) => method !== "GET");
    expect(changing[0]).toBe("DELETE");
    expect(live()).toHaveLength(1);
  });
});

test("additionalSecretOutputs adds to what is secret already", async () => {
  await up(() => webhook({}, { additionalSecretOutputs: ["url"] }));
  const { outputs } = await stack.resource("relay");
  const secret = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };
  for (const name of ["url", "signingSecret"]) expect(outputs[name]).toMatchObject(secret);
  expect(stack.everything()).not.toContain(sandbox.webhooks()[0]?.token);
});

test("transforms, of the stack and of a component, reach the children of a relay", async () => {
  await up(() => {
    pulumi.runtime.registerResourceTransform(({ type, props, opts }) =>
      type === "pulumi-nodejs:kustomer:OutboundWebhook"
        ? { props: { ...props, headers: { "x-team": "sales" } }, opts }
        : undefined,
    );
    relay({
      transforms: [
        ({ type, props, opts }) =>
          type === "pulumi-nodejs:kustomer:OutboundWebhook"
            ? { props: { ...props, name: "Transformed" }, opts }
            : undefined,
      ],
    });
  });
  expect(live().map(({ name }) => name)).toEqual(["Transformed"]);
  expect(sandbox.webhooks()[0]?.headers).toContainEqual({ name: "x-team", value: "sales" });
});

test("resource hooks run around a webhook's steps, and see its outputs", async () => {
  const seen: string[] = [];
  const hook = (name: string): pulumi.ResourceHook =>
    new pulumi.ResourceHook(name, ({ newOutputs }) => {
      seen.push(`${name} ${String(newOutputs?.webhookId ?? "")}`);
      return Promise.resolve();
    });
  await up(() => webhook({}, { hooks: { beforeCreate: [hook("before")], afterCreate: [hook("after")] } }));
  expect(seen).toEqual(["before ", `after ${live()[0]?.id ?? ""}`]);
});

test("envVarMappings: an explicit provider finds its key in a variable of another name", async () => {
  stack.env({ COMPANY_KEY: sandbox.managementKey });
  await up(() => {
    const kustomer = { baseUrl: sandbox.url, apiKey: "not-the-key" };
    const opts = { envVarMappings: { COMPANY_KEY: "KUSTOMER_API_KEY_EU" } };
    webhook({}, { provider: new RelayProvider("eu", { kustomer }, opts) });
  });
  expect(live()).toHaveLength(1);
});
