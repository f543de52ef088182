import { describe, expect, jest, test } from "@jest/globals";
import { outboundWebhook } from "../../../../providers/kustomer/outbound-webhook";
import { ownerHeader } from "../../../../providers/kustomer/outbound-webhook/ownership";
import type { Sandbox, WebhookRecord } from "../../../../sandbox";
import { eventually, run, useCleanup } from "../../../sandbox/running";
import { MARK, type Webhook, calls, connect, createWebhook, only, webhookInputs } from "../support";

useCleanup();

/** What the state holds of an imported webhook. */
async function imported(sandbox: Sandbox, id: string): Promise<Webhook> {
  const outputs = await outboundWebhook.existing(connect(sandbox), id, webhookInputs({ mark: "" }));
  if (outputs === undefined) throw new Error("there is no such webhook");
  return { id, ...outputs };
}

/** The state's own late attempt, beside its webhook. */
function late(sandbox: Sandbox, { generation }: Webhook): WebhookRecord {
  const headers = [ownerHeader({ mark: MARK, rotation: 0, generation })];
  return sandbox.createWebhook({ name: "relay", url: "https://example.com/hook", headers });
}

test("a webhook that another resource adopts on a machine whose clock is behind is that one's from then on", async () => {
  const sandbox = await run();
  const { id } = sandbox.createWebhook({ name: "relay", url: "https://example.com/hook" });
  const known = await imported(sandbox, id);
  const clock = jest.spyOn(Date, "now").mockReturnValue(Date.now() - 3600_000);
  await createWebhook(connect(sandbox), { adopt: id, mark: "another-mark" }).finally(() => {
    clock.mockRestore();
  });
  await outboundWebhook.delete(connect(sandbox), id, known);
  expect(only(sandbox).id).toBe(id);
});

test("what a state that was put back no longer knows is named, of whichever rotation", async () => {
  const sandbox = await run();
  const backup = await createWebhook(connect(sandbox));
  const rotated = await createWebhook(connect(sandbox), { rotation: 1 });
  const connection = connect(sandbox);
  await outboundWebhook.read(connection, backup.id, backup);
  expect(connection.run.warnings.join()).toMatch(
    new RegExp(`\\(${rotated.id}\\) .* carries the same owner mark of rotation 1 as "relay" \\(${backup.id}\\)`),
  );
});

test("a webhook that gets the URL at which another one of its mark is says so, and claims it anew", async () => {
  const sandbox = await run();
  const others = await createWebhook(connect(sandbox));
  const ours = await createWebhook(connect(sandbox), { url: "https://example.com/ours" });
  const connection = connect(sandbox);
  const moved = await outboundWebhook.update(connection, ours.id, ours, webhookInputs({ url: others.url }));
  expect(connection.run.warnings.join()).toMatch(
    new RegExp(`\\(${others.id}\\) .* carries the same owner mark as .* may send every event again`),
  );
  expect(moved.generation > ours.generation).toBe(true);
  expect(moved.postedGenerations).toContain(moved.generation);
  expect(sandbox.webhooks().map(({ id }) => id)).toEqual(expect.arrayContaining([others.id, ours.id]));
});

describe("a webhook that another stack manages", () => {
  test("stays that one's when it is imported and destroyed again: an import claims nothing", async () => {
    const sandbox = await run();
    const { id } = await createWebhook(connect(sandbox));
    const known = await imported(sandbox, id);
    const connection = connect(sandbox);
    await outboundWebhook.delete(connection, id, known);
    expect(only(sandbox).id).toBe(id);
    expect(connection.run.warnings.join()).toContain("it is left alone");
    expect(calls(sandbox, "PATCH")).toEqual([]);
  });

  test.each([
    ["by a resource of another name", "another-mark"],
    ["by one of the same name", MARK],
  ])("is claimed, once, by the first up after an import %s; the other's destroy leaves it alone", async (_, mark) => {
    const sandbox = await run();
    const { id, ...first } = await createWebhook(connect(sandbox));
    const known = await imported(sandbox, id);
    const inputs = webhookInputs({ mark });
    expect(outboundWebhook.isDue(known, inputs)).toBe(true);
    const connection = connect(sandbox);
    const claimed = await outboundWebhook.update(connection, id, known, inputs);
    expect(outboundWebhook.isDue(claimed, inputs)).toBe(false);
    expect(connection.run.warnings.join()).toContain("is imported, and its own from now on");
    await outboundWebhook.delete(connect(sandbox), id, first);
    expect(only(sandbox)).toMatchObject({ id, token: first.signingSecret });
    await outboundWebhook.delete(connect(sandbox), id, claimed);
    expect(sandbox.webhooks()).toEqual([]);
  });
});

