import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { KustomerRelay, type KustomerRelayArgs, RELAY_ROLES } from "../../index";
import { type AirkitKind, type AirkitObject, type Sandbox, startSandbox } from "../../sandbox";
import { airkitConfig, type Run, TestStack, failureOf, sandboxConfig } from "./support/test-stack";

const KINDS: AirkitKind[] = ["accounts", "resources", "hubs", "routing-flows"];

describe("a whole relay, its Airkit half made over the console API", () => {
  let sandbox: Sandbox;
  let stack: TestStack;
  let token: string;
  let webChat: string;
  let name = "support";
  let declared: Partial<KustomerRelayArgs> = {};
  const secrets = new Set<string>();

  const objects = (kind: AirkitKind): AirkitObject[] =>
    sandbox.airkitObjects(kind).filter((object) => object.name !== "Web Chat");
  const only = (kind: AirkitKind): AirkitObject => {
    const [object, ...others] = objects(kind);
    if (object === undefined || others.length > 0) throw new Error(`expected one of ${kind}`);
    return object;
  };
  /** What requests touched, in order: `POST accounts`. No deliveries, and reads only where they check the relay's own key. */
  const requests = (): string[] =>
    sandbox.requests
      .filter(({ path }) => !path.startsWith("/internal/"))
      .filter(({ method, path }) => method !== "GET" || path.endsWith("/auth/tokens/current"))
      .map(({ method, path }) => `${method} ${/\/v1\/([^/]+(?:\/tokens)?)/.exec(path)?.[1] ?? path}`);
  const changes = ({ steps }: Run): string[] =>
    steps.map(({ op, name, diffs }) => `${op} ${name}: ${diffs.join(",")}`).sort();
  const output = async (property: string): Promise<unknown> =>
    ((await stack.outputs()).relay?.value as Record<string, unknown>)[property];
  const noteSecrets = (): void => {
    for (const { token } of sandbox.webhooks()) secrets.add(token);
  };
  async function arriveVerified(): Promise<void> {
    const ids = [await sandbox.send("kustomer.message.create"), await sandbox.send("kustomer.conversation.update")];
    const arrived = sandbox.received().filter(({ eventId }) => ids.includes(eventId ?? ""));
    expect(arrived.map(({ verified, resourceId }) => [verified, resourceId])).toEqual([
      [true, only("resources").id],
      [true, only("resources").id],
    ]);
  }

  beforeAll(async () => {
    sandbox = await startSandbox();
    token = sandbox.createKey({ name: "support", roles: RELAY_ROLES }).token;
    const account = sandbox.createAirkitObject("accounts", {
      name: "Web Chat",
      integration: "Kustomer",
      apiKey: "none",
    });
    webChat = sandbox.createAirkitObject("resources", {
      name: "Web Chat",
      capabilities: ["MESSAGING_SEND_TEXT"],
      datasourceId: account.id,
    }).id;
    secrets.add(token).add(sandbox.airkitToken).add(sandbox.managementKey);
    const program = (): Promise<Record<string, unknown>> => {
      const relay = new KustomerRelay(
        name,
        {
          kustomer: { apiKey: { token }, webhook: { watchSeconds: 0 } },
          airkit: { apiHostname: sandbox.url, hub: { channelResourceIds: [webChat] } },
          ...declared,
        },
        { aliases: [{ name: "support" }] },
      );
      const { destinationUrl, signingSecret, kustomerApiKey, operatorSteps, status } = relay;
      return Promise.resolve({
        relay: { destinationUrl, operatorSteps, status, hubId: relay.hubId },
        signingSecret,
        kustomerApiKey,
      });
    };
    stack = await TestStack.of(program, {
      ...sandboxConfig(sandbox),
      ...airkitConfig(sandbox),
    });
  });

  afterAll(async () => {
    await sandbox.close();
    stack.remove();
  });

  test.each([
    ["refuses", 422, { errors: [{ field: "name", message: "is taken" }] }],
    ["breaks down", 500, {}],
  ])("that Airkit %s in the middle of leaves what was made in the state", async (_, status, body) => {
    sandbox.fault({ on: { method: "POST", path: /\/routing-flows$/ }, times: 20, kind: "status", status, body });
    expect(await failureOf(stack.up())).toContain(`answered ${status}`);
    noteSecrets();
    const made = (await stack.state()).map(({ urn }) => urn.slice(urn.lastIndexOf("::") + 2));
    expect(made).toEqual(
      expect.arrayContaining([
        "support-api-key",
        "support-account",
        "support-resource",
        "support-webhook",
        "support-hub",
      ]),
    );
    expect(made).not.toContain("support-routing-flow");
    expect(sandbox.webhooks()).toHaveLength(1);
    sandbox.clearFaults();
  });

  test("is cleaned up by destroy after such a failure", async () => {
    await stack.destroy();
    expect(sandbox.webhooks()).toEqual([]);
    for (const kind of KINDS) expect(objects(kind)).toEqual([]);
  });

  test("is made in the guide's order", async () => {
    sandbox.clearRequests();
    await stack.up();
    noteSecrets();
    const made = requests();
    expect(made.filter((request) => request !== "POST hubs")).toEqual([
      // What the management key may do, and what Airkit's may.
      "GET auth/tokens",
      "GET auth/tokens",
      "POST accounts",
      "POST resources",
      // A list without any webhook proves something only for a key that may list.
      "GET auth/tokens",
      "POST outbound-webhooks",
      "POST routing-flows",
    ]);
    expect(made.indexOf("POST hubs")).toBeLessThan(made.indexOf("POST routing-flows"));
    expect(only("accounts").apiKey).toBe(token);
    expect(only("routing-flows").webhookSecretKey).toBe(sandbox.webhooks()[0]?.token);
  });

  test("gives out where events go, keeps its secrets, and has nothing left for a person to do", async () => {
    const outputs = await stack.outputs();
    expect(outputs.relay?.value).toEqual({
      destinationUrl: `${sandbox.url}/internal/sessions/v1/resource/kustomer/${only("resources").id}/receive-message`,
      operatorSteps: [],
      status: "active",
      hubId: only("hubs").id,
    });
    expect(outputs.signingSecret).toEqual({ value: sandbox.webhooks()[0]?.token, secret: true });
    expect(outputs.kustomerApiKey).toEqual({ value: token, secret: true });
  });

  test("carries events, which arrive with the right signature", arriveVerified);

  test("stays as it is: neither preview nor refresh finds a change", async () => {
    expect((await stack.preview({ expectNoChanges: true })).steps).toEqual([]);
    expect((await stack.refresh()).steps).toEqual([]);
  });

  test("shows exactly what somebody changed by hand on either side, says that it fails, and heals", async () => {
    sandbox.editAirkitObject("hubs", only("hubs").id, { maxWeightPerAgent: 1 });
    sandbox.editAirkitObject("routing-flows", only("routing-flows").id, { name: "renamed" });
    sandbox.editWebhook(sandbox.webhooks()[0]?.id ?? "", { enabled: false });
    const drifted = [
      "update support-hub: maxWeightPerAgent",
      "update support-routing-flow: name",
      "update support-webhook: enabled",
    ];
    expect(changes(await stack.refresh())).toEqual(drifted);
    expect(changes(await stack.up())).toEqual(drifted);
    expect(await output("status")).toBe("active");
    await arriveVerified();
  });

  test("has another signing secret after a rotation, and no event arrives unverified on the way", async () => {
    const [former] = sandbox.webhooks();
    declared = { rotation: 1 };
    sandbox.clearRequests();
    const before = sandbox.received().length;
    const sending: Promise<string>[] = [];
    const customers = setInterval(() => sending.push(sandbox.send("kustomer.message.create")), 50);
    await stack.up();
    clearInterval(customers);
    await Promise.all(sending);
    noteSecrets();
    expect(requests()).toEqual([
      "GET auth/tokens",
      "POST outbound-webhooks",
      "PUT routing-flows",
      "DELETE outbound-webhooks",
    ]);
    expect(sandbox.webhooks()).toHaveLength(1);
    expect(sandbox.webhooks()[0]?.token).not.toBe(former?.token);
    const events = new Map<string, boolean>();
    for (const { eventId = "", verified } of sandbox.received().slice(before))
      events.set(eventId, verified || (events.get(eventId) ?? false));
    expect(events.size).toBe(sending.length);
    expect([...events.values()]).not.toContain(false);
    await arriveVerified();
  });

  test("may get another name without anything being made anew", async () => {
    const before = KINDS.map((kind) => only(kind).id).concat(sandbox.webhooks().map(({ id }) => id));
    name = "helpdesk";
    const run = await stack.up();
    expect(new Set(run.steps.map(({ op }) => op))).toEqual(new Set(["update"]));
    expect(KINDS.map((kind) => only(kind).id).concat(sandbox.webhooks().map(({ id }) => id))).toEqual(before);
  });

  test("keeps all its objects when an operator takes over, who names them, and when the console comes back", async () => {
    const ids = KINDS.map((kind) => only(kind).id);
    await stack.configure({ "airkit:driver": { value: "operator" } });
    const [accountId = "", resourceId = "", hubId = ""] = ids;
    const airkit = { account: { accountId }, resource: { resourceId }, hub: { hubId, channelResourceIds: [webChat] } };
    declared = { ...declared, airkit: { apiHostname: sandbox.url, ...airkit } };
    const taken = await stack.up();
    expect(new Set(taken.steps.map(({ op }) => op))).toEqual(new Set(["update"]));
    expect(await output("status")).toBe("active");
    await stack.configure({ "airkit:driver": { value: "console" } });
    await stack.up();
    expect(KINDS.map((kind) => only(kind).id)).toEqual(ids);
  });

  test("is gone after destroy, in the reverse order, and no secret was ever written in clear", async () => {
    sandbox.clearRequests();
    await stack.destroy();
    const gone = requests();
    expect(gone.filter((request) => request !== "DELETE hubs")).toEqual([
      "DELETE routing-flows",
      "DELETE outbound-webhooks",
      "DELETE resources",
      "DELETE accounts",
    ]);
    expect(gone.indexOf("DELETE hubs")).toBeGreaterThan(gone.indexOf("DELETE routing-flows"));
    for (const kind of KINDS) expect(objects(kind)).toEqual([]);
    expect(sandbox.webhooks()).toEqual([]);
    expect(sandbox.keys().map(({ name: key }) => key)).toContain("support");
    const everything = stack.everything();
    expect(everything).toContain("support-routing-flow");
    expect(secrets.size).toBeGreaterThanOrEqual(6);
    for (const secret of secrets) expect(everything).not.toContain(secret);
  });
});
