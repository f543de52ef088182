import { afterEach, describe, expect, test } from "@jest/globals";
import { chmodSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import tls from "node:tls";
import type { Level } from "../../../cli/doctor/check";
import { CHECKS } from "../../../cli/doctor/checks";
import { judgeDeliveries } from "../../../cli/doctor/deliveries";
import type { Result } from "../../../cli/doctor/examine";
import { transactionData } from "../../../providers/kustomer/answers";
import { ownerHeader } from "../../../providers/kustomer/outbound-webhook/ownership";
import { newGeneration } from "../../../providers/lifecycle/ownership";
import { PROFILES, expectNoSecret } from "../../providers/kustomer/support";
import { testDestination, until } from "../../receiver/support/destination";
import { arriving, closeInbox, testInbox } from "../../receiver/support/inbox";
import { post, someEvent } from "../../receiver/support/receiver";
import { endpoint, useCleanup } from "../../sandbox/running";
import { AUTHORITY, httpsServer } from "./support/https";
import { MARK, World, levelsOf } from "./support/world";

useCleanup();

const worlds: World[] = [];
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.close();
});

async function inOrder(profile: (typeof PROFILES)[number] = "documented"): Promise<World> {
  const world = await World.inOrder(profile);
  worlds.push(world);
  return world;
}

describe.each(PROFILES)("a relay in order, where Kustomer is %s", (profile) => {
  test("passes every check", async () => {
    const world = await inOrder(profile);
    await world.sandbox.send("kustomer.message.create");
    const results = await world.look();
    // What cannot be seen is said to be unseen, never "ok".
    expect(levelsOf(results).filter(([, level]) => level !== "ok")).toEqual([
      ["routing-flow-secret of relay-routing-flow", "skip"],
    ]);
    // Of the certificates there is a test below: here all is plain http.
    const asked = new Set(results.map(({ check }) => check));
    expect(CHECKS.map(({ name }) => name).filter((name) => !asked.has(name))).toEqual(["endpoint-certificate"]);
    expectNoSecret(world.sandbox, JSON.stringify(results));
    expect(JSON.stringify(results)).not.toContain(world.key.token);
  });

  test("whose webhook had deliveries passes; Airkit and the receiver's store have nothing of the probes", async () => {
    const world = await inOrder(profile);
    await world.look();
    const { destinations } = await world.receiver.admin.status();
    expect(destinations.map(({ queued, deadLetters }) => [queued, deadLetters])).toEqual([]);
    // What is sent to Airkit is wrongly signed, and is no event.
    expect(world.sandbox.received().map(({ verified, eventName }) => [verified, eventName])).toEqual([
      [false, "kustomer-relay.probe"],
    ]);
  });
});

interface Fault {
  readonly check: string;
  readonly when: string;
  readonly breaks: (world: World) => unknown;
  readonly level: Level;
  readonly says: RegExp;
  /** Part of the subject's name, where there are several. */
  readonly of?: string;
}

const inDays = (days: number): string => new Date(Date.now() + days * 86_400_000 + 60_000).toISOString();
const managementKey = (world: World): string =>
  world.sandbox.keys().find(({ name }) => name === "Management")?.id ?? "";
const marked = (mark: string) => [ownerHeader({ mark, rotation: 0, generation: newGeneration() })];
const addResource = (more: object) => (world: World) => {
  world.add("pulumi-nodejs:kustomer:OutboundWebhook", "other", { ...world.resources[2]?.outputs, mark: "m" }, more);
};
const fill = (world: World, count: number): void => {
  for (let number = 0; number < count; number += 1) world.sandbox.createWebhook({ name: `by hand ${number}` });
};
/** In place of the receiver: what answers these statuses. */
const sendElsewhere = async (world: World, ...statuses: number[]): Promise<void> => {
  world.edit("relay-webhook", { url: (await endpoint(...statuses)).url });
};

