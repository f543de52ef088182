import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type * as pulumi from "@pulumi/pulumi";
import { KustomerOutboundWebhook, type KustomerOutboundWebhookArgs, RelayProvider } from "../../index";
import { type Sandbox, startSandbox } from "../../sandbox";
import { TestStack, askedOf, sandboxConfig } from "./support/test-stack";

/** `receiver` carries the signing secret of `relay` in a header, so it has to be updated when that is renewed. */
const program =
  (args: Partial<KustomerOutboundWebhookArgs> = {}, opts: pulumi.CustomResourceOptions = {}, name = "relay") =>
  () => {
    const relay = new KustomerOutboundWebhook(
      name,
      { name: "relay", url: "https://example.com/hook", watchSeconds: 0, ...args },
      opts,
    );
    new KustomerOutboundWebhook("receiver", {
      url: "https://example.com/receiver",
      headers: { "x-secret": relay.signingSecret },
      watchSeconds: 0,
    });
    return Promise.resolve({ signingSecret: relay.signingSecret, webhookId: relay.webhookId });
  };

describe("a webhook that is replaced", () => {
  let sandbox: Sandbox;
  let stack: TestStack;

  const named = (name: string) => {
    const found = sandbox.webhooks().filter((webhook) => webhook.name === name);
    expect(found).toHaveLength(1);
    return found[0];
  };
  /** The requests that changed something, by the name of the webhook they were about. */
  const changes = (before: Map<string, string>): string[] => {
    const names = new Map([...before, ...sandbox.webhooks().map(({ id, name }) => [id, name] as const)]);
    return sandbox.requests
      .filter(({ method }) => method !== "GET")
      .map(({ method, path, body }) => {
        const id = path.split("/").at(-1) ?? "";
        const name = (body as { name?: string } | undefined)?.name ?? names.get(id) ?? id;
        return `${method} ${name}`;
      });
  };
  const remembered = (): Map<string, string> => {
    sandbox.clearRequests();
    return new Map(sandbox.webhooks().map(({ id, name }) => [id, name]));
  };
  const receivedSecret = (): string | undefined =>
    named("receiver")?.headers.find(({ name }) => name.toLowerCase() === "x-secret")?.value;

  beforeAll(async () => {
    sandbox = await startSandbox();
    stack = await TestStack.of(program(), sandboxConfig(sandbox));
    await stack.up();
  });
  afterAll(async () => {
    await stack.destroy();
    expect(sandbox.webhooks()).toEqual([]);
    await sandbox.close();
    stack.remove();
  });

  test("by rotation: the new one is made, what uses its secret is updated, and then the old one is deleted", async () => {
    const old = named("relay");
    const before = remembered();
    stack.program = program({ rotation: 1 });
    await stack.up();
    expect(changes(before)).toEqual(["POST relay", "PATCH receiver", "DELETE relay"]);
    expect(named("relay")?.token).not.toBe(old?.token);
    expect(receivedSecret()).toBe(named("relay")?.token);
    expect((await stack.preview({ expectNoChanges: true })).steps).toEqual([]);
  });

  test("by the engine's own replacementTrigger: one webhook is left, and what uses its secret has the new one", async () => {
    const old = named("relay");
    stack.program = program({ rotation: 1 }, { replacementTrigger: "first" });
    await stack.up();
    stack.program = program({ rotation: 1 }, { replacementTrigger: "second" });
    const { steps } = await stack.up();
    expect(steps.map(({ op, name }) => `${op} ${name}`)).toEqual(
      expect.arrayContaining(["create-replacement relay", "update receiver"]),
    );
    expect(named("relay")?.id).not.toBe(old?.id);
    expect(receivedSecret()).toBe(named("relay")?.token);
    stack.program = program({ rotation: 1 });
  });

  test("by --replace is kept with its secret, since nobody can tell that from a run that was interrupted, and that is said", async () => {
    const { urn } = await stack.resource("relay");
    const old = named("relay");
    const { output } = await stack.up({ replace: [urn] });
    expect(named("relay")).toMatchObject({ id: old?.id, token: old?.token });
    expect(output).toContain("is kept with its signing secret");
    expect((await stack.resource("relay")).id).toBe(named("relay")?.id);
    expect(receivedSecret()).toBe(named("relay")?.token);
  });

  test("is not replaced, and Kustomer not asked, when only the watch or the provider changes; a new name writes its mark, once", async () => {
    const { id } = named("relay") ?? {};
    const quiet = async (next: pulumi.automation.PulumiFn) => {
      stack.program = next;
      sandbox.clearRequests();
      expect((await stack.up()).steps).toEqual([]);
      expect(askedOf(sandbox)).toEqual([]);
      expect(named("relay")?.id).toBe(id);
    };
    await quiet(program({ rotation: 1, watchSeconds: 7 }));
    // The owner mark follows the name, once.
    stack.program = program({ rotation: 1 }, { aliases: [{ name: "relay" }] }, "renamed");
    expect((await stack.up()).steps.map(({ op, name }) => `${op} ${name}`)).toEqual(["update renamed"]);
    await quiet(program({ rotation: 1 }, { aliases: [{ name: "relay" }] }, "renamed"));
    const elsewhere = (): pulumi.ProviderResource =>
      new RelayProvider("same-org", { kustomer: { baseUrl: sandbox.url, apiKey: sandbox.managementKey } });
    await quiet(() => program({ rotation: 1 }, { provider: elsewhere() }, "renamed")());
    expect((await stack.refresh()).steps).toEqual([]);
  });
});

test("a webhook made by hand is adopted with its secret, never replaced, and stays when `adopt` is removed", async () => {
  const sandbox = await startSandbox({ profile: "contrary" });
  const { id, token } = sandbox.createWebhook({ name: "by hand", headers: [{ name: "x-old", value: "1" }] });
  const stack = await TestStack.of(program({ adopt: id }), sandboxConfig(sandbox));
  try {
    await stack.up();
    expect(await stack.outputs()).toMatchObject({
      signingSecret: { value: token, secret: true },
      webhookId: { value: id },
    });
    expect(sandbox.requests.filter(({ method, path }) => method === "PATCH" && path.endsWith(id))).toHaveLength(1);
    sandbox.clearRequests();
    expect((await stack.preview({ expectNoChanges: true })).steps).toEqual([]);
    stack.program = program();
    expect((await stack.up()).steps).toEqual([]);
    expect(askedOf(sandbox)).toEqual([]);
    expect((await stack.refresh()).steps).toEqual([]);
    await stack.destroy();
    expect(sandbox.webhooks()).toEqual([]);
  } finally {
    await sandbox.close();
    stack.remove();
  }
});
