import { describe, expect, test } from "@jest/globals";
import { writeFileSync } from "node:fs";
import { endpoint } from "../../../sandbox/running";
import { testFaults } from "../support/faults";
import { MARK, type World } from "../support/world";
import { marked, sendElsewhere } from "../support/break";
import { useWorlds } from "../support/worlds";

const inOrder = useWorlds();

testFaults(inOrder, "webhook", [
  {
    check: "webhook-exists",
    when: "somebody deleted it",
    breaks: ({ sandbox, webhook }) => {
      sandbox.removeWebhook(webhook.id);
    },
    level: "fail",
    says: /no longer exists.*pulumi refresh/,
  },
  {
    check: "webhook-enabled",
    when: "it was switched off",
    breaks: ({ sandbox, webhook }) => sandbox.editWebhook(webhook.id, { enabled: false }),
    level: "fail",
    says: /switched off: no event is sent.*--fix/,
  },
  {
    check: "webhook-enabled",
    when: "the state says that it is off",
    breaks: (world) => {
      world.sandbox.editWebhook(world.webhook.id, { enabled: false });
      world.edit("relay-webhook", { enabled: false });
    },
    level: "warn",
    says: /the state says so too/,
  },
  {
    check: "webhook-error",
    when: "Kustomer flags it",
    breaks: ({ sandbox, webhook }) => sandbox.editWebhook(webhook.id, { isError: true }),
    level: "fail",
    says: /deliveries kept failing.*correct the endpoint/,
  },
  {
    check: "webhook-error",
    when: "the flag is known to stay",
    breaks: (world) => {
      world.sandbox.editWebhook(world.webhook.id, { isError: true });
      world.edit("relay-webhook", { errorStays: true });
    },
    level: "warn",
    says: /flag stays/,
  },
  {
    check: "webhook-events",
    when: "others were ticked",
    breaks: ({ sandbox, webhook }) =>
      sandbox.editWebhook(webhook.id, { events: ["kustomer.message.create", "kustomer.tag.create"] }),
    level: "fail",
    says: /does not send kustomer\.conversation\.update; also sends kustomer\.tag\.create/,
  },
  {
    check: "webhook-url",
    when: "it sends elsewhere",
    breaks: ({ sandbox, webhook }) =>
      sandbox.editWebhook(webhook.id, { url: "https://example.com/hook?key=verysecret" }),
    level: "fail",
    says: /^sends to example\.com instead of 127\.0\.0\.1:\d+ /,
  },
  {
    check: "webhook-headers",
    when: "a header was added",
    breaks: ({ sandbox, webhook }) =>
      sandbox.editWebhook(webhook.id, { headers: [...webhook.headers, { name: "x-gate", value: "verysecret" }] }),
    level: "fail",
    says: /^differs in the headers x-gate /,
  },
  {
    check: "webhook-headers",
    when: "it was renamed",
    breaks: ({ sandbox, webhook }) => sandbox.editWebhook(webhook.id, { name: "renamed" }),
    level: "fail",
    says: /it is called "renamed" instead of "relay"/,
  },
  {
    check: "webhook-mark",
    when: "it is gone",
    breaks: ({ sandbox, webhook }) => sandbox.editWebhook(webhook.id, { headers: [] }),
    level: "warn",
    says: /has lost its owner mark.*--fix/,
  },
  {
    check: "webhook-mark",
    when: "another resource adopted the webhook",
    breaks: ({ sandbox, webhook }) => sandbox.editWebhook(webhook.id, { headers: marked("another") }),
    level: "fail",
    says: /another resource/,
  },
  {
    check: "webhook-secret",
    when: "Kustomer has another one",
    breaks: ({ sandbox, webhook }) => sandbox.editWebhook(webhook.id, { token: "verysecret-".repeat(4) }),
    level: "fail",
    says: /another secret than the state/,
  },
  {
    check: "leftovers",
    when: "a killed run left a double",
    breaks: ({ sandbox, webhook }) =>
      sandbox.createWebhook({ name: "double", url: webhook.url, headers: marked(MARK) }),
    level: "warn",
    says: /"double" \(\w+\)/,
  },
  {
    check: "deliveries",
    when: "the latest failed, and the endpoint still does",
    breaks: (world) => withFailures(world, 503, 503),
    level: "fail",
    says: /1 of 1 attempt in 24 hours failed, the latest \d+ s ago; the endpoint: answers 503/,
  },
  {
    check: "deliveries",
    when: "an earlier one failed",
    breaks: async ({ sandbox, webhook }) => {
      sandbox.editWebhook(webhook.id, { url: (await endpoint(500, 200)).url });
      await sandbox.send("kustomer.message.create");
      await new Promise((resolve) => setTimeout(resolve, 1100));
      await sandbox.send("kustomer.message.create");
    },
    level: "warn",
    says: /1 of 2 attempts in 24 hours failed, the latest arrived/,
  },
  {
    check: "secret-handed-on",
    when: "`up --target` rotated the webhook alone",
    breaks: (world) => {
      world.edit("relay-webhook", { signingSecret: "the-secret-after-the-rotation" });
    },
    level: "fail",
    says: /^relay-secret-file, relay-routing-flow have an earlier secret than the webhook.*without --target/,
  },
]);