/** An attempt that got `status`, and an endpoint that answers `now` to whatever comes. */
async function withFailures(world: World, status: number, now: number): Promise<void> {
  const answers = await endpoint(status, now);
  world.sandbox.editWebhook(world.webhook.id, { url: answers.url });
  world.edit("relay-webhook", { url: answers.url });
  await world.sandbox.send("kustomer.message.create");
}

const FAULTS: Fault[] = [
  // The stack.
  {
    check: "pulumi-version",
    when: "the CLI is too old",
    breaks: (world) => (world.versions = { pulumi: "3.249.9" }),
    level: "warn",
    says: /3\.249\.9 is older.*install 3\.250\.0/,
  },
  {
    check: "node-version",
    when: "the node on the PATH is too old",
    breaks: (world) => (world.versions = { node: "22.18.0" }),
    level: "fail",
    says: /is 22\.18\.0.*first on the PATH/,
  },
  {
    check: "package-versions",
    when: "the program's folder has no packages",
    breaks: (world) => (world.versions = { cwd: "/" }),
    level: "fail",
    says: /not installed in \/.*npm install/,
  },
  {
    check: "stack-readable",
    when: "the stack has no relay",
    breaks: (world) => world.resources.splice(0),
    level: "warn",
    says: /no resource of this package.*pulumi up/,
  },
  {
    check: "stack-finished",
    when: "a run was killed",
    breaks: (world) => (world.pendingOperations = ["creating relay-webhook"]),
    level: "warn",
    says: /killed in the middle of creating relay-webhook.*--clear-pending-creates/,
  },
  {
    check: "stack-finished",
    when: "a resource was left half made",
    breaks: addResource({ initErrors: ["created but failing"] }),
    level: "fail",
    says: /other is not as declared: created but failing.*pulumi up/,
  },
  {
    check: "stack-finished",
    when: "a replaced one is still to be deleted",
    breaks: addResource({ pendingDelete: true }),
    level: "warn",
    says: /still to be deleted after a replacement: other/,
  },
  {
    check: "settings-current",
    when: "the management key was changed after the last up",
    breaks: (world) => {
      const [provider] = world.resources;
      if (provider)
        world.resources[0] = { ...provider, inputs: { ...provider.inputs, "kustomer:apiKey": "former-key" } };
    },
    level: "warn",
    says: /^kustomer:apiKey changed.*pulumi up/,
  },
  // The organisation.
  {
    check: "kustomer-reachable",
    when: "nobody is at the address",
    breaks: (world) => (world.config["kustomer:baseUrl"] = "http://127.0.0.1:9"),
    level: "fail",
    says: /could not be reached.*check the address/,
  },
  {
    check: "kustomer-reachable",
    when: "a setting is missing",
    breaks: (world) => delete world.config["kustomer:apiKey"],
    level: "fail",
    says: /no Kustomer API key is set.*pulumi config set --secret kustomer:apiKey/,
  },
  {
    check: "kustomer-reachable",
    when: "Kustomer is down",
    breaks: ({ sandbox }) => {
      sandbox.fault({ on: { path: /tokens\/current/ }, times: 9, kind: "status", status: 503 });
    },
    level: "fail",
    says: /answers 503/,
  },
  {
    check: "management-key",
    when: "it was revoked",
    breaks: (world) => {
      world.sandbox.revokeKey(managementKey(world));
    },
    level: "fail",
    says: /answered 401.*not accepted/,
  },
  {
    check: "management-key",
    when: "it is of another region",
    breaks: ({ sandbox }) => {
      sandbox.fault({ on: { path: /tokens\/current/ }, kind: "wrong-region" });
    },
    level: "fail",
    says: /belongs to another region/,
  },
  {
    check: "management-key",
    when: "it expires soon",
    breaks: (world) => world.sandbox.editKey(managementKey(world), { expiresAt: inDays(5) }),
    level: "warn",
    says: /expires in 5 days.*make a new one/,
  },
  {
    check: "management-key-roles",
    when: "it may not change webhooks",
    breaks: (world) =>
      world.sandbox.editKey(managementKey(world), {
        roles: ["org.permission.outbound_webhook.read", "org.permission.outbound_webhook.create"],
      }),
    level: "fail",
    says: /lacks org\.permission\.outbound_webhook\.update, org\.permission\.outbound_webhook\.delete/,
  },
  {
    check: "management-key-roles",
    when: "it may not even list them",
    breaks: (world) => world.sandbox.editKey(managementKey(world), { roles: ["org.permission.message"] }),
    level: "fail",
    says: /answered 403.*outbound_webhook\.read/,
  },
  {
    check: "webhook-slots",
    when: "all places are taken",
    breaks: (world) => {
      fill(world, 4);
    },
    level: "warn",
    says: /5 outbound webhooks and Kustomer allows 5: a rotation has no room.*"by hand 0"/,
  },
  {
    check: "orphans",
    when: "a webhook has a mark that is in no state",
    breaks: ({ sandbox }) => sandbox.createWebhook({ name: "lost", headers: marked("somebody-else") }),
    level: "warn",
    says: /^of another stack, or of one that no longer exists: "lost" \(\w+\) → if another stack has it, all is well/,
  },
  // The key.
  {
    check: "key-valid",
    when: "it was revoked",
    breaks: ({ sandbox, key }) => {
      sandbox.revokeKey(key.id);
    },
    level: "fail",
    says: /refuses it with 401: it was revoked.*set its token, then run `pulumi up --refresh`/,
  },
  {
    check: "key-valid",
    when: "an issued one was revoked",
    breaks: (world) => {
      world.sandbox.revokeKey(world.key.id);
      world.edit("relay-api-key", { issued: true });
    },
    level: "fail",
    says: /it was revoked → run `pulumi up --refresh`, which issues another one/,
  },
  {
    check: "key-valid",
    when: "it expired",
    breaks: ({ sandbox, key }) => sandbox.editKey(key.id, { expiresAt: inDays(-1) }),
    level: "fail",
    says: /has expired.*pulumi up --refresh/,
  },
  {
    check: "key-expiry",
    when: "it expires soon",
    breaks: ({ sandbox, key }) => sandbox.editKey(key.id, { expiresAt: inDays(1) }),
    level: "warn",
    says: /expires in 1 day,.*make a new one/,
  },
  {
    check: "key-roles",
    when: "a role is missing",
    breaks: ({ sandbox, key }) => sandbox.editKey(key.id, { roles: key.roles.slice(1) }),
    level: "fail",
    says: /it lacks org\.permission\.conversation/,
  },
  {
    check: "key-roles",
    when: "it may do more than it needs",
    breaks: ({ sandbox, key }) => sandbox.editKey(key.id, { roles: [...key.roles, "org.permission.security"] }),
    level: "warn",
    says: /more than it needs: org\.permission\.security/,
  },
  // The webhook.
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
    says: /1 of 1 attempt in 24 hours failed \(.*\), the latest \d+ s ago; the endpoint: answers 503/,
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
    says: /1 of 2 attempts in 24 hours failed \(.*\), the latest arrived/,
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
  // The endpoint.
  {
    check: "endpoint-dns",
    when: "the name leads nowhere",
    breaks: (world) => {
      world.edit("relay-webhook", { url: "https://nowhere.invalid/hook" });
    },
    of: "relay-webhook",
    level: "fail",
    says: /nowhere\.invalid cannot be resolved/,
  },
  {
    check: "endpoint-dns",
    when: "what is behind the receiver leads nowhere, seen from here",
    breaks: (world) => {
      world.edit("relay", { destinationUrl: "https://nowhere.invalid/hook" });
    },
    of: "relay →",
    level: "warn",
    says: /cannot be resolved.*seen from here/,
  },
  {
    check: "endpoint-refuses",
    when: "it accepts whatever comes",
    breaks: (world) => sendElsewhere(world, 200),
    of: "relay-webhook",
    level: "fail",
    says: /accepts a wrong signature with 200/,
  },
  {
    check: "endpoint-refuses",
    when: "nothing is there",
    breaks: (world) => {
      world.edit("relay-webhook", { url: "http://127.0.0.1:9/hook" });
    },
    of: "relay-webhook",
    level: "fail",
    says: /ECONNREFUSED/,
  },
  {
    check: "endpoint-refuses",
    when: "nothing is behind the receiver, seen from here",
    breaks: (world) => {
      world.edit("relay", { destinationUrl: "http://127.0.0.1:9/hook" });
    },
    of: "relay →",
    level: "warn",
    says: /ECONNREFUSED.*seen from here/,
  },
  ...([404, 500, 302, 418] as const).map((status): Fault => ({
    check: "endpoint-refuses",
    when: `it answers ${status}`,
    breaks: (world) => sendElsewhere(world, status),
    of: "relay-webhook",
    level: "fail",
    says: new RegExp(`answers ${status}`),
  })),
  {
    check: "endpoint-refuses",
    when: "Airkit accepts whatever comes, because it has no Routing Flow",
    breaks: ({ sandbox }) => {
      for (const { id } of sandbox.airkitObjects("routing-flows")) sandbox.removeAirkitObject("routing-flows", id);
    },
    of: "relay →",
    level: "warn",
    says: /Airkit answers 200.*Routing Flow/,
  },
  {
    check: "secrets-agree",
    when: "the receiver has another secret",
    breaks: async (world) => {
      writeFileSync(world.secretFile, "another-signing-secret\n");
      await world.receiver.reloadSecrets();
    },
    level: "fail",
    says: /does not know the webhook's signing secret/,
  },
  {
    check: "secrets-agree",
    when: "the webhook sends to Airkit itself",
    breaks: (world) => {
      const relay = world.resources.find(({ name }) => name === "relay");
      world.edit("relay-webhook", { url: relay?.outputs.destinationUrl });
    },
    level: "skip",
    says: /documented nowhere/,
  },
  {
    check: "secrets-agree",
    when: "the endpoint is somebody else's",
    breaks: (world) => sendElsewhere(world, 401),
    level: "skip",
    says: /not a receiver of this package/,
  },
  {
    check: "receiver-ready",
    when: "its store cannot be written",
    breaks: async (world) => {
      const { url, arrivals } = await testDestination((response, { headers }) => {
        const unwell = headers["x-kustomer-webhook-event"] === undefined;
        response.writeHead(unwell ? 503 : 401, { "content-type": "application/json" });
        response.end(
          unwell
            ? '{"status":"unavailable","problem":"the store cannot be written"}'
            : '{"error":"The signature is missing or does not match."}',
        );
      });
      expect(arrivals).toEqual([]);
      world.edit("relay-webhook", { url });
    },
    level: "fail",
    says: /\/healthz answers 503: the store cannot be written/,
  },
  // The receiver.
  {
    check: "receiver-running",
    when: "it was stopped",
    breaks: (world) => world.receiver.stop(),
    level: "fail",
    says: /no receiver runs.*kustomer-relay receive/,
  },
  {
    check: "receiver-queue",
    when: "an event has waited for ten minutes",
    breaks: (world) => withWaiting(world, 10 * 60_000),
    level: "warn",
    says: /1 event waiting, the oldest for 10 min/,
  },
  {
    check: "receiver-queue",
    when: "an event has waited for two hours",
    breaks: (world) => withWaiting(world, 2 * 3_600_000),
    level: "fail",
    says: /1 event waiting, the oldest for 2 h/,
  },
  {
    check: "receiver-dead-letters",
    when: "Airkit refused an event for good",
    breaks: async (world) => {
      for (const { id } of world.sandbox.airkitObjects("routing-flows"))
        world.sandbox.editAirkitObject("routing-flows", id, { webhookSecretKey: "another" });
      const event = someEvent(1, 400, world.webhook.token);
      expect((await post(world.webhook.url, event.body, { ...event.headers })).status).toBe(200);
      const dead = async (): Promise<boolean> =>
        (await world.receiver.admin.status()).destinations.some(({ deadLetters }) => deadLetters > 0);
      await until(dead, "the dead letter");
    },
    level: "fail",
    says: /1 dead letter of airkit.*replay or drop/,
  },
  {
    check: "receiver-room",
    when: "the store is almost full",
    breaks: (world) => {
      withStatus(world, { bytesUsed: 90, bytesAllowed: 100 });
    },
    level: "warn",
    says: /filled to 90 %/,
  },
  {
    check: "receiver-room",
    when: "the store is full",
    breaks: (world) => {
      withStatus(world, { bytesUsed: 100, bytesAllowed: 100 });
    },
    level: "fail",
    says: /events are refused/,
  },
  {
    check: "receiver-controls",
    when: "a relay is paused",
    breaks: async ({ receiver }) => {
      await receiver.admin.override("airkit", { do: "pause", by: "ana", reason: "moving" });
    },
    level: "warn",
    says: /airkit: paused by ana since .* \(moving\).*kustomer-relay resume --relay NAME/,
  },
  // The receiver on AWS.
  {
    check: "hosted-controls",
    when: "a relay is limited",
    breaks: ({ queues }) => (queues.overrides.support = { maxPerSecond: { value: 5, by: "ben", since: 0 } }),
    level: "warn",
    says: /support: limited to 5 a second by ben .*resume --relay NAME --stack STACK/,
  },
  {
    check: "hosted-queue",
    when: "more waits than any burst leaves",
    breaks: ({ queues }) => (queues.counts.events = 1001),
    level: "warn",
    says: /1001 events waiting/,
  },
  {
    check: "hosted-dead-letters",
    when: "there are some",
    breaks: ({ queues }) => (queues.counts.dead = 2),
    level: "fail",
    says: /2 dead letters.*dead-letters list --stack.*replay/,
  },
  {
    check: "hosted-dead-letters",
    when: "AWS refuses",
    breaks: ({ environment }) => (environment.AWS_ACCESS_KEY_ID = "AKIDANOTHER"),
    level: "fail",
    says: /answered 403 AccessDenied.*sqs:GetQueueAttributes/,
  },
  {
    check: "hosted-dead-letters",
    when: "nobody here may ask AWS",
    breaks: ({ environment }) => delete environment.AWS_ACCESS_KEY_ID,
    level: "warn",
    says: /could not be asked.*aws sqs get-queue-attributes --region eu-west-1 .*\/dead$/,
  },
  // The secret file.
  {
    check: "secret-file",
    when: "it has another secret",
    breaks: ({ secretFile }) => {
      writeFileSync(secretFile, "another-signing-secret\n");
    },
    level: "fail",
    says: /does not begin with the signing secret that the state has/,
  },
  {
    check: "secret-file",
    when: "others may read it",
    breaks: ({ secretFile }) => {
      chmodSync(secretFile, 0o644);
    },
    level: "warn",
    says: /others may read.*chmod o-rwx/,
  },
  {
    check: "secret-file",
    when: "it is another machine's",
    breaks: ({ secretFile }) => {
      rmSync(secretFile);
    },
    level: "skip",
    says: /not on this machine/,
  },
  // Airkit.
  {
    check: "airkit-steps",
    when: "a person has something left to do",
    breaks: (world) => {
      const done = "pulumi config set --path 'airkit:applied.relay' r1";
      world.edit("relay-routing-flow", {
        status: "pending",
        steps: [{ title: "Create the Routing Flow", consolePath: "Console > Routing Flows", fields: [], done }],
      });
    },
    level: "warn",
    says: /left to a person: Create the Routing Flow.*pulumi config set/,
  },
  {
    check: "airkit-object",
    when: "somebody deleted it",
    breaks: ({ sandbox }) => {
      for (const { id } of sandbox.airkitObjects("routing-flows")) sandbox.removeAirkitObject("routing-flows", id);
    },
    level: "fail",
    says: /no longer exists in Airkit/,
  },
  {
    check: "airkit-object",
    when: "somebody changed it",
    breaks: ({ sandbox }) => {
      for (const { id } of sandbox.airkitObjects("routing-flows"))
        sandbox.editAirkitObject("routing-flows", id, { name: "renamed" });
    },
    level: "fail",
    says: /differs in name/,
  },
  {
    check: "routing-flow-secret",
    when: "no webhook has its secret any more",
    breaks: (world) => {
      world.edit("relay-routing-flow", { webhookSecretKey: "the-secret-before" });
    },
    level: "fail",
    says: /with which no webhook of this stack signs.*pulumi up/,
  },
];

