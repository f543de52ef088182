import { describe, expect, test } from "@jest/globals";
import { outboundWebhook } from "../../../../providers/kustomer/outbound-webhook";
import { ownerHeader, ownerOf } from "../../../../providers/kustomer/outbound-webhook/ownership";
import { newGeneration } from "../../../../providers/lifecycle/ownership";
import { type Fault, type Misbehaviour, type Sandbox, type WebhookRecord, chooseProfile } from "../../../../sandbox";
import { eventually, run, useCleanup } from "../../../sandbox/running";
import { MARK, PROFILES, calls, connect, createWebhook, failureOf, lineOf, only, webhookInputs } from "../support";
import { quickenTime } from "../../../support/quicken-time";

/** What two runs do to each other takes as long as ever. */
const QUICK = 20;
quickenTime(QUICK);

useCleanup();

const WEBHOOKS = /^\/v1\/outbound-webhooks/;
const POST: Fault["on"] = { method: "POST", path: WEBHOOKS };

/** What an attempt that was killed right after its POST leaves behind. */
function leftover(
  sandbox: Sandbox,
  at: number,
  fields: Partial<WebhookRecord> & { mark?: string; rotation?: number } = {},
) {
  const { mark = MARK, rotation = 0, ...rest } = fields;
  return sandbox.createWebhook({
    name: "relay",
    url: "https://example.com/hook",
    headers: [ownerHeader({ mark, rotation, generation: newGeneration("", at) })],
    createdAt: new Date(at).toISOString(),
    ...rest,
  });
}

const HOUR = 3600_000;