describe("what a doctor must not say", () => {
  test("that a webhook may be switched on whose endpoint answers 503: it offers no fix until a probe passes", async () => {
    const world = await inOrder();
    world.sandbox.editWebhook(world.webhook.id, { enabled: false });
    const { url } = world.resources.find(({ name }) => name === "relay-webhook")?.outputs ?? {};
    await sendElsewhere(world, 503);
    const refused = await world.result("webhook-enabled");
    expect(refused).toMatchObject({
      level: "fail",
      message: expect.stringMatching(/does not pass a probe: answers 503/),
      next: expect.stringMatching(/^correct the endpoint first/),
    });
    expect(refused.fix).toBeUndefined();
    world.edit("relay-webhook", { url });
    const offered = await world.result("webhook-enabled");
    expect(offered.message).toMatch(/its endpoint passes a probe/);
    await offered.fix?.apply();
    expect(world.webhook.enabled).toBe(true);
  });

  test("that a webhook may be switched on whose receiver has another secret", async () => {
    const world = await inOrder();
    world.sandbox.editWebhook(world.webhook.id, { enabled: false });
    writeFileSync(world.secretFile, "another-signing-secret\n");
    await world.receiver.reload();
    const { message, fix } = await world.result("webhook-enabled");
    expect(message).toMatch(/does not know the webhook's signing secret/);
    expect(fix).toBeUndefined();
  });

  test("that deliveries fail once the endpoint takes events again: then it is ok, with what was lost before", async () => {
    const world = await inOrder();
    const { url } = world.webhook;
    world.sandbox.editWebhook(world.webhook.id, { url: (await endpoint(503)).url });
    await world.sandbox.send("kustomer.message.create");
    world.sandbox.editWebhook(world.webhook.id, { url });
    const { level, message } = await world.result("deliveries");
    expect(level).toBe("ok");
    expect(message).toMatch(/^the endpoint takes events again; before that, 1 of 1 attempt in 24 hours failed/);
  });

  test("that somebody removed the mark of a webhook that was imported without one", async () => {
    const world = await inOrder();
    world.sandbox.editWebhook(world.webhook.id, { headers: [] });
    world.edit("relay-webhook", { mark: "" });
    expect(await world.result("webhook-mark")).toMatchObject({
      level: "ok",
      message: expect.stringMatching(/^imported without an owner mark/),
    });
  });
});

/** An attempt that got `status`, and an endpoint that answers `now` to whatever comes. */
async function withFailures(world: World, status: number, now: number): Promise<void> {
  const answers = await endpoint(status, now);
  world.sandbox.editWebhook(world.webhook.id, { url: answers.url });
  world.edit("relay-webhook", { url: answers.url });
  await world.sandbox.send("kustomer.message.create");
}