/** In place of what the receiver tells: what it would tell of a store that takes long to fill. */
function withStatus(world: World, told: Record<string, unknown>): void {
  const { admin } = world.receiver;
  const status = admin.status.bind(admin);
  admin.status = async () => ({ ...(await status()), ...told });
}

/** An event that was received so long ago, and cannot be delivered. */
async function withWaiting(world: World, ms: number): Promise<void> {
  await world.receiver.stop();
  const inbox = testInbox(world.store);
  await inbox.accept(arriving({ receivedAt: Date.now() - ms }));
  closeInbox(inbox);
  world.sandbox.fault({ on: { path: /receive-message/ }, times: 99, kind: "status", status: 500 });
  await world.restartReceiver();
}

test.each(FAULTS.map((fault) => [fault.check, fault.when, fault] as const))(
  "%s notices that %s, and says what to do",
  async (_, __, { check, breaks, level, says, of }) => {
    const world = await inOrder();
    await breaks(world);
    const result = await world.result(check, of);
    expect({ level: result.level, because: result.because }).toEqual({ level, because: undefined });
    expect(`${result.message} → ${result.next ?? ""}`).toMatch(says);
    expect(JSON.stringify(result)).not.toMatch(/verysecret/);
    expectNoSecret(world.sandbox, JSON.stringify(result));
  },
);

