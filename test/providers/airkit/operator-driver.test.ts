import { describe, expect, test } from "@jest/globals";
import { execFileSync } from "node:child_process";
import type { OperatorStep } from "../../../providers/airkit/operator-step";
import { operatorStepText } from "../../../providers/airkit/operator-words";
import { UNKNOWN } from "../../../providers/lifecycle/unknown";
import { Declared, type Name, type Properties } from "./provider";

const uuid = (digit: number): string => `${String(digit).repeat(8)}-0000-4000-8000-000000000000`;
const flow = { hubId: uuid(1), datasourceId: uuid(2), webhookSecretKey: "a signing secret" };
const SECRET_COMMAND = "pulumi stack output signingSecret --show-secrets";

const stepsOf = ({ known }: Declared): OperatorStep[] => known.steps as OperatorStep[];

/** As if the operator had run the printed command. */
const recorded = ({ known }: Declared): Properties => ({ appliedRevision: known.revision });

async function pending(given: Properties = flow): Promise<Declared> {
  const resource = new Declared("routingFlow", {});
  await resource.create(given);
  return resource;
}

describe("what an operator must make first", () => {
  const required: [Name, string, Properties][] = [
    ["account", "accountId", { apiKey: "a kustomer key" }],
    ["resource", "resourceId", { datasourceId: uuid(2) }],
    ["conversationHub", "hubId", { channelResourceIds: [uuid(3)] }],
  ];

  test.each(required)("asks for the %s's UUID, while it is not in the state", async (name, idField, given) => {
    const resource = new Declared(name, {});
    expect((await resource.check(given)).reasons).toEqual([expect.stringContaining(`set \`${idField}: "<UUID>"\``)]);
    expect((await resource.check(given, { name: "support" })).reasons).toEqual([]);
    expect((await resource.check({ ...given, [idField]: uuid(9) })).reasons).toEqual([]);
    expect((await resource.check({ ...given, [idField]: UNKNOWN })).reasons).toEqual([]);
  });

  test.each(required)("is asked for even while other values of the %s are not known yet", async (name, _, given) => {
    const unknown = Object.fromEntries(Object.keys(given).map((key) => [key, UNKNOWN]));
    const [reason] = (await new Declared(name, {}).check(unknown)).reasons;
    expect(reason).toMatch(/\(not known yet\)|\(secret\) shown by/);
    expect(reason).not.toContain(UNKNOWN);
  });

  test.each(required)(
    "is applied once the %s's UUID is given, and its steps are empty",
    async (name, idField, given) => {
      const resource = new Declared(name, {});
      await resource.create({ ...given, [idField]: uuid(9) });
      expect(resource.id).toBe(uuid(9));
      expect(resource.known).toMatchObject({ [idField]: uuid(9), status: "applied", pendingFields: [], steps: [] });
      expect(resource.said).toBe("");
    },
  );

  test("never shows a secret", async () => {
    const { reasons } = await new Declared("account", {}).check({
      apiKey: "a kustomer key",
      secretCommand: "vault read kustomer",
    });
    expect(reasons.join()).not.toContain("a kustomer key");
    expect(reasons.join()).toContain("API key: (secret) shown by: vault read kustomer");
  });
});

