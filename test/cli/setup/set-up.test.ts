import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, expect, test } from "@jest/globals";
import { routingFlow } from "../../../providers/airkit/routing-flow";
import { connectToAirkit } from "../../../providers/airkit/connection";
import { newRun } from "../../../providers/lifecycle/run";
import { settingsFrom } from "../../../providers/lifecycle/settings";
import { StackSetup, problemWith } from "../../../cli/setup/set-up";
import type { State, StateResource } from "../../../cli/doctor/state";
import { checked } from "../../providers/kustomer/support";
import { temporaryFolder } from "../../receiver/support/temporary-folder";

const ACCOUNT = "11111111-1111-4111-8111-111111111111";
const RESOURCE = "22222222-2222-4222-8222-222222222222";
const HUB = "33333333-3333-4333-8333-333333333333";
const SECRET = "a-signing-secret-of-the-webhook";

const folder = temporaryFolder();
const setup = (): StackSetup => new StackSetup({ cwd: ".", stack: "dev", timeoutMs: 1000 }, {});
const nothing: State = { resources: [], pendingOperations: [] };
const connection = { "kustomer:org": "acme", "kustomer:apiKey": "a-management-key" };
const relays = (relay: object): Record<string, string> => ({
  ...connection,
  "kustomer-relay:relays": JSON.stringify([{ name: "support", ...relay }]),
});

function resource(type: string, name: string, outputs: Record<string, unknown>, parent = ""): StateResource {
  const urn = `urn:pulumi:dev::relays::${type}::${name}`;
  const rest = { id: "1", inputs: {}, provider: "", dependsOn: {}, pendingDelete: false, initErrors: [] };
  return { urn, type, name, outputs, parent, ...rest };
}

/** A relay as `up` leaves it with an operator: its Routing Flow is still to be made. */
async function afterUp(status: string): Promise<{ state: State; revision: string }> {
  const driver = connectToAirkit(
    settingsFrom(() => undefined, {}),
    newRun({ show: () => undefined }),
  );
  const inputs = checked(routingFlow, {
    name: "support-routing-flow",
    resourceName: "support-routing-flow",
    driver: "operator",
    hubId: HUB,
    datasourceId: ACCOUNT,
    webhookSecretKey: SECRET,
    mark: "a-mark",
  });
  const { outputs } = await routingFlow.create(driver, inputs as never);
  const relay = resource("kustomer-relay:index:KustomerRelay", "support", { status });
  const flow = resource("pulumi-nodejs:airkit:RoutingFlow", "support-routing-flow", { ...outputs }, relay.urn);
  return { state: { resources: [relay, flow], pendingOperations: [] }, revision: outputs.revision };
}

test("an empty stack begins with a relay to declare, Airkit's host, and what reaches Kustomer", () => {
  const { steps, next } = setup().lookAt(nothing, {});
  expect(next).toBe("step");
  expect(steps.map(({ id, takes }) => [id, takes.kind, takes.suggestion])).toEqual([
    ["kustomer-relay:relays[0].name", "text", "support"],
    ["kustomer-relay:relays[0].airkit.apiHostname", "text", "api.airkit.com"],
    ["kustomer:org", "text", undefined],
    ["kustomer:apiKey", "secret", undefined],
  ]);
  // With its name alone, a relay still has to be told where Airkit is.
  expect(setup().lookAt(nothing, relays({})).steps[0]?.id).toBe("kustomer-relay:relays[0].airkit.apiHostname");
});

test("what is missing comes in the guide's order, each with its page, its fields, and where it is recorded", () => {
  const { steps, relays: told } = setup().lookAt(nothing, relays({ airkit: {} }));
  expect(told).toEqual([{ name: "support", status: "not deployed" }]);
  expect(steps.map(({ id, title, page }) => [id.split("[0].")[1], title, page.split(" > ").at(-1)])).toEqual([
    ["kustomer.apiKey.token", 'Make the API key "support-api-key"', "Add API Key"],
    ["airkit.account.accountId", 'Make the connected account "support-account"', "Create new connected account"],
    ["airkit.resource.resourceId", 'Make the Resource "support-resource"', expect.any(String)],
    ["airkit.hub.id", 'Make the Conversation Hub "support-hub"', "+ Create Hub"],
  ]);
  expect(steps[1]?.fields).toContainEqual({ label: "API key", secret: true });
  expect(steps[1]?.command).toBe("pulumi config set --path 'kustomer-relay:relays[0].airkit.account.accountId' <UUID>");
});

test("it goes on where it was left: what is recorded is no step any more, and later forms name it", () => {
  const airkit = { account: { accountId: ACCOUNT } };
  const { steps } = setup().lookAt(nothing, relays({ kustomer: { apiKey: { token: "t" } }, airkit }));
  expect(steps.map(({ title }) => title)).toEqual([
    'Make the Resource "support-resource"',
    'Make the Conversation Hub "support-hub"',
  ]);
  expect(steps[0]?.fields).toContainEqual({ label: "Datasource", value: ACCOUNT });
  const all = { ...airkit, resource: { resourceId: RESOURCE }, hub: { id: HUB } };
  const last = setup().lookAt(nothing, relays({ kustomer: { apiKey: { token: "t" } }, airkit: all }));
  expect(last).toMatchObject({ steps: [], next: "up" });
});