describe("what a doctor must not say", () => {
  test("that a secret is right which it cannot see: of Airkit's it says so, and how to enter it again", async () => {
    const world = await inOrder();
    expect(await world.result("routing-flow-secret")).toMatchObject({
      level: "skip",
      message: expect.stringMatching(/^not seen/),
      next: expect.stringMatching(/401.*pulumi up --replace 'urn:pulumi:.*relay-routing-flow'/),
    });
  });

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
    await world.receiver.reloadSecrets();
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

  test("that a webhook of another stack in the same organisation should be deleted", async () => {
    const world = await inOrder();
    world.sandbox.createWebhook({ name: "theirs", headers: marked("a-resource-of-theirs") });
    const { message, next = "" } = await world.result("orphans");
    expect(message).toContain('"theirs"');
    expect(next).toMatch(/^if another stack has it, all is well/);
    expect(next.replace(/Do not delete.*/, "")).not.toMatch(/delet/i);
  });

  test("that there is nothing, beside a check that names something: orphans and leftovers agree", async () => {
    const world = await inOrder();
    world.sandbox.createWebhook({ name: "double", url: world.webhook.url, headers: marked(MARK) });
    const said = await world.look("orphans", "leftovers");
    expect(said.map(({ check, level }) => [check, level])).toEqual([
      ["orphans", "ok"],
      ["leftovers", "warn"],
    ]);
    expect(said[0]?.message).toBe("no webhook here belongs to another stack");
  });

  test("that there are five places where kustomer:webhookLimit says otherwise", async () => {
    const world = await inOrder();
    world.config["kustomer:webhookLimit"] = "2";
    expect(await world.result("webhook-slots")).toMatchObject({
      message: "1 of 2 places for outbound webhooks are free",
    });
    world.config["kustomer:webhookLimit"] = "1";
    expect((await world.result("webhook-slots")).message).toMatch(/Kustomer allows 1: a rotation has no room/);
  });
});