describe("a routing flow that an operator makes", () => {
  test("is pending with every field until its revision is recorded, and prints the step", async () => {
    const resource = await pending();
    expect(resource.id).toBe("pending-routingFlow");
    expect(resource.known).toMatchObject({ status: "pending", routingFlowId: "" });
    expect(stepsOf(resource).map(({ title }) => title)).toEqual(['Create the Routing Flow "support"']);
    expect(resource.said).toBe(
      operatorStepText(stepsOf(resource)[0] ?? { title: "", consolePath: "", fields: [], done: "" }),
    );
    await resource.update({ ...flow, ...recorded(resource) });
    expect(resource.known).toMatchObject({ status: "applied", pendingFields: [], steps: [] });
  });

  test("stays pending when another revision was recorded", async () => {
    const resource = await pending();
    await resource.update({ ...flow, appliedRevision: "r000000000000" });
    expect(resource.known.status).toBe("pending");
  });

  test("is pending again after a change, with just that field, and applied again when the change is taken back", async () => {
    const resource = await pending();
    const given = { ...flow, ...recorded(resource) };
    await resource.update(given);
    await resource.update({ ...given, name: "renamed", webhookSecretKey: "a new secret" });
    expect(resource.known.pendingFields).toEqual(["name", "webhookSecretKey"]);
    expect(stepsOf(resource)).toMatchObject([
      {
        title: 'Change the Routing Flow "support"',
        consolePath: "Console > Conversations > Routing Flows > support",
        fields: [
          { label: "Name", value: "renamed" },
          { label: "Webhook secret key", command: SECRET_COMMAND },
        ],
      },
    ]);
    await resource.update(given);
    expect(resource.known).toMatchObject({ status: "applied", steps: [] });
  });

  test("takes the UUID that becomes known later, and is not replaced by it", async () => {
    const resource = await pending();
    await resource.update({ ...flow, ...recorded(resource), routingFlowId: uuid(7) });
    expect(resource.known).toMatchObject({ status: "applied", routingFlowId: uuid(7) });
    expect(await resource.update({ ...flow, ...recorded(resource), routingFlowId: uuid(7) })).toEqual([]);
    expect(await resource.update({ ...flow, ...recorded(resource) })).toEqual([]);
  });

  test("is to be set up anew when its UUID names another one, and the former is to be removed", async () => {
    const resource = await pending({ ...flow, routingFlowId: uuid(7) });
    await resource.update({ ...flow, ...recorded(resource), routingFlowId: uuid(7) });
    await resource.update({ ...flow, routingFlowId: uuid(8) });
    expect(resource.said).toContain(`Routing Flow "support" (${uuid(7)}): Airkit offers no API that deletes it`);
    expect(resource.known).toMatchObject({ status: "pending", routingFlowId: uuid(8) });
  });

  test("holds no secret outside the secret properties, neither in what is printed", async () => {
    const resource = await pending();
    const { webhookSecretKey: _, revisionKey: __, ...open } = resource.known;
    expect(JSON.stringify(open)).not.toContain("a signing secret");
    expect(JSON.stringify(open)).not.toContain(String(resource.known.revisionKey));
    expect(resource.said).not.toContain("a signing secret");
  });

  test("names what is to be removed by hand when it is deleted, unless its replacement names the same one", async () => {
    const resource = await pending();
    await resource.delete();
    expect(resource.said).toContain(
      "If it was made, delete it by hand: Console > Conversations > Routing Flows > support",
    );
    expect(resource.said).toContain("pulumi config rm --path 'airkit:applied.support'");
    const former = await pending({ ...flow, routingFlowId: uuid(5) });
    const replacement = new Declared("routingFlow", {}, undefined, former.run);
    await replacement.create({ ...flow, relayType: "Salesforce", routingFlowId: uuid(5) });
    const { said } = former;
    await former.delete();
    expect(former.said).toBe(said);
  });

  test("is read as it is in the state: there is nothing to ask", async () => {
    const resource = await pending();
    const { known } = resource;
    expect(await resource.read()).toBe(true);
    expect(resource.known).toEqual(known);
  });
});

describe("the printed command", () => {
  test.each(["support", "support-eu_1", "a.b", "a b", "a'b", 'a"b', "a[0]", "a\\b", "$HOME `id` $(id)", "ünï"])(
    "reaches the program as one argument for the name %s",
    async (resourceName) => {
      const resource = await pending({ ...flow, resourceName });
      const done = stepsOf(resource)[0]?.done ?? "";
      const printed = execFileSync("sh", ["-c", done.replace("pulumi config set --path", "printf '%s\\n'")], {
        encoding: "utf8",
      })
        .trimEnd()
        .split("\n");
      const key = /^[\w-]+$/.test(resourceName)
        ? `airkit:applied.${resourceName}`
        : `airkit:applied[${JSON.stringify(resourceName)}]`;
      expect(printed).toEqual([key, resource.known.revision]);
    },
  );
});

describe("the settings", () => {
  test.each<[Record<string, string>, string[]]>([
    [{}, []],
    [{ "airkit:driver": "operator" }, []],
    [
      { "airkit:driver": "robot" },
      ["airkit:driver must be operator or console: run `pulumi config set airkit:driver <value>`"],
    ],
    [
      { "airkit:driver": "console" },
      [
        "no address of an Airkit console API is set: run `pulumi config set airkit:baseUrl <value>`",
        "no token of the Airkit console API is set: run `pulumi config set --secret airkit:token`",
      ],
    ],
    [
      { "airkit:driver": "console", "airkit:baseUrl": "http://bridge.example.com", "airkit:token": "t" },
      ["airkit:baseUrl must be an https URL"],
    ],
    [{ "airkit:driver": "console", "airkit:baseUrl": "https://bridge.example.com", "airkit:token": "t" }, []],
  ])("%j", async (settings, sentences) => {
    const { reasons } = await new Declared("routingFlow", settings).check(flow);
    if (sentences.length === 0) expect(reasons).toEqual([]);
    for (const sentence of sentences) expect(reasons.join("\n")).toContain(sentence);
  });
});
