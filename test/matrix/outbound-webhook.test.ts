import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
import { KustomerOutboundWebhook } from "../../index";
import { type Sandbox, type WebhookRecord, startSandbox } from "../../sandbox";
import { TestStack, sandboxConfig } from "../engine/support/test-stack";

const HEADER_SECRET = "a-secret-header-value-4711";

/** Where the facts leave a choice, "contrary" takes the other one: status codes, empty bodies, spellings, orders, cases. */
describe.each(["documented", "contrary"] as const)(
  "an outbound webhook, with a Kustomer that answers the %s way",
  (profile) => {
    let sandbox: Sandbox;
    let stack: TestStack;

    const only = (): WebhookRecord => {
      const [webhook, ...others] = sandbox.webhooks();
      if (webhook === undefined || others.length > 0)
        throw new Error(`expected one webhook, there are ${sandbox.webhooks().length}`);
      return webhook;
    };

    beforeAll(async () => {
      sandbox = await startSandbox({ profile });
      stack = await TestStack.of(() => {
        const webhook = new KustomerOutboundWebhook("relay", {
          url: "https://example.com/hook",
          events: ["kustomer.message.create", "kustomer.conversation.update"],
          headers: { "X-Team": "support", "X-Gate": pulumi.secret(HEADER_SECRET) },
          watchSeconds: 0,
        });
        return Promise.resolve({ signingSecret: webhook.signingSecret, webhookId: webhook.webhookId });
      }, sandboxConfig(sandbox));
    });

    afterAll(async () => {
      await sandbox.close();
      stack.remove();
    });

    test("is created with what was declared, and its signing secret is a secret output", async () => {
      const { steps } = await stack.up();
      expect(steps).toEqual([{ op: "create", name: "relay", diffs: [] }]);
      const webhook = only();
      expect(webhook).toMatchObject({ name: "relay", url: "https://example.com/hook", enabled: true });
      expect([...webhook.events].sort()).toEqual(["kustomer.conversation.update", "kustomer.message.create"]);
      expect(await stack.outputs()).toEqual({
        signingSecret: { value: webhook.token, secret: true },
        webhookId: { value: webhook.id, secret: false },
      });
    });

    test("stays as it is: neither preview nor refresh finds a change, and nothing is written to Kustomer", async () => {
      sandbox.clearRequests();
      expect((await stack.preview({ expectNoChanges: true })).steps).toEqual([]);
      expect((await stack.refresh()).steps).toEqual([]);
      expect((await stack.up()).steps).toEqual([]);
      expect(new Set(sandbox.requests.map(({ method }) => method))).toEqual(new Set(["GET"]));
    });

    test("is not drift when Kustomer lists events in another order or spells header names in another case", async () => {
      const { id, events, headers } = only();
      sandbox.editWebhook(id, {
        events: [...events].reverse(),
        headers: headers.map(({ name, value }) => ({ name: name.toUpperCase(), value })).reverse(),
      });
      expect((await stack.refresh()).steps).toEqual([]);
    });

    const drifts: [string, (webhook: WebhookRecord) => Partial<WebhookRecord>][] = [
      ["name", () => ({ name: "renamed by hand" })],
      ["url", () => ({ url: "https://elsewhere.example.com/hook" })],
      ["events", ({ events }) => ({ events: [...events, "kustomer.tag.create"] })],
      [
        "headers",
        ({ headers }) => ({
          headers: headers.map(({ name, value }) => ({
            name,
            value: name.toLowerCase() === "x-team" ? "sales" : value,
          })),
        }),
      ],
      ["enabled", () => ({ enabled: false })],
      ["isError", () => ({ isError: true })],
    ];
    test.each(drifts)(
      "whose %s was changed by hand shows just that in refresh, and the next up heals it",
      async (field, edit) => {
        const before = only();
        sandbox.editWebhook(before.id, edit(before));
        expect((await stack.refresh()).steps).toEqual([{ op: "update", name: "relay", diffs: [field] }]);

        sandbox.clearRequests();
        expect((await stack.up()).steps).toEqual([{ op: "update", name: "relay", diffs: [field] }]);
        expect(sandbox.requests.filter(({ method }) => method === "PATCH")).toHaveLength(1);
        const { name, url, events, headers, enabled, token, id } = only();
        expect({ name, url, enabled, token, id }).toEqual({
          name: "relay",
          url: "https://example.com/hook",
          enabled: true,
          token: before.token,
          id: before.id,
        });
        expect([...events].sort()).toEqual(["kustomer.conversation.update", "kustomer.message.create"]);
        expect(headers.find((header) => header.name.toLowerCase() === "x-team")?.value).toBe("support");
      },
    );

    test("keeps its signing secret when Kustomer masks it", async () => {
      const { token } = only();
      sandbox.fault({ on: { method: "GET", path: /outbound-webhooks/ }, times: 5, kind: "masked-token" });
      expect((await stack.refresh()).steps).toEqual([]);
      sandbox.clearFaults();
      expect((await stack.outputs()).signingSecret).toEqual({ value: token, secret: true });
    });

    test("is made again when somebody removed it", async () => {
      sandbox.removeWebhook(only().id);
      expect((await stack.refresh()).steps.map(({ op }) => op)).toEqual(["delete"]);
      expect((await stack.up()).steps.map(({ op }) => op)).toEqual(["create"]);
      only();
    });

    test("is gone after destroy, and no secret was ever written in clear", async () => {
      const { token } = only();
      await stack.destroy();
      expect(sandbox.webhooks()).toEqual([]);
      const everything = stack.everything();
      expect(everything).toContain("https://example.com/hook");
      for (const secret of [token, HEADER_SECRET, sandbox.managementKey]) expect(everything).not.toContain(secret);
    });
  },
);
