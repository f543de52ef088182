import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
import { KustomerOutboundWebhook } from "../../index";
import { type Sandbox, type WebhookRecord, startSandbox } from "../../sandbox";
import { TestStack, sandboxConfig } from "./support/test-stack";

const HEADER_SECRET = "a-secret-header-value-4711";
const EVENTS = ["kustomer.conversation.update" as const, "kustomer.message.create" as const];

/** What somebody does to the webhook of this name; the field is the one that drifts. */
const DRIFTS: Readonly<Record<string, (webhook: WebhookRecord) => Partial<WebhookRecord>>> = {
  name: () => ({ name: "renamed by hand" }),
  url: () => ({ url: "https://elsewhere.example.com/hook" }),
  events: ({ events }) => ({ events: [...events, "kustomer.tag.create"] }),
  headers: ({ headers }) => ({
    headers: headers.map(({ name, value }) => ({ name, value: name.toLowerCase() === "x-team" ? "sales" : value })),
  }),
  enabled: () => ({ enabled: false }),
  isError: () => ({ isError: true }),
};
const NAMES = [...Object.keys(DRIFTS), "steady", "removed"];

/** Kustomer answers in the way that is documented nowhere; `npm run test:engine` shows both, one webhook at a time. */
describe("outbound webhooks", () => {
  let sandbox: Sandbox;
  let stack: TestStack;
  /** By the name of their resource. */
  let made: Map<string, WebhookRecord>;

  const now = (name: string): WebhookRecord => {
    const found = sandbox.webhooks().find(({ id }) => id === made.get(name)?.id);
    if (found === undefined) throw new Error(`no webhook ${name}`);
    return found;
  };
  const asDeclared = (name: string) => ({
    name,
    url: `https://example.com/${name}`,
    enabled: true,
    events: EVENTS,
    team: "support",
  });
  const isNow = (name: string) => {
    const { url, enabled, events, headers, name: called } = now(name);
    const team = headers.find((header) => header.name.toLowerCase() === "x-team")?.value;
    return { name: called, url, enabled, events: [...events].sort(), team };
  };
  const secrets = async (): Promise<unknown> => (await stack.outputs()).secrets;

  beforeAll(async () => {
    sandbox = await startSandbox({ profile: "contrary", webhookLimit: false });
    stack = await TestStack.of(() => {
      const webhooks = NAMES.map((name) => {
        const headers = { "X-Team": "support", "X-Gate": pulumi.secret(HEADER_SECRET) };
        const args = { url: `https://example.com/${name}`, events: EVENTS, headers, watchSeconds: 0 };
        return new KustomerOutboundWebhook(name, args);
      });
      return Promise.resolve({
        secrets: pulumi.all(webhooks.map(({ signingSecret }) => signingSecret)),
        ids: webhooks.map(({ webhookId }) => webhookId),
      });
    }, sandboxConfig(sandbox));
    await stack.up();
    made = new Map(sandbox.webhooks().map((webhook) => [webhook.name, webhook]));
  });
  afterAll(async () => {
    await sandbox.close();
    stack.remove();
  });

  test("are created with what was declared, and their signing secrets are secret outputs", async () => {
    for (const name of NAMES) expect(isNow(name)).toEqual(asDeclared(name));
    expect(await stack.outputs()).toEqual({
      secrets: { value: NAMES.map((name) => now(name).token), secret: true },
      ids: { value: NAMES.map((name) => now(name).id), secret: false },
    });
  });

  test("stay as they are, though Kustomer lists events in another order, spells headers otherwise, and masks secrets", async () => {
    const before = await secrets();
    const { id, events, headers } = now("steady");
    sandbox.editWebhook(id, {
      events: [...events].reverse(),
      headers: headers.map(({ name, value }) => ({ name: name.toUpperCase(), value })).reverse(),
    });
    sandbox.clearRequests();
    sandbox.fault({ on: { method: "GET", path: /outbound-webhooks/ }, times: 50, kind: "masked-token" });
    expect((await stack.preview({ expectNoChanges: true })).steps).toEqual([]);
    expect((await stack.refresh()).steps).toEqual([]);
    sandbox.clearFaults();
    expect(sandbox.requests.filter(({ method }) => method !== "GET")).toEqual([]);
    expect(await secrets()).toEqual(before);
  });

  test("that were changed by hand show just that in refresh, and up heals them; a removed one is made again", async () => {
    for (const [name, edit] of Object.entries(DRIFTS)) sandbox.editWebhook(now(name).id, edit(now(name)));
    sandbox.removeWebhook(now("removed").id);
    const drifted = Object.keys(DRIFTS).map((name) => ({ op: "update", name, diffs: [name] }));
    const { steps } = await stack.refresh();
    expect(steps).toHaveLength(drifted.length + 1);
    expect(steps).toEqual(expect.arrayContaining([...drifted, { op: "delete", name: "removed", diffs: [] }]));

    sandbox.clearRequests();
    expect((await stack.up()).steps).toEqual(
      expect.arrayContaining([...drifted, { op: "create", name: "removed", diffs: [] }]),
    );
    expect(sandbox.requests.filter(({ method }) => method === "PATCH")).toHaveLength(drifted.length);
    for (const name of Object.keys(DRIFTS)) {
      expect(isNow(name)).toEqual(asDeclared(name));
      expect(now(name).token).toBe(made.get(name)?.token);
    }
    expect(sandbox.webhooks()).toHaveLength(NAMES.length);
  });

  test("are gone after destroy, and no secret was ever written in clear", async () => {
    const tokens = [...made.values(), ...sandbox.webhooks()].map(({ token }) => token);
    await stack.destroy();
    expect(sandbox.webhooks()).toEqual([]);
    const everything = stack.everything();
    expect(everything).toContain("https://example.com/steady");
    for (const secret of [...tokens, HEADER_SECRET, sandbox.managementKey]) expect(everything).not.toContain(secret);
  });
});
