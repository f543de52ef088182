import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
import { KustomerOutboundWebhook, type KustomerOutboundWebhookArgs } from "../../index";
import { type Sandbox, startSandbox } from "../../sandbox";
import { TestStack, failureOf, sandboxConfig } from "./support/test-stack";

const HEADER_SECRET = "a-secret-header-value-0815";
const BY_HAND = "a-secret-somebody-typed-by-hand";
const WEBHOOKS = /^\/v1\/outbound-webhooks/;

const program =
  (args: Partial<KustomerOutboundWebhookArgs> = {}) =>
  () => {
    const webhook = new KustomerOutboundWebhook("relay", {
      url: "https://example.com/hook",
      headers: { "X-Gate": pulumi.secret(HEADER_SECRET) },
      watchSeconds: 1,
      ...args,
    });
    return Promise.resolve({ signingSecret: webhook.signingSecret });
  };

describe("when something is wrong", () => {
  let sandbox: Sandbox;
  let stack: TestStack;
  beforeEach(async () => {
    sandbox = await startSandbox();
  });
  afterEach(async () => {
    await sandbox.close();
    stack.remove();
  });

  test("all mistakes in a resource, and missing settings with the command, are told together at preview", async () => {
    const mistaken = {
      url: "http://example.com",
      events: [""],
      headers: { "x y": "1" },
      rotation: -1,
    } as unknown as KustomerOutboundWebhookArgs;
    stack = await TestStack.of(program(mistaken), { "kustomer:baseUrl": { value: sandbox.url } });
    const message = await failureOf(stack.preview());
    for (const line of [
      "url: must be an https URL",
      "events[0]: must be the name of an event",
      "headers.x y: not a header name",
      "rotation: must be at least 0",
      "no Kustomer API key is set: run `pulumi config set --secret kustomer:apiKey` or set KUSTOMER_API_KEY",
    ])
      expect(message).toContain(line);
    expect(message).not.toMatch(/^\s+at /m);
    expect(sandbox.requests).toEqual([]);
  });

  test("a webhook that keeps switching itself off stays in the state, and the next up heals it; no secret shows anywhere", async () => {
    sandbox.fault({ on: { method: "POST", path: WEBHOOKS }, times: 2, kind: "switch-off" });
    sandbox.fault({ on: { method: "PATCH", path: WEBHOOKS }, times: 1, kind: "switch-off" });
    stack = await TestStack.of(program(), sandboxConfig(sandbox));
    const message = await failureOf(stack.up());
    expect(message).toContain("is created but failing: Kustomer switched it off again");
    expect(message).not.toContain("please report it");
    const [webhook] = sandbox.webhooks();
    const failed = await stack.resource("relay");
    expect(failed).toMatchObject({ id: webhook?.id, initErrors: [expect.stringContaining("is created but failing")] });

    sandbox.clearRequests();
    expect((await stack.up()).steps.map(({ op }) => op)).toEqual(["update"]);
    expect(sandbox.requests.map(({ method }) => method)).not.toContain("POST");
    expect(sandbox.webhooks()).toMatchObject([{ id: webhook?.id, enabled: true }]);
    expect((await stack.resource("relay")).initErrors ?? []).toEqual([]);
    expect((await stack.outputs()).signingSecret).toEqual({ value: webhook?.token, secret: true });

    // Somebody types a secret into a header of their own: it is drift, and in no file.
    const headers = [...(webhook?.headers ?? []), { name: "x-by-hand", value: BY_HAND }].map((header) =>
      header.name === "X-Gate" ? { ...header, value: `${HEADER_SECRET}-changed` } : header,
    );
    sandbox.editWebhook(webhook?.id ?? "", { headers });
    expect((await stack.refresh()).steps).toEqual([{ op: "update", name: "relay", diffs: ["headers"] }]);
    expect((await stack.refresh()).steps).toEqual([]);
    expect((await stack.up()).steps).toEqual([{ op: "update", name: "relay", diffs: ["headers"] }]);
    expect(sandbox.webhooks()[0]?.headers.map(({ name }) => name)).toEqual(["X-Gate", "x-relay-owner"]);

    // Kustomer quotes in a refusal what it was sent.
    const errors = [{ message: `X-Gate ${HEADER_SECRET} and Bearer ${sandbox.managementKey} are bad` }];
    sandbox.fault({ on: { method: "PATCH" }, kind: "status", status: 400, body: { errors } });
    stack.program = program({ name: "other" });
    expect(await failureOf(stack.up())).toContain("X-Gate [secret] and Bearer [secret] are bad");

    await stack.destroy();
    expect(sandbox.webhooks()).toEqual([]);
    const everything = stack.everything();
    for (const secret of [webhook?.token ?? "no token", HEADER_SECRET, BY_HAND, sandbox.managementKey])
      expect(everything).not.toContain(secret);
  });

  test("a webhook somebody deleted is said to be gone by up, with what to do, and that does it", async () => {
    stack = await TestStack.of(program({ watchSeconds: 0 }), sandboxConfig(sandbox));
    await stack.up();
    for (const { id } of sandbox.webhooks()) sandbox.removeWebhook(id);
    stack.program = program({ watchSeconds: 0, name: "other" });
    expect(await failureOf(stack.up())).toContain("it no longer exists in Kustomer; run `pulumi refresh`");
    await stack.refresh();
    await stack.up();
    expect(sandbox.webhooks()).toMatchObject([{ name: "other" }]);
  });
});
