import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
import { KustomerApiKey, KustomerOutboundWebhook, RelayProvider } from "../../index";
import { type Sandbox, startSandbox } from "../../sandbox";
import { TestStack, askedOf, failureOf, sandboxConfig } from "./support/test-stack";

class Relays extends pulumi.ComponentResource {
  constructor(name: string, opts: pulumi.ComponentResourceOptions) {
    super("test:index:Relays", name, {}, opts);
    new KustomerOutboundWebhook(
      `${name}-child`,
      { url: "https://example.com/hook", watchSeconds: 0 },
      { parent: this },
    );
    this.registerOutputs({});
  }
}

describe("providers", () => {
  let us: Sandbox;
  let eu: Sandbox;
  let stack: TestStack;

  beforeEach(async () => {
    us = await startSandbox();
    eu = await startSandbox({ profile: "contrary" });
  });
  afterEach(async () => {
    await us.close();
    await eu.close();
    stack.remove();
  });

  test("of two organisations live in one stack, and a component's children inherit theirs", async () => {
    stack = await TestStack.of(() => {
      for (const [name, sandbox] of [
        ["us", us],
        ["eu", eu],
      ] as const) {
        const provider = new RelayProvider(name, { kustomer: { baseUrl: sandbox.url, apiKey: sandbox.managementKey } });
        new Relays(name, { providers: [provider] });
      }
      return Promise.resolve({});
    });
    await stack.up();
    expect(us.webhooks().map(({ name }) => name)).toEqual(["us-child"]);
    expect(eu.webhooks().map(({ name }) => name)).toEqual(["eu-child"]);
    expect((await stack.refresh()).steps).toEqual([]);
    await stack.destroy();
    expect([...us.webhooks(), ...eu.webhooks()]).toEqual([]);
    for (const { managementKey } of [us, eu]) expect(stack.everything()).not.toContain(managementKey);
  });

  test("take a management key that another resource makes: not known at preview, and no error", async () => {
    const config = {
      ...sandboxConfig(us),
      "kustomer:issuerUrl": { value: us.issuerUrl },
      "kustomer:issuerToken": { value: us.issuerToken, secret: true },
    };
    stack = await TestStack.of(() => {
      const key = new KustomerApiKey("manager", { roles: ["org.permission.outbound_webhook"] });
      const provider = new RelayProvider("made", { kustomer: { baseUrl: us.url, apiKey: key.token } });
      new KustomerOutboundWebhook("relay", { url: "https://example.com/hook", watchSeconds: 0 }, { provider });
      return Promise.resolve({});
    }, config);
    expect((await stack.preview()).steps.map(({ op }) => op)).toEqual(["create", "create"]);
    await stack.up();
    const issued = us.keys().find(({ name }) => name === "manager");
    expect(us.requests.find(({ method, path }) => method === "POST" && path.startsWith("/v1"))?.key).toBe(issued?.id);
    await stack.destroy();
    expect(us.webhooks()).toEqual([]);
    expect(us.keys().map(({ name }) => name)).toEqual(["Management"]);
  });

  test("with a new management key touch no resource; refresh and destroy take it from the environment", async () => {
    const old = us.createKey({ name: "old", roles: ["org.permission.outbound_webhook"] });
    const next = us.createKey({ name: "next", roles: ["org.permission.outbound_webhook"] });
    const config = sandboxConfig(us);
    stack = await TestStack.of(
      () => {
        new KustomerOutboundWebhook("relay", { url: "https://example.com/hook", watchSeconds: 0 });
        return Promise.resolve({});
      },
      { ...config, "kustomer:apiKey": { value: old.token, secret: true } },
    );
    await stack.up();

    us.revokeKey(old.id);
    expect(await failureOf(stack.refresh())).toContain("the management key (kustomer:apiKey) is not accepted");
    stack.env({ KUSTOMER_API_KEY: next.token });
    expect((await stack.refresh()).steps).toEqual([]);

    us.clearRequests();
    await stack.configure({ "kustomer:apiKey": { value: next.token, secret: true } });
    expect((await stack.up()).steps).toEqual([]);
    expect(askedOf(us)).toEqual([]);
    await stack.destroy();
    expect(us.webhooks()).toEqual([]);
    for (const { token } of [old, next]) expect(stack.everything()).not.toContain(token);
  });
});
