import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import {
  AirkitAccount,
  AirkitConversationHub,
  AirkitResource,
  AirkitRoutingFlow,
  type OperatorStep,
  operatorStepText,
} from "../../index";
import { type AirkitKind, type Sandbox, startSandbox } from "../../sandbox";
import { quietEngine } from "../../lab/quiet-engine";
import { engineEnv } from "../../toolbox/pulumi";
import { type Run, TestStack, failureOf } from "./support/test-stack";

const API_KEY = "a-kustomer-api-key-4711";
const SIGNING_SECRET = "a-signing-secret-0815";
const NEW_SIGNING_SECRET = "another-signing-secret-0816";
const UUID = /[0-9a-f]{8}-[0-9a-f-]{27}/;

/** A name that both a shell and Pulumi's property paths would take apart. */
const FLOW = "support's flow [eu.1]";

describe("the Airkit objects, made by an operator", () => {
  let sandbox: Sandbox;
  let stack: TestStack;
  let ids: { account?: string; resource?: string; hub?: string; flow?: string } = {};
  let declared = { weight: 5, secret: SIGNING_SECRET, flowName: "Support" };

  const steps = async (): Promise<OperatorStep[]> => (await stack.outputs()).steps?.value as OperatorStep[];
  const statuses = async (): Promise<unknown> => (await stack.outputs()).statuses?.value;
  const changes = (run: Run): string[] =>
    run.steps.map(({ op, name, diffs }) => `${op} ${name}: ${diffs.join(",")}`).sort();

  /** What a person does with a printed command. */
  async function type(command: string): Promise<void> {
    const engine = await quietEngine();
    await promisify(execFile)("sh", ["-c", command], {
      cwd: stack.directory,
      env: {
        ...engineEnv(engine),
        PULUMI_BACKEND_URL: `file://${stack.directory}`,
        PULUMI_CONFIG_PASSPHRASE: "a passphrase for tests",
      },
    });
  }

  beforeAll(async () => {
    sandbox = await startSandbox();
    // What a person made in the console.
    const account = sandbox.createAirkitObject("accounts", {
      name: "account",
      integration: "Kustomer",
      apiKey: API_KEY,
    }).id;
    const resource = sandbox.createAirkitObject("resources", {
      name: "resource",
      capabilities: ["MESSAGING_SEND_TEXT"],
      datasourceId: account,
    }).id;
    const hub = sandbox.createAirkitObject("hubs", {
      name: "hub",
      channelResourceIds: [resource],
      agentTimeoutSeconds: 900,
      maxWeightPerAgent: 5,
      reassignWhenOffline: true,
    }).id;
    ids = { account, resource, hub };
    const program = (): Promise<Record<string, unknown>> => {
      const account = new AirkitAccount("account", { apiKey: API_KEY, accountId: ids.account });
      const resource = new AirkitResource("resource", { datasourceId: account.accountId, resourceId: ids.resource });
      const hub = new AirkitConversationHub("hub", {
        channelResourceIds: [sandbox.airkitObjects("resources")[0]?.id ?? ""],
        maxWeightPerAgent: declared.weight,
        hubId: ids.hub,
      });
      const flow = new AirkitRoutingFlow(FLOW, {
        name: declared.flowName,
        hubId: hub.hubId,
        datasourceId: account.accountId,
        webhookSecretKey: declared.secret,
        routingFlowId: ids.flow,
      });
      return Promise.resolve({
        signingSecret: flow.webhookSecretKey,
        resourceId: resource.resourceId,
        routingFlowId: flow.routingFlowId,
        statuses: [account.status, resource.status, hub.status, flow.status],
        pendingFields: flow.pendingFields,
        steps: flow.steps.apply((flowSteps) => hub.steps.apply((hubSteps) => [...hubSteps, ...flowSteps])),
      });
    };
    stack = await TestStack.of(program);
  });

  afterAll(async () => {
    await sandbox.close();
    stack.remove();
  });

  const missing: [keyof typeof ids, string[]][] = [
    [
      "account",
      [
        "accountId: Airkit offers no API that makes a connected account.",
        "Console > Integrations > Connected Accounts > Create new connected account",
        "Account Name: account\n",
        "Integration: Kustomer\n",
        "API key: (secret) shown by: pulumi stack output kustomerApiKey --show-secrets\n",
        'set `accountId: "<UUID>"` on AirkitAccount "account"',
      ],
    ],
    [
      "resource",
      [
        "resourceId: Airkit offers no API that makes a Resource.",
        "Console > Resources > All Resources > + Create Resource",
        "Resource Name: resource\n",
        "Capabilities: Send Text Message\n",
        "Datasource: ",
        'set `resourceId: "<UUID>"` on AirkitResource "resource"',
      ],
    ],
    [
      "hub",
      [
        "hubId: Airkit offers no API that makes a Conversation Hub.",
        "Console > Conversations > Hubs > + Create Hub",
        "Channel Resources: ",
        "Agent Timeout: 900\n",
        "Max weight per agent: 5\n",
        "Re-assign conversations when offline: true\n",
        'set `hubId: "<UUID>"` on AirkitConversationHub "hub"',
      ],
    ],
  ];
  test.each(missing)(
    "of which the %s must be made first ask for it at preview, with the page, every field, and the argument to set",
    async (kind, sentences) => {
      const given = ids;
      ids = { ...ids, [kind]: undefined };
      const said = await failureOf(stack.preview());
      ids = given;
      for (const sentence of sentences) expect(said).toContain(sentence);
    },
  );

  test("are applied once their UUIDs are given, while the routing flow is pending and the up succeeds", async () => {
    const { account = "", hub = "" } = ids;
    const { output } = await stack.up();
    expect(await statuses()).toEqual(["applied", "applied", "applied", "pending"]);
    expect(await steps()).toEqual([
      {
        title: 'Create the Routing Flow "Support"',
        consolePath: "Console > Conversations > Routing Flows > Create New",
        fields: [
          { label: "Name", value: "Support" },
          { label: "Conversation Hub", value: hub },
          { label: "Type", value: "Relay" },
          { label: "Relay Settings > Relay Type", value: "Kustomer" },
          { label: "Webhook secret key", command: "pulumi stack output signingSecret --show-secrets" },
          { label: "Datasource id", value: account },
        ],
        done: expect.stringMatching(/^pulumi config set --path 'airkit:applied.*' r[0-9a-f]{12}$/),
      },
    ]);
    for (const step of await steps())
      for (const line of operatorStepText(step).split("\n")) expect(output).toContain(line);
    expect((await stack.resource(FLOW)).id).toMatch(/^pending-/);
    expect((await stack.preview({ expectNoChanges: true })).steps).toEqual([]);
    expect((await stack.refresh()).steps).toEqual([]);
  });

  test("are applied when the printed command has been run, whatever characters the name has", async () => {
    for (const { done } of await steps()) await type(done);
    expect(changes(await stack.up())).toEqual([`update ${FLOW}: appliedRevision`]);
    expect(await statuses()).toEqual(["applied", "applied", "applied", "applied"]);
    expect(await steps()).toEqual([]);
  });

  test("are pending again after a change, with just the fields that changed, until that is recorded too", async () => {
    declared = { weight: 2, secret: NEW_SIGNING_SECRET, flowName: "Support" };
    expect(changes(await stack.up())).toEqual(["update hub: maxWeightPerAgent", `update ${FLOW}: webhookSecretKey`]);
    expect(await statuses()).toEqual(["applied", "applied", "pending", "pending"]);
    expect((await stack.outputs()).pendingFields?.value).toEqual(["webhookSecretKey"]);
    expect((await steps()).map(({ title, consolePath, fields }) => ({ title, consolePath, fields }))).toEqual([
      {
        title: `Change the Conversation Hub "hub" (${ids.hub ?? ""})`,
        consolePath: "Console > Conversations > Hubs > hub",
        fields: [{ label: "Max weight per agent", value: "2" }],
      },
      {
        title: 'Change the Routing Flow "Support"',
        consolePath: "Console > Conversations > Routing Flows > Support",
        fields: [{ label: "Webhook secret key", command: "pulumi stack output signingSecret --show-secrets" }],
      },
    ]);
    for (const { done } of await steps()) await type(done);
    await stack.up();
    expect(await statuses()).toEqual(["applied", "applied", "applied", "applied"]);
  });

  test("keep their ids when the stack changes to the console driver, which takes over what the operator made", async () => {
    const flow = sandbox.createAirkitObject("routing-flows", {
      name: "Support",
      hubId: ids.hub,
      type: "Relay",
      relayType: "Kustomer",
      webhookSecretKey: SIGNING_SECRET,
      datasourceId: ids.account,
    }).id;
    const before = await stack.outputs();
    // Whatever else the config holds, such as what the operator recorded, stays.
    await type(
      `pulumi config set airkit:driver console && pulumi config set airkit:baseUrl ${sandbox.airkitConsoleUrl}`,
    );
    await type(`pulumi config set --secret airkit:token ${sandbox.airkitToken}`);
    const run = await stack.up();
    expect(new Set(run.steps.map(({ op }) => op))).toEqual(new Set(["update"]));
    expect(await statuses()).toEqual(["applied", "applied", "applied", "applied"]);
    expect((await stack.outputs()).resourceId).toEqual(before.resourceId);
    expect((await stack.outputs()).routingFlowId?.value).toBe(flow);
    expect(sandbox.airkitObjects("routing-flows")).toMatchObject([
      { id: flow, webhookSecretKey: NEW_SIGNING_SECRET, owner: expect.any(String) },
    ]);
    for (const kind of ["accounts", "resources", "hubs"] satisfies AirkitKind[])
      expect(sandbox.airkitObjects(kind)).toHaveLength(1);
    expect((await stack.refresh()).steps).toEqual([]);
  });

  test("keep their ids when it changes back, have nothing pending, and Airkit is not asked", async () => {
    const before = await stack.outputs();
    ids = {};
    await type("pulumi config set airkit:driver operator");
    sandbox.clearRequests();
    const run = await stack.up();
    expect(new Set(run.steps.map(({ op }) => op))).toEqual(new Set(["update"]));
    expect(await stack.outputs()).toEqual(before);
    expect(sandbox.requests).toEqual([]);
  });

  test("are named after destroy as what a person has to remove, and no secret was ever written in clear", async () => {
    const { output } = await stack.destroy();
    for (const page of [
      "Integrations > Connected Accounts > account",
      "Resources > All Resources > resource",
      "Conversations > Hubs > hub",
      "Conversations > Routing Flows > Support",
    ])
      expect(output).toContain(`Delete it by hand: Console > ${page}`);
    expect(output).toMatch(UUID);
    const everything = stack.everything();
    expect(everything).toContain("Connected Accounts");
    for (const secret of [API_KEY, SIGNING_SECRET, NEW_SIGNING_SECRET, sandbox.airkitToken])
      expect(everything).not.toContain(secret);
  });
});