describe("--fix of what carries the same owner mark", () => {
  const anHourAgo = newGeneration("", Date.now() - 3_600_000);
  const double = (world: World, generation: string, url = world.webhook.url, rotation = 0) =>
    world.sandbox.createWebhook({
      name: "double",
      url,
      headers: [ownerHeader({ mark: MARK, rotation, generation })],
    });

  test("removes what one of the stack's own runs left, which the state has on record", async () => {
    const world = await inOrder();
    const generation = newGeneration();
    world.edit("relay-webhook", { postedGenerations: [generation] });
    const { id } = double(world, generation);
    const { fix, next } = await world.result("leftovers");
    expect(next).toMatch(/--fix, or `pulumi up`/);
    await fix?.apply();
    expect(world.sandbox.webhooks().map((one) => one.id)).not.toContain(id);
    expect(fix?.done).toContain(id);
    expect((await world.result("leftovers")).level).toBe("ok");
  });

  test("removes an old one with the same URL, which whoever held it would have taken over", async () => {
    const world = await inOrder();
    const { id } = double(world, anHourAgo);
    const { fix, next } = await world.result("leftovers");
    expect(next).toMatch(/^if no stack in another folder or backend has it, run the doctor with --fix/);
    await fix?.apply();
    expect(world.sandbox.webhooks().map((one) => one.id)).not.toContain(id);
  });

  test("leaves alone, and only names, what a run may still be making, what sends elsewhere, or is of another rotation", async () => {
    for (const [generation, url, rotation] of [
      [newGeneration(), undefined, 0],
      [anHourAgo, "https://example.com/of-another-stack", 0],
      [anHourAgo, undefined, 1],
    ] as const) {
      const world = await inOrder();
      double(world, generation, url, rotation);
      const { level, message, fix } = await world.result("leftovers");
      expect({ level, fix }).toEqual({ level: "warn", fix: undefined });
      expect(message).toMatch(/perhaps of another stack of the same project and name: "double"/);
    }
  });

  test("leaves alone one that somebody claimed between looking and fixing", async () => {
    const world = await inOrder();
    const { id } = double(world, anHourAgo);
    const { fix } = await world.result("leftovers");
    world.sandbox.editWebhook(id, { headers: marked(MARK) });
    await expect(fix?.apply()).rejects.toThrow(/was claimed by a run meanwhile/);
    expect(world.sandbox.webhooks().map((one) => one.id)).toContain(id);
  });

  test("is not needed to hear that a stack in another folder has taken the webhook over", async () => {
    const world = await inOrder();
    world.sandbox.editWebhook(world.webhook.id, { headers: marked(MARK) });
    world.edit("relay-webhook", { generation: anHourAgo, postedGenerations: [anHourAgo] });
    expect(await world.result("webhook-mark")).toMatchObject({
      level: "warn",
      message: expect.stringMatching(
        /^taken over by a stack of the same project and name, in another folder or backend/,
      ),
    });
  });
});

