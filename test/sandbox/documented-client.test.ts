import { describe, expect, test } from "@jest/globals";
import { DocumentedClient, signatureOf } from "./documented-client";
import { aWebhook, endpoint, run, useCleanup } from "./running";

useCleanup();

describe.each(["documented", "contrary"] as const)(
  "a client that only knows the documentation (%s answers)",
  (profile) => {
    test("registers a webhook, receives a signed event, and reads the delivery log", async () => {
      const sandbox = await run({ profile });
      const client = new DocumentedClient(sandbox.url, sandbox.managementKey);
      const { url, arrivals } = await endpoint(200);
      const headers = [{ name: "X-Environment", value: "staging" }];

      const made = await client.createWebhook({ ...aWebhook, url, headers });
      const webhook = await client.getWebhook(made.id);
      expect(webhook?.attributes).toMatchObject({ name: "Airkit relay", url, enabled: true });
      expect(new Set(webhook?.attributes.events as string[])).toEqual(new Set(aWebhook.events));
      expect((await client.listWebhooks()).map(({ id }) => id)).toEqual([made.id]);

      const eventId = await sandbox.send("kustomer.message.create");
      const [arrival] = arrivals;
      expect(arrival?.headers["x-kustomer-webhook-event"]).toBe("kustomer.message.create");
      expect(arrival?.headers["x-environment"]).toBe("staging");
      expect(arrival?.headers["x-kustomer-webhook-signature"]).toBe(
        signatureOf(arrival?.body ?? Buffer.of(), String(webhook?.attributes.token)),
      );
      expect(JSON.parse(String(arrival?.body))).toMatchObject({ id: eventId, name: "kustomer.message.create" });
      expect(await client.transactions(made.id)).toMatchObject([
        { attributes: { webhookId: made.id, eventName: "kustomer.message.create", nextRetry: null } },
      ]);
    });

    test("changes, switches off, and deletes a webhook", async () => {
      const sandbox = await run({ profile });
      const client = new DocumentedClient(sandbox.url, sandbox.managementKey);
      const { id, attributes } = await client.createWebhook(aWebhook);

      await client.updateWebhook(id, { ...aWebhook, name: "Renamed", headers: [], enabled: false });
      const changed = await client.getWebhook(id);
      expect(changed?.attributes).toMatchObject({ name: "Renamed", enabled: false, token: attributes.token });

      await client.deleteWebhook(id);
      expect(await client.getWebhook(id)).toBeUndefined();
      expect(await client.listWebhooks()).toEqual([]);
    });

    test("reads the twelve events, its own key, all keys page by page, and revokes one", async () => {
      const sandbox = await run({ profile });
      const client = new DocumentedClient(sandbox.url, sandbox.managementKey);
      const made = ["a", "b", "c", "d"].map((name) => sandbox.createKey({ name, roles: ["org.permission.message"] }));

      expect(await client.subscribableEvents()).toHaveLength(12);
      expect((await client.currentKey()).attributes.roles).toEqual(["org"]);
      const names = (await client.apiKeys()).map(({ attributes }) => attributes.name);
      expect(new Set(names)).toEqual(new Set(["Management", "a", "b", "c", "d"]));

      await client.revokeKey(made[0]?.id ?? "");
      await expect(new DocumentedClient(sandbox.url, made[0]?.token ?? "").currentKey()).rejects.toThrow("401");
    });

    test("is told about the sixth webhook without the first five being harmed", async () => {
      const sandbox = await run({ profile });
      const client = new DocumentedClient(sandbox.url, sandbox.managementKey);
      for (let count = 0; count < 5; count += 1) await client.createWebhook(aWebhook);
      await expect(client.createWebhook(aWebhook)).rejects.toThrow(/POST \/v1\/outbound-webhooks: 4\d\d/);
      expect(await client.listWebhooks()).toHaveLength(5);
    });
  },
);