test("a webhook that nobody manages is imported without an update, and is the state's to delete", async () => {
  const sandbox = await run();
  const { id } = sandbox.createWebhook({ name: "relay", url: "https://example.com/hook" });
  const known = await imported(sandbox, id);
  expect(outboundWebhook.isDue(known, webhookInputs())).toBe(false);
  await outboundWebhook.delete(connect(sandbox), id, known);
  expect(sandbox.webhooks()).toEqual([]);
});

test("a webhook whose resource got another name is left alone by a copy of the state that knows the old one", async () => {
  const sandbox = await run();
  const { id, ...copy } = await createWebhook(connect(sandbox));
  await outboundWebhook.update(connect(sandbox), id, copy, webhookInputs({ mark: "renamed" }));
  const connection = connect(sandbox);
  await outboundWebhook.delete(connection, id, copy);
  expect(only(sandbox)).toMatchObject({ id, token: copy.signingSecret });
  expect(connection.run.warnings.join()).toMatch(/taken over by another resource \(owner mark renamed\).*left alone/);
});

test.each([-60, -20, 0, 15, 40, 80])(
  "a renamed webhook and a newcomer of its old name, at once, beside what the first one posted late: no live one is deleted (%d ms apart)",
  async (ms) => {
    const sandbox = await run();
    const { id, ...known } = await createWebhook(connect(sandbox));
    late(sandbox, { id, ...known });
    sandbox.fault({ on: { path: /^\/v1\// }, times: 20, kind: "slow", ms: 20 });
    const connection = connect(sandbox);
    const renaming = async () => {
      const inputs = webhookInputs({ mark: "renamed" });
      outboundWebhook.noteFormer(webhookInputs(), inputs, connection.run);
      return outboundWebhook.update(connection, id, known, inputs);
    };
    const after = (delay: number) => new Promise((resolve) => setTimeout(resolve, Math.max(0, delay)));
    const [renamed, newcomer] = await Promise.all([
      after(-ms).then(renaming),
      after(ms).then(() => createWebhook(connection)),
    ]);
    const there = sandbox.webhooks().map((webhook) => webhook.id);
    expect(renamed).toMatchObject({ webhookId: id, signingSecret: known.signingSecret });
    expect(there).toEqual(expect.arrayContaining([id, newcomer.webhookId]));
    // Known as held as soon as it is checked, which the engine does at once.
    if (ms >= 0) expect(newcomer.webhookId).not.toBe(id);
  },
);

test("a webhook that somebody takes over while its successor is being watched is left alone", async () => {
  const sandbox = await run();
  const connection = connect(sandbox);
  const old = await createWebhook(connection);
  const { webhookId, ...known } = old;
  outboundWebhook.noteFormer(webhookInputs(), webhookInputs({ rotation: 1 }), connection.run);
  await createWebhook(connection, { rotation: 1, watchSeconds: 1 });
  const looks = calls(sandbox, "GET").length;
  const deleted = outboundWebhook.delete(connection, webhookId, { webhookId, ...known });
  await eventually(() => calls(sandbox, "GET").length > looks);
  await createWebhook(connect(sandbox), { adopt: webhookId, mark: "another-mark" });
  await deleted;
  expect(sandbox.webhooks().map(({ id }) => id)).toContain(webhookId);
});