describe("events that Kustomer gave up", () => {
  const log = (...attempts: object[]) => attempts.map((attributes) => transactionData.parse({ attributes }));
  const at = Date.now() - 60_000;
  const healthy = () => Promise.resolve({ trouble: undefined, isCertain: true });

  test("are counted where its log tells by an empty next retry", async () => {
    const attempts = log(
      { sentAt: at, status: "503", nextRetry: null },
      { sentAt: at - 1, status: "503", nextRetry: null },
      { sentAt: at - 2, status: "503", nextRetry: new Date(at).toISOString() },
    );
    expect((await judgeDeliveries(attempts, healthy)).message).toMatch(
      /Kustomer gave up 2 events, lost unless sent again/,
    );
  });

  test("are not guessed where its log has no next retry at all", async () => {
    const { message } = await judgeDeliveries(log({ sentAt: at, status: "503" }), healthy);
    expect(message).not.toMatch(/gave up/);
  });

  test("are no riddle where Kustomer got 401: the endpoint has another signing secret", async () => {
    const uncertain = () => Promise.resolve({ trouble: undefined, isCertain: false });
    expect(await judgeDeliveries(log({ sentAt: at, status: "401" }), uncertain)).toMatchObject({
      level: "fail",
      message: expect.stringMatching(/the endpoint refuses what Kustomer signs/),
      next: expect.stringMatching(/another signing secret/),
    });
  });

  test("leave a failure, and later a warning, where neither the log nor a probe tells what was wrong", async () => {
    const uncertain = () => Promise.resolve({ trouble: undefined, isCertain: false });
    const anHourAgo = Date.now() - 3_600_000;
    expect(await judgeDeliveries(log({ sentAt: at, status: "failed" }), uncertain)).toMatchObject({
      level: "fail",
      next: expect.stringMatching(/if the next event fails too, the endpoint has another signing secret/),
    });
    expect(await judgeDeliveries(log({ sentAt: anHourAgo, status: "failed" }), uncertain)).toMatchObject({
      level: "warn",
    });
    expect(await judgeDeliveries(log({ sentAt: at, status: "503" }), uncertain)).toMatchObject({ level: "ok" });
  });
});

