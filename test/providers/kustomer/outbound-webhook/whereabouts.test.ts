import { describe, expect, test } from "@jest/globals";
import { outboundWebhook } from "../../../../providers/kustomer/outbound-webhook";
import type { Sandbox } from "../../../../sandbox";
import { run, useCleanup } from "../../../sandbox/running";
import { quickenTime } from "../../../support/quicken-time";
import { type Webhook, connect, createWebhook, lineOf, only, webhookInputs } from "../support";

quickenTime(5);

useCleanup();

const ONE = /^\/v1\/outbound-webhooks\/[0-9a-f]+$/;

/** One webhook of a state that somebody deleted in Kustomer. */
async function deletedOutside(sandbox: Sandbox): Promise<Webhook> {
  const webhook = await createWebhook(connect(sandbox));
  sandbox.removeWebhook(webhook.id);
  return webhook;
}

describe("a webhook that is in no list", () => {
  test.each<[string, number, unknown]>([
    ["410", 410, { errors: [{ status: 410, title: "Gone" }] }],
    ["400", 400, { errors: [{ status: 400, title: "Invalid id" }] }],
    ["422", 422, undefined],
    ["200 and nothing", 200, { data: null }],
  ])("is gone where its own address answers %s, too", async (_, status, body) => {
    const sandbox = await run();
    const { id, ...known } = await deletedOutside(sandbox);
    sandbox.fault({ on: { path: ONE }, times: 9, kind: "status", status, body });
    expect(await outboundWebhook.read(connect(sandbox), id, known)).toBeUndefined();
    expect(await lineOf(sandbox, outboundWebhook.update(connect(sandbox), id, known, webhookInputs()))).toContain(
      "it no longer exists in Kustomer",
    );
    await outboundWebhook.delete(connect(sandbox), id, known);
  });

  test("is not gone where the key may not list, and is answered as if there were none", async () => {
    const sandbox = await run();
    const { id, ...known } = await createWebhook(connect(sandbox));
    const { token } = sandbox.createKey({ name: "reader", roles: ["org.permission.message"] });
    const connection = connect(sandbox, { "kustomer:apiKey": token });
    sandbox.fault({ on: { path: "/v1/outbound-webhooks" }, times: 9, kind: "status", status: 200, body: { data: [] } });
    sandbox.fault({ on: { path: ONE }, times: 9, kind: "status", status: 404 });
    for (const work of [
      () => outboundWebhook.read(connection, id, known),
      () => outboundWebhook.update(connection, id, known, webhookInputs()),
      () => outboundWebhook.delete(connection, id, known),
    ])
      expect(await lineOf(sandbox, work())).toMatch(
        /the management key lacks the role org\.permission\.outbound_webhook\.read, .*; nothing was changed/,
      );
    expect(only(sandbox).id).toBe(id);
  });

  test("is not gone where the list has no end", async () => {
    const sandbox = await run();
    const { id, ...known } = await deletedOutside(sandbox);
    const body = { data: [], links: { next: "/v1/outbound-webhooks?page=1" } };
    sandbox.fault({ on: { path: "/v1/outbound-webhooks" }, times: 1000, kind: "status", status: 200, body });
    expect(await lineOf(sandbox, outboundWebhook.read(connect(sandbox), id, known))).toContain("list has no end");
  });
});

test("a webhook whose deletion is answered with 404 and that is listed all the same stays in the state, and what stands between is named", async () => {
  const sandbox = await run();
  const { id, ...known } = await createWebhook(connect(sandbox));
  sandbox.fault({ on: { method: "DELETE" }, kind: "status", status: 404 });
  expect(await lineOf(sandbox, outboundWebhook.delete(connect(sandbox), id, known))).toMatch(
    /answered 404, as if it were gone, and lists it; nothing was deleted: check what stands between/,
  );
  expect(only(sandbox).id).toBe(id);
  await outboundWebhook.delete(connect(sandbox), id, known);
  expect(sandbox.webhooks()).toEqual([]);
});
