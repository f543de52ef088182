import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import {
  AirkitAccount,
  type AirkitAccountArgs,
  AirkitConversationHub,
  type AirkitConversationHubArgs,
  AirkitResource,
  type AirkitResourceArgs,
  AirkitRoutingFlow,
  type AirkitRoutingFlowArgs,
} from "../../index";
import { type AirkitKind, type AirkitObject, type Sandbox, startSandbox } from "../../sandbox";
import { airkitConfig, type Run, TestStack, failureOf } from "./support/test-stack";

const API_KEY = "a-kustomer-api-key-4711";
const NEW_API_KEY = "another-kustomer-api-key-4712";
const SIGNING_SECRET = "a-signing-secret-0815";
const NEW_SIGNING_SECRET = "another-signing-secret-0816";

interface Declared {
  account: Partial<AirkitAccountArgs>;
  resource: Partial<AirkitResourceArgs>;
  hub: Partial<AirkitConversationHubArgs>;
  flow: Partial<AirkitRoutingFlowArgs>;
  /** A change of it replaces the routing flow. */
  trigger: string;
}

describe("the Airkit objects, made over the console API", () => {
  let sandbox: Sandbox;
  let stack: TestStack;
  let declared: Declared = { account: {}, resource: {}, hub: {}, flow: {}, trigger: "first" };

  const only = (kind: AirkitKind): AirkitObject => {
    const [object, ...others] = sandbox.airkitObjects(kind);
    if (object === undefined || others.length > 0) throw new Error(`expected one of ${kind}`);
    return object;
  };
  const writes = (): string[] =>
    sandbox.requests
      .filter(({ method }) => method !== "GET")
      .map(({ method, path }) => `${method} ${path.split("/")[3] ?? ""}`);
  const changes = ({ steps }: Run): string[] =>
    steps
      .map(
        ({ op, name, diffs }) => `${op} ${name}: ${[...new Set(diffs.map((diff) => diff.split(/[.[]/)[0]))].join(",")}`,
      )
      .sort();

  beforeAll(async () => {
    sandbox = await startSandbox();
    const program = (): Promise<Record<string, unknown>> => {
      const account = new AirkitAccount("account", { apiKey: API_KEY, environment: "DEV", ...declared.account });
      const resource = new AirkitResource("resource", { datasourceId: account.accountId, ...declared.resource });
      const hub = new AirkitConversationHub("hub", { channelResourceIds: [resource.resourceId], ...declared.hub });
      const flow = new AirkitRoutingFlow(
        "flow",
        { hubId: hub.hubId, datasourceId: account.accountId, webhookSecretKey: SIGNING_SECRET, ...declared.flow },
        { replacementTrigger: declared.trigger },
      );
      return Promise.resolve({
        accountId: account.accountId,
        resourceId: resource.resourceId,
        hubId: hub.hubId,
        routingFlowId: flow.routingFlowId,
        status: flow.status,
        secretKey: flow.webhookSecretKey,
      });
    };
    stack = await TestStack.of(program, airkitConfig(sandbox));
  });

  afterAll(async () => {
    await sandbox.close();
    stack.remove();
  });

  test("are created in the guide's order with what was declared, and the secrets are secret outputs", async () => {
    await stack.up();
    expect(writes()).toEqual(["POST accounts", "POST resources", "POST hubs", "POST routing-flows"]);
    expect(only("accounts")).toMatchObject({
      name: "account",
      integration: "Kustomer",
      environment: "DEV",
      apiKey: API_KEY,
    });
    expect(only("resources")).toMatchObject({
      name: "resource",
      capabilities: ["MESSAGING_SEND_TEXT"],
      datasourceId: only("accounts").id,
    });
    expect(only("hubs")).toMatchObject({
      name: "hub",
      channelResourceIds: [only("resources").id],
      agentTimeoutSeconds: 900,
      maxWeightPerAgent: 5,
      reassignWhenOffline: true,
    });
    expect(only("routing-flows")).toMatchObject({
      name: "flow",
      hubId: only("hubs").id,
      type: "Relay",
      relayType: "Kustomer",
      webhookSecretKey: SIGNING_SECRET,
      datasourceId: only("accounts").id,
    });
    expect(await stack.outputs()).toEqual({
      accountId: { value: only("accounts").id, secret: false },
      resourceId: { value: only("resources").id, secret: false },
      hubId: { value: only("hubs").id, secret: false },
      routingFlowId: { value: only("routing-flows").id, secret: false },
      status: { value: "applied", secret: false },
      secretKey: { value: SIGNING_SECRET, secret: true },
    });
  });

  test("stay as they are: neither preview nor refresh finds a change, and nothing is written", async () => {
    sandbox.clearRequests();
    expect((await stack.preview({ expectNoChanges: true })).steps).toEqual([]);
    expect((await stack.refresh()).steps).toEqual([]);
    expect(writes()).toEqual([]);
  });

  test("are healed by the next up when somebody changed any field by hand, and refresh names just those fields", async () => {
    const drifts: [AirkitKind, Record<string, unknown>][] = [
      ["accounts", { name: "renamed", environment: "PROD" }],
      [
        "resources",
        {
          name: "renamed",
          capabilities: ["VOICE_SAY"],
          datasourceId: "00000000-0000-0000-0000-000000000000",
          remoteId: "+1555",
        },
      ],
      [
        "hubs",
        {
          name: "renamed",
          channelResourceIds: ["00000000-0000-0000-0000-000000000000"],
          agentTimeoutSeconds: 60,
          maxWeightPerAgent: 1,
          reassignWhenOffline: false,
        },
      ],
      [
        "routing-flows",
        {
          name: "renamed",
          hubId: "00000000-0000-0000-0000-000000000000",
          datasourceId: "00000000-0000-0000-0000-000000000000",
        },
      ],
    ];
    const before = drifts.map(([kind]) => only(kind));
    for (const [kind, patch] of drifts) sandbox.editAirkitObject(kind, only(kind).id, patch);
    const drifted = [
      "update account: environment,name",
      "update flow: datasourceId,hubId,name",
      "update hub: agentTimeoutSeconds,channelResourceIds,maxWeightPerAgent,name,reassignWhenOffline",
      "update resource: capabilities,datasourceId,name,remoteId",
    ];
    expect(changes(await stack.refresh())).toEqual(drifted);
    expect(changes(await stack.up())).toEqual(drifted);
    const withoutTime = ({ updatedAt: _, ...object }: AirkitObject): Record<string, unknown> => object;
    expect(drifts.map(([kind]) => withoutTime(only(kind)))).toEqual(before.map(withoutTime));
  });

  test("are replaced, and what needs them is updated, when somebody changed what makes another object of them", async () => {
    const former = [only("accounts").id, only("routing-flows").id];
    sandbox.editAirkitObject("accounts", only("accounts").id, { integration: "Salesforce" });
    sandbox.editAirkitObject("routing-flows", only("routing-flows").id, { type: "Bot", relayType: "Salesforce" });
    expect(changes(await stack.refresh())).toEqual(["update account: integration", "update flow: relayType,type"]);
    await stack.up();
    expect(former).not.toContain(only("accounts").id);
    expect(former).not.toContain(only("routing-flows").id);
    expect(only("resources").datasourceId).toBe(only("accounts").id);
    expect(only("routing-flows")).toMatchObject({
      type: "Relay",
      relayType: "Kustomer",
      datasourceId: only("accounts").id,
    });
  });

  test("are changed in place by any field that updates", async () => {
    const ids = [only("accounts").id, only("resources").id, only("hubs").id, only("routing-flows").id];
    declared = {
      ...declared,
      account: { name: "Kustomer EU", environment: "PROD", apiKey: NEW_API_KEY },
      resource: { name: "Relay EU", capabilities: ["VOICE_SAY", "MESSAGING_SEND_TEXT"], remoteId: "r-1" },
      hub: { name: "Hub EU", agentTimeoutSeconds: 60, maxWeightPerAgent: 2, reassignWhenOffline: false },
      flow: { name: "Flow EU", webhookSecretKey: NEW_SIGNING_SECRET },
    };
    expect(changes(await stack.up())).toEqual([
      "update account: apiKey,environment,name",
      "update flow: name,webhookSecretKey",
      "update hub: agentTimeoutSeconds,maxWeightPerAgent,name,reassignWhenOffline",
      "update resource: capabilities,name,remoteId",
    ]);
    expect([only("accounts").id, only("resources").id, only("hubs").id, only("routing-flows").id]).toEqual(ids);
    expect(only("accounts")).toMatchObject(declared.account);
    expect(only("resources")).toMatchObject({
      name: "Relay EU",
      capabilities: ["MESSAGING_SEND_TEXT", "VOICE_SAY"],
      remoteId: "r-1",
    });
    expect(only("hubs")).toMatchObject(declared.hub);
    expect(only("routing-flows")).toMatchObject(declared.flow);
  });

  test("are replaced by a field that cannot be changed: the new one first, then the old one goes", async () => {
    const former = only("routing-flows").id;
    declared.flow = { ...declared.flow, relayType: "Salesforce" };
    sandbox.clearRequests();
    expect((await stack.up()).steps.map(({ op }) => op)).toContain("create-replacement");
    expect(writes()).toEqual(["POST routing-flows", "DELETE routing-flows"]);
    expect(only("routing-flows").id).not.toBe(former);
    expect(only("routing-flows").relayType).toBe("Salesforce");
  });

  test("are replaced by replacementTrigger with nothing else changed, and just the old one is deleted", async () => {
    const former = only("routing-flows").id;
    declared.trigger = "second";
    await stack.up();
    expect(only("routing-flows").id).not.toBe(former);
    expect((await stack.outputs()).routingFlowId?.value).toBe(only("routing-flows").id);
  });

  test("are not made twice when the answer to a create is lost", async () => {
    declared.trigger = "third";
    sandbox.fault({ on: { method: "POST", path: /routing-flows/ }, kind: "drop-after" });
    await stack.up();
    only("routing-flows");
  });

  test("that a killed run made and no state knows are removed by the next up", async () => {
    const known = only("routing-flows");
    sandbox.removeAirkitObject("routing-flows", known.id);
    await stack.refresh();
    const { id: _, ...left } = known;
    sandbox.createAirkitObject("routing-flows", left);
    await stack.up();
    expect((await stack.outputs()).routingFlowId?.value).toBe(only("routing-flows").id);
  });

  test("that are in use are not deleted, and the error names what uses them", async () => {
    const flow = sandbox.createAirkitObject("routing-flows", {
      ...only("routing-flows"),
      name: "made by hand",
      owner: null,
    });
    const said = await failureOf(stack.destroy());
    expect(said).toMatch(
      /delete Conversation Hub "Hub EU" \([-0-9a-f]+\): the Airkit console API answered 409 \(request [-0-9a-f]+\): .*used by Routing Flow "made by hand"/,
    );
    expect(said).toContain(flow.id);
    sandbox.removeAirkitObject("routing-flows", flow.id);
  });

  test("are gone after destroy, in the reverse order, and no secret was ever written in clear", async () => {
    sandbox.clearRequests();
    await stack.destroy();
    expect(writes()).toEqual(["DELETE hubs", "DELETE resources", "DELETE accounts"]);
    for (const kind of ["accounts", "resources", "hubs", "routing-flows"] as const)
      expect(sandbox.airkitObjects(kind)).toEqual([]);
    const everything = stack.everything();
    expect(everything).toContain("Hub EU");
    for (const secret of [API_KEY, NEW_API_KEY, SIGNING_SECRET, NEW_SIGNING_SECRET, sandbox.airkitToken])
      expect(everything).not.toContain(secret);
  });
});