test("a step that up has left is recorded by its revision, and then up is next", async () => {
  const { state, revision } = await afterUp("pending");
  const config = relays({
    kustomer: { apiKey: { token: "t" } },
    airkit: { account: { id: ACCOUNT }, resource: { id: RESOURCE }, hub: { id: HUB } },
  });
  const before = setup().lookAt(state, config);
  expect(before).toMatchObject({ next: "step", relays: [{ name: "support", status: "pending" }] });
  expect(before.steps).toMatchObject([
    {
      id: "airkit:applied.support-routing-flow",
      relay: "support",
      takes: { kind: "done" },
      command: `pulumi config set --path 'airkit:applied.support-routing-flow' ${revision}`,
    },
  ]);
  const recorded = { ...config, "airkit:applied": JSON.stringify({ "support-routing-flow": revision }) };
  expect(setup().lookAt(state, recorded)).toMatchObject({ steps: [], next: "up" });
  const another = { ...config, "airkit:applied": JSON.stringify({ "support-routing-flow": "r-of-before" }) };
  expect(setup().lookAt(state, another)).toMatchObject({ next: "step" });
});

test("a secret is given to who asks for it, and is no part of any step", async () => {
  const { state } = await afterUp("pending");
  const stack = setup();
  const { steps } = stack.lookAt(state, relays({ airkit: {}, kustomer: { apiKey: { token: "the-token" } } }));
  expect(JSON.stringify(steps)).not.toMatch(/the-token|a-signing-secret/);
  const [account] = steps;
  const flow = steps.at(-1);
  expect(stack.secretOf(account?.id ?? "", "API key")).toBe("the-token");
  expect(stack.secretOf(flow?.id ?? "", "Webhook secret key")).toBe(SECRET);
  expect(() => stack.secretOf(flow?.id ?? "", "Name")).toThrow("not known yet");
  expect(() => stack.secretOf("kustomer:org", "API key")).toThrow("no longer open");
});

test("a UUID is taken as such or as the address of its page, and anything else is refused in words", () => {
  const [, step] = setup().lookAt(nothing, relays({ airkit: {} })).steps;
  if (step === undefined) throw new Error("no step");
  for (const good of [ACCOUNT, `https://app.airkit.com/accounts/${ACCOUNT}?tab=1`, `  ${ACCOUNT.toUpperCase()} `])
    expect(problemWith(step, good)).toBeUndefined();
  for (const bad of ["", "support-account", "https://app.airkit.com/accounts"])
    expect(problemWith(step, bad)).toContain("the UUID of the object, or the whole address of its page");
});

test("a mistake in stack config is told, and relays of a program of one's own are not asked for in it", async () => {
  expect(setup().lookAt(nothing, relays({ airkit: { hubb: {} } })).trouble).toContain("hubb: no such setting");
  const { state } = await afterUp("active");
  const { steps, relays: told } = setup().lookAt(state, connection);
  expect(told).toEqual([{ name: "support", status: "active" }]);
  expect(steps.map(({ id }) => id)).toEqual(["airkit:applied.support-routing-flow"]);
});

test("a program in another language records where its plugin looks, and says itself what is missing before its first up", async () => {
  writeFileSync(path.join(folder, "Pulumi.yaml"), "name: relays\nruntime:\n  name: python\n");
  const stack = (): StackSetup => new StackSetup({ cwd: folder, stack: "dev", timeoutMs: 1000 }, {});
  expect(stack().lookAt(nothing, {})).toEqual({ steps: [], next: "up", relays: [] });

  const { state, revision } = await afterUp("pending");
  const nested = (provider: string): State => ({
    ...state,
    resources: [
      resource("pulumi:providers:kustomer-relay", provider, {}),
      ...state.resources.map((one) =>
        one.type === "pulumi-nodejs:airkit:RoutingFlow"
          ? {
              ...one,
              type: "kustomer-relay:index:AirkitRoutingFlow",
              provider: `urn:pulumi:dev::relays::pulumi:providers:kustomer-relay::${provider}::1`,
            }
          : one,
      ),
    ],
  });
  const id = "kustomer-relay:airkit.applied.support-routing-flow";
  expect(stack().lookAt(nested("default_0_2_0"), {}).steps).toMatchObject([{ id, takes: { kind: "done" } }]);
  const recorded = { applied: { "support-routing-flow": revision } };
  const config = { "kustomer-relay:airkit": JSON.stringify(recorded) };
  expect(stack().lookAt(nested("default_0_2_0"), config)).toMatchObject({ steps: [], next: "up" });

  const own = stack();
  expect(own.lookAt(nested("eu"), config).steps).toMatchObject([{ id, takes: { kind: "program" } }]);
  await expect(own.record(id, "")).rejects.toThrow("its provider has its settings from the program");
});

const { PATH } = process.env;
afterEach(() => {
  process.env.PATH = PATH;
});

test("a relay may be called by a number: it is recorded as the text that it is", async () => {
  // Stands in for the Pulumi CLI, which would make a number of it.
  const log = path.join(folder, "log");
  writeFileSync(path.join(folder, "pulumi"), `#!/bin/sh\nprintf '%s\\n' "$*" > '${log}'\n`);
  chmodSync(path.join(folder, "pulumi"), 0o755);
  process.env.PATH = `${folder}:${PATH ?? ""}`;
  const steps = setup();
  steps.lookAt(nothing, {});
  for (const [name, flag] of [
    ["4711", "--type string"],
    ["true", "--type string"],
    ["support", "--plaintext"],
  ] as const) {
    await steps.record("kustomer-relay:relays[0].name", name);
    expect(readFileSync(log, "utf8")).toMatch(
      new RegExp(`^config set --path ${flag} .*-- kustomer-relay:relays\\[0\\].name ${name}\n$`),
    );
  }
});