describe.each(PROFILES)("creating, with a Kustomer that answers the %s way", (profile) => {
  test.each<[string, Misbehaviour, number]>([
    ["connection breaks off after it was done", { kind: "drop-after" }, 1],
    ["answer is not JSON", { kind: "garbage" }, 1],
    ["answer is empty", { kind: "empty" }, 1],
    ["answer comes too late", { kind: "slow", ms: 1500 }, 1],
    ["connection breaks off before it was done", { kind: "drop-before" }, 2],
    ["answer is 503", { kind: "status", status: 503 }, 2],
    ["answer is 429", { kind: "rate-limited" }, 2],
  ])(
    "a webhook whose %s makes exactly one webhook",
    async (_, fault, posts) => {
      const sandbox = await run({ profile, rateWindowMs: 1000 });
      sandbox.fault({ on: POST, ...fault });
      const { webhookId, signingSecret } = await createWebhook(connect(sandbox));
      expect(only(sandbox)).toMatchObject({ id: webhookId, token: signingSecret });
      expect(calls(sandbox, "POST")).toHaveLength(posts);
    },
    20_000,
  );

  test("a webhook whose answer does not show it, and that is in no list, is one line and not sent again", async () => {
    const sandbox = await run({ profile });
    sandbox.fault({ on: POST, kind: "status", status: 200, body: { data: { attributes: {} } } });
    const line = await lineOf(sandbox, createWebhook(connect(sandbox)));
    expect(line).toContain("Kustomer accepted it but does not list it; run it again");
    expect(calls(sandbox, "POST")).toHaveLength(1);
  }, 20_000);

  test("a webhook through a storm of 429, with and without a word on when it ends, makes exactly one", async () => {
    const sandbox = await run({ profile, rateWindowMs: 1000 });
    sandbox.fault({ on: { path: WEBHOOKS }, times: 3, kind: "rate-limited" });
    sandbox.fault({ on: { path: WEBHOOKS }, times: 1, kind: "rate-limited", resetHeader: false });
    await createWebhook(connect(sandbox));
    only(sandbox);
  }, 30_000);

  test("a webhook whose list fails after an ambiguous POST is one line, and the next run leaves exactly one", async () => {
    const sandbox = await run({ profile });
    const connection = connect(sandbox);
    sandbox.fault({ on: POST, kind: "drop-after" });
    sandbox.fault({ on: { method: "GET", path: WEBHOOKS }, after: 1, times: 5, kind: "status", status: 500 });
    expect(await lineOf(sandbox, createWebhook(connection))).toMatch(/^list outbound webhooks: Kustomer answered 500/);
    expect(only(sandbox)).toBeDefined();
    const { webhookId } = await createWebhook(connection);
    expect(only(sandbox).id).toBe(webhookId);
  }, 20_000);

  test("a webhook through a Kustomer that stays broken is one clear line and no webhook", async () => {
    const sandbox = await run({ profile });
    sandbox.fault({ on: POST, times: 10, kind: "drop-before" });
    expect(await lineOf(sandbox, createWebhook(connect(sandbox)))).toMatch(
      /^create outbound webhook "relay": .* so it is not known whether it was done, and after 3 attempts it is in no list; run it again$/,
    );
    expect(sandbox.webhooks()).toEqual([]);
    expect(calls(sandbox, "POST")).toHaveLength(3);
  }, 30_000);

  test("the sixth webhook lists the five there are, and says what to do", async () => {
    const sandbox = await run({ profile });
    const five = [1, 2, 3, 4, 5].map((index) =>
      sandbox.createWebhook({
        name: `hook ${index}`,
        url: `https://example.com/${index}?key=somebody-elses-secret`,
        enabled: index > 1,
      }),
    );
    const line = await lineOf(sandbox, createWebhook(connect(sandbox)));
    for (const { id, name, enabled } of five)
      expect(line).toContain(
        `"${name}" (${id}) -> https://example.com/${name.at(-1) ?? ""}?…, ${enabled ? "enabled" : "disabled"}`,
      );
    expect(line).toContain("Kustomer allows 5 user-made outbound webhooks per organisation and has 5");
    expect(line).toContain(
      "Delete one that is no longer used (Settings > Platform > Outbound Webhooks), or take one over with `adopt`",
    );
    expect(line).not.toContain("somebody-elses-secret");
    expect(sandbox.webhooks()).toHaveLength(5);
  });

  test("a webhook again, after a run that was killed, takes over what that left, with id and secret, and says so", async () => {
    const sandbox = await run({ profile });
    const { id, signingSecret } = secretOf(leftover(sandbox, Date.now() - HOUR, { enabled: false, name: "before" }));
    const connection = connect(sandbox);
    const taken = await createWebhook(connection);
    expect(only(sandbox)).toMatchObject({ id, token: signingSecret, name: "relay", enabled: true });
    expect(taken).toMatchObject({ webhookId: id, signingSecret });
    expect(calls(sandbox, "POST")).toEqual([]);
    expect(connection.run.warnings.join()).toContain(`outbound webhook "relay" (${id}) is taken over`);
    expect(connection.run.warnings.join()).toContain("`pulumi refresh --yes --clear-pending-creates` clears them");
  });

  test("a webhook again takes over the earliest of several, and names the others", async () => {
    const sandbox = await run({ profile: { ...chooseProfile(profile), listOrder: "insertion" } });
    const [first, second] = [leftover(sandbox, Date.now() - HOUR), leftover(sandbox, Date.now() - 1000)];
    const connection = connect(sandbox);
    expect((await createWebhook(connection)).webhookId).toBe(first.id);
    expect(sandbox.webhooks().map(({ id }) => id)).toEqual([first.id, second.id]);
    expect(connection.run.warnings.join()).toContain(`(${second.id}) carries its owner mark too, and is left alone`);
  });

  test("a webhook again needs no place where what the killed run left has the last one", async () => {
    const sandbox = await run({ profile });
    const others = [1, 2, 3, 4].map((index) => sandbox.createWebhook({ name: `hook ${index}` }));
    const left = leftover(sandbox, Date.now() - 1000);
    expect((await createWebhook(connect(sandbox))).webhookId).toBe(left.id);
    expect(sandbox.webhooks().map(({ id }) => id)).toEqual([...others.map(({ id }) => id), left.id]);
  });

  test("a webhook that is refused for another reason than the limit is tried once more", async () => {
    const sandbox = await run({ profile });
    sandbox.fault({ on: POST, times: 10, kind: "status", status: 403 });
    expect(await lineOf(sandbox, createWebhook(connect(sandbox)))).toContain("Kustomer answered 403");
    expect(calls(sandbox, "POST")).toHaveLength(2);
  });

  test("a webhook beyond a limit that the settings name asks for no more than that", async () => {
    const sandbox = await run({ profile, webhookLimit: 2 });
    for (const index of [1, 2]) sandbox.createWebhook({ name: `hook ${index}` });
    const line = await lineOf(sandbox, createWebhook(connect(sandbox, { "kustomer:webhookLimit": "2" })));
    expect(line).toContain("Kustomer allows 2 user-made outbound webhooks per organisation and has 2");
  });

  test("several webhooks again find room where what the killed run left has all places but one or two", async () => {
    const sandbox = await run({ profile });
    const resources = [1, 2, 3].map((index) => ({ mark: `mark-${index}`, url: `https://example.com/${index}` }));
    for (const resource of resources.slice(1)) leftover(sandbox, Date.now() - 1000, resource);
    sandbox.createWebhook({ name: "by hand" });
    sandbox.createWebhook({ name: "by hand" });
    sandbox.fault({ on: { method: "POST", path: WEBHOOKS }, times: 2, kind: "slow", ms: 300 });
    const made = await Promise.all(resources.map((resource) => createWebhook(connect(sandbox), resource)));
    const ids = sandbox.webhooks().map(({ id }) => id);
    expect(ids).toHaveLength(5);
    expect(ids).toEqual(expect.arrayContaining(made.map(({ webhookId }) => webhookId)));
  }, 20_000);

  test("never touches a webhook of another resource, another rotation, another url, or without a mark", async () => {
    const sandbox = await run({ profile });
    const others = [
      leftover(sandbox, Date.now() - HOUR, { mark: "mark-of-another" }),
      leftover(sandbox, Date.now() - HOUR, { rotation: 1 }),
      leftover(sandbox, Date.now() - HOUR, { url: "https://elsewhere.example.com/hook" }),
      sandbox.createWebhook({ name: "relay", url: "https://example.com/hook" }),
    ];
    const { id, ...created } = await createWebhook(connect(sandbox));
    await outboundWebhook.update(connect(sandbox), id, created, webhookInputs({ name: "b" }));
    await outboundWebhook.delete(connect(sandbox), id, created);
    expect(sandbox.webhooks()).toEqual(others);
  });

  test("by a run that was killed, and ends after the next one has made its webhook, gives its own up", async () => {
    const sandbox = await run({ profile });
    sandbox.fault({ on: POST, kind: "slow", ms: 300 * QUICK });
    const zombie = failureOf(createWebhook(connect(sandbox)));
    await eventually(() => sandbox.webhooks().length === 1);
    const { id } = only(sandbox);
    const taken = await createWebhook(connect(sandbox));
    expect(taken.webhookId).toBe(id);
    // It made the webhook first, so it keeps it, and the next run has taken it over: the state that holds it is the only one.
    await zombie.catch(() => undefined);
    expect(only(sandbox).id).toBe(id);
    expect(ownerOf(only(sandbox).headers)?.generation).toBe(taken.generation);
  });

  test("by a run that was killed, and posts after the next one has made its webhook, gives its own up", async () => {
    const sandbox = await run({ profile });
    sandbox.fault({ on: POST, kind: "late", ms: 300 * QUICK });
    const zombie = failureOf(createWebhook(connect(sandbox)));
    await eventually(() => calls(sandbox, "POST").length === 1);
    const { webhookId } = await createWebhook(connect(sandbox));
    const error = await zombie;
    expect(error.name).toBe("SupersededError");
    expect(error.message).toContain(
      `another run has created it in the meantime (${webhookId}); run \`pulumi up\` again`,
    );
    expect(only(sandbox).id).toBe(webhookId);
  });

  test("two runs at once leave exactly one webhook, and one of them has it", async () => {
    const sandbox = await run({ profile });
    const ends = await Promise.allSettled([createWebhook(connect(sandbox)), createWebhook(connect(sandbox))]);
    const claims = ends.flatMap((end) => (end.status === "fulfilled" ? [end.value.generation] : []));
    expect(claims).toContain(ownerOf(only(sandbox).headers)?.generation);
  });
});

function secretOf({ id, token }: WebhookRecord): { id: string; signingSecret: string } {
  return { id, signingSecret: token };
}
