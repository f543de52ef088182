import { describe, expect, test } from "@jest/globals";
import { outboundWebhook } from "../../../../providers/kustomer/outbound-webhook";
import { ownerHeader } from "../../../../providers/kustomer/outbound-webhook/ownership";
import { newGeneration } from "../../../../providers/lifecycle/ownership";
import type { Sandbox } from "../../../../sandbox";
import { run, useCleanup } from "../../../sandbox/running";
import {
  MARK,
  PROFILES,
  calls,
  connect,
  createWebhook,
  expectNoSecret,
  failureOf,
  only,
  partialFailureOf,
  webhookInputs,
} from "../support";
import { quickenTime } from "../../../support/quicken-time";

quickenTime(20);

useCleanup();

const WEBHOOKS = /^\/v1\/outbound-webhooks/;

/** The next `times` webhooks that are created or switched on switch themselves off again. */
function switchOff(sandbox: Sandbox, { posts = 0, patches = 0, afterMs = 50 }): void {
  sandbox.fault({ on: { method: "POST", path: WEBHOOKS }, times: posts, kind: "switch-off", afterMs });
  sandbox.fault({ on: { method: "PATCH", path: WEBHOOKS }, times: patches, kind: "switch-off", afterMs });
}

describe.each(PROFILES)("a webhook that switches itself off, with a Kustomer that answers the %s way", (profile) => {
  test("once is switched on again, with everything that was declared", async () => {
    const sandbox = await run({ profile });
    switchOff(sandbox, { posts: 1 });
    const { id, signingSecret } = await createWebhook(connect(sandbox), { watchSeconds: 1 });
    expect(only(sandbox)).toMatchObject({ id, token: signingSecret, enabled: true, name: "relay" });
    expect(calls(sandbox, "POST")).toHaveLength(1);
    expect(calls(sandbox, "PATCH")).toHaveLength(1);
  });

  test("twice is registered anew, once, and the old one is gone", async () => {
    const sandbox = await run({ profile });
    switchOff(sandbox, { posts: 1, patches: 1 });
    const { id, signingSecret } = await createWebhook(connect(sandbox), { watchSeconds: 1 });
    expect(only(sandbox)).toMatchObject({ id, token: signingSecret, enabled: true });
    expect(calls(sandbox, "POST")).toHaveLength(2);
  });

  test("again and again is reported as failing, with its latest delivery attempts, and stays in the state", async () => {
    const sandbox = await run({ profile });
    switchOff(sandbox, { posts: 2, patches: 1 });
    const creating = partialFailureOf(createWebhook(connect(sandbox), { watchSeconds: 1 }));
    const { id, outputs, reasons } = await creating;
    const webhook = only(sandbox);
    expect(id).toBe(webhook.id);
    expect(outputs).toMatchObject({
      webhookId: webhook.id,
      signingSecret: webhook.token,
      enabled: false,
      watchSeconds: 1,
    });
    expect(reasons).toHaveLength(1);
    expect(reasons[0]).toContain(
      "is created but failing: Kustomer switched it off again after it was switched on once and registered anew once (no delivery was attempted); " +
        "check that its endpoint at example.com answers 2xx within a few seconds, then run `pulumi up` again",
    );
    expectNoSecret(sandbox, reasons.join());

    const healed = await outboundWebhook.update(connect(sandbox), id, outputs, webhookInputs({ watchSeconds: 1 }));
    expect(healed).toMatchObject({ webhookId: webhook.id, enabled: true, signingSecret: webhook.token });
  }, 20_000);

  test("after an update is not registered anew, which would change its secret, and says what became of the last deliveries", async () => {
    const sandbox = await run({ profile, timeScale: 6000 });
    const connection = connect(sandbox);
    const { id, ...created } = await createWebhook(connection, { url: "http://127.0.0.1:9/nobody" });
    await sandbox.send("kustomer.message.create");
    sandbox.editWebhook(id, { enabled: false });
    sandbox.fault({ on: { method: "PATCH", path: WEBHOOKS }, times: 2, kind: "switch-off" });
    const update = outboundWebhook.update(
      connection,
      id,
      { ...created, enabled: false },
      webhookInputs({ url: "http://127.0.0.1:9/nobody", watchSeconds: 1 }),
    );
    const { reasons, outputs } = await partialFailureOf(update);
    expect(reasons[0]).toMatch(
      / is failing: Kustomer switched it off again after it was switched on once \(latest delivery attempts: /,
    );
    expect(calls(sandbox, "POST")).toHaveLength(1);
    expect(outputs).toMatchObject({ webhookId: id, signingSecret: created.signingSecret });
    expect(sandbox.transactions(id).length).toBeGreaterThan(0);
  });

  test("twice is registered anew also where there is no room for both, the old one having gone first", async () => {
    const sandbox = await run({ profile });
    const others = [1, 2, 3, 4].map((index) => sandbox.createWebhook({ name: `hook ${index}` }));
    switchOff(sandbox, { posts: 1, patches: 1 });
    const { id } = await createWebhook(connect(sandbox), { watchSeconds: 1 });
    expect(sandbox.webhooks().map((webhook) => webhook.id)).toEqual([...others.map((other) => other.id), id]);
  });

  test("is left off where it is declared off, and not watched where that is turned off", async () => {
    const sandbox = await run({ profile });
    const connection = connect(sandbox);
    await createWebhook(connection, { enabled: false, watchSeconds: 1 });
    expect(only(sandbox).enabled).toBe(false);
    expect(calls(sandbox, "PATCH")).toEqual([]);
  });

  test("after it was switched on by an update is watched too; an update of something else is not", async () => {
    const sandbox = await run({ profile });
    const connection = connect(sandbox);
    const { id, ...off } = await createWebhook(connection, { enabled: false });
    switchOff(sandbox, { patches: 1 });
    const on = await outboundWebhook.update(connection, id, off, webhookInputs({ watchSeconds: 1 }));
    expect(on.enabled).toBe(true);
    expect(calls(sandbox, "PATCH")).toHaveLength(2);

    const before = sandbox.requests.length;
    await outboundWebhook.update(connection, id, on, webhookInputs({ name: "b", watchSeconds: 300 }));
    expect(sandbox.requests.length - before).toBeLessThanOrEqual(3);
  });

  test("and is deleted while it is watched says so in one line", async () => {
    const sandbox = await run({ profile });
    const creating = partialFailureOf(createWebhook(connect(sandbox), { watchSeconds: 2 }));
    const gone = setInterval(() => {
      for (const { id } of sandbox.webhooks()) sandbox.removeWebhook(id);
    }, 300);
    const { reasons } = await creating;
    clearInterval(gone);
    expect(reasons[0]).toContain("was deleted while it was being watched; run `pulumi refresh`, then `pulumi up`");
  });

  test("is not registered anew by a killed run that another one has overtaken", async () => {
    const sandbox = await run({ profile });
    switchOff(sandbox, { posts: 1, patches: 1 });
    const creating = failureOf(createWebhook(connect(sandbox), { watchSeconds: 1 }));
    while (calls(sandbox, "PATCH").length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    const newer = sandbox.createWebhook({
      url: "https://example.com/hook",
      headers: [ownerHeader({ mark: MARK, rotation: 0, generation: newGeneration() })],
    });
    expect((await creating).name).toBe("SupersededError");
    expect(only(sandbox).id).toBe(newer.id);
  });
});

describe("reporting a failing webhook", () => {
  test.each(PROFILES)(
    "shows the latest delivery attempts, whatever their order and unit of time (%s)",
    async (profile) => {
      const sandbox = await run({ profile });
      const connection = connect(sandbox);
      const given = { url: "http://127.0.0.1:9/nobody", events: ["kustomer.tag.create" as const] };
      switchOff(sandbox, { posts: 2, patches: 1, afterMs: 400 });
      const failing = partialFailureOf(createWebhook(connection, { ...given, watchSeconds: 1 }));
      const sending = setInterval(() => void sandbox.send("kustomer.tag.create"), 10);
      const { reasons } = await failing;
      clearInterval(sending);
      const attempt = /kustomer\.tag\.create [^,)]+ at 20\d\d-\d\d-\d\dT[\d:.]+Z/.source;
      expect(reasons[0]).toMatch(new RegExp(`\\(latest delivery attempts: ${attempt}(, ${attempt}){0,2}\\);`));
      expectNoSecret(sandbox, reasons.join());
    },
  );
});