test("every check is seen to notice something", () => {
  const noticed = new Set(FAULTS.filter(({ level }) => level !== "skip").map(({ check }) => check));
  expect(CHECKS.map(({ name }) => name).filter((name) => !noticed.has(name))).toEqual(["endpoint-certificate"]);
});

test("the AWS CLI is asked for the credentials that are not in the environment", async () => {
  const world = await inOrder();
  const cli = path.join(world.folder, "aws");
  const answer = { Version: 1, AccessKeyId: "AKIDEXAMPLE", SecretAccessKey: "a-secret-of-aws", SessionToken: "t" };
  writeFileSync(
    cli,
    `#!/bin/sh\n[ "$*" = "configure export-credentials --format process" ] && echo '${JSON.stringify(answer)}'\n`,
  );
  chmodSync(cli, 0o755);
  world.environment = { AWS_ENDPOINT_URL_SQS: world.queues.url, PATH: `${world.folder}:/usr/bin:/bin` };
  expect(await world.result("hosted-queue")).toMatchObject({
    level: "ok",
    message: "0 events waiting or being delivered",
  });
});

describe("the certificate of an endpoint", () => {
  const lookAt = async (world: World, url: string): Promise<Result> => {
    world.edit("relay-webhook", { url });
    return world.result("endpoint-certificate");
  };

  test("that nobody here trusts fails", async () => {
    const server = await httpsServer("localhost.pem");
    expect(await lookAt(await inOrder(), server.url)).toMatchObject({
      level: "fail",
      message: expect.stringMatching(/not accepted: \w*(VERIFY|SIGNED|ISSUER)/),
    });
    await server.close();
  });

  test("is ok when it is trusted and good for long, and fails when it has expired", async () => {
    const trusted = tls.getCACertificates("default");
    tls.setDefaultCACertificates([...trusted, readFileSync(AUTHORITY, "utf8")]);
    try {
      const [good, expired] = [await httpsServer("localhost.pem"), await httpsServer("expired.pem")];
      const world = await inOrder();
      expect(await lookAt(world, good.url)).toMatchObject({
        level: "ok",
        message: expect.stringMatching(/valid for \d{4} days/),
      });
      expect(await lookAt(world, expired.url)).toMatchObject({
        level: "fail",
        message: expect.stringMatching(/CERT_HAS_EXPIRED/),
      });
      await good.close();
      await expired.close();
    } finally {
      tls.setDefaultCACertificates(trusted);
    }
  });
});
