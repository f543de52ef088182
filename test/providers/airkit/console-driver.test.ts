import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { AirkitObject, Sandbox } from "../../../sandbox";
import { Declared, type Properties, type Settings, aConsole } from "./provider";

let sandbox: Sandbox;
let settings: Settings;
let ids: { account: string; resource: string; hub: string };
let flow: Properties;

beforeEach(async () => {
  ({ sandbox, settings, ids } = await aConsole());
  flow = { hubId: ids.hub, datasourceId: ids.account, webhookSecretKey: "a signing secret" };
});

afterEach(async () => {
  await sandbox.close();
});

const flows = (): AirkitObject[] => sandbox.airkitObjects("routing-flows");
const declared = (mark?: string): Declared => new Declared("routingFlow", settings, mark);
const posts = (): number => sandbox.requests.filter(({ method }) => method === "POST").length;

describe("creating over the console API", () => {
  test.each(["drop-before", "drop-after", "garbage"] as const)(
    "makes one object when the answer is lost (%s)",
    async (kind) => {
      sandbox.fault({ on: { method: "POST" }, kind });
      const resource = declared();
      await resource.create(flow);
      expect(flows().map(({ id }) => id)).toEqual([resource.id]);
      expect(posts()).toBe(2);
    },
  );

  test("whose answer is empty, against the contract, fails, and leaves nothing behind after the next up", async () => {
    sandbox.fault({ on: { method: "POST" }, kind: "empty" });
    const resource = declared();
    await expect(resource.create(flow)).rejects.toThrow(/is not what docs\/airkit-console-api.yaml says/);
    await resource.create(flow);
    expect(flows().map(({ id }) => id)).toEqual([resource.id]);
  });

  test("takes over what a killed run with the same settings left, says so, and leaves other resources' objects alone", async () => {
    const [left, others] = [declared(), declared("another-resource")];
    await left.create(flow);
    await others.create(flow);
    const resource = declared();
    await resource.create(flow);
    expect(resource.id).toBe(left.id);
    expect(new Set(flows().map(({ id }) => id))).toEqual(new Set([others.id, left.id]));
    expect(resource.said).toContain(`Routing Flow "support" (${left.id}) is taken over`);
  });

  test("enters all settings anew where up --replace shows nothing of the state, keeps the object, and says so", async () => {
    const former = declared();
    await former.create(flow);
    sandbox.editAirkitObject("routing-flows", former.id, { webhookSecretKey: "entered by hand, and wrong" });
    const replacement = new Declared("routingFlow", settings, undefined, former.run);
    await replacement.create(flow);
    await former.delete();
    expect(flows()).toMatchObject([{ id: former.id, webhookSecretKey: flow.webhookSecretKey }]);
    expect(former.said).toContain(
      `Routing Flow "support" (${former.id}) is kept: what replaces it has taken it over, and entered all its settings anew`,
    );
  });

  test("never takes over what is being replaced, and deletes it when nothing needs it any more", async () => {
    const former = new Declared("conversationHub", settings);
    const hub = { channelResourceIds: [ids.resource] };
    await former.create(hub);
    const user = declared();
    await user.create({ ...flow, hubId: former.id });
    // `--replace`: the state's inputs are checked, and then nothing is known any more.
    const replacement = new Declared("conversationHub", settings, undefined, former.run);
    await replacement.check(hub, former.known);
    await replacement.create(hub);
    expect(sandbox.airkitObjects("hubs").map(({ id }) => id)).toEqual([ids.hub, former.id, replacement.id]);
    await user.update({ ...flow, hubId: replacement.id });
    await former.delete();
    expect(sandbox.airkitObjects("hubs").map(({ id }) => id)).toEqual([ids.hub, replacement.id]);
    expect(former.said).toBe("");
  });

  test("leaves what differs from what is declared, and says so", async () => {
    const left = declared();
    await left.create({ ...flow, name: "earlier" });
    const resource = declared();
    await resource.create(flow);
    expect(flows()).toHaveLength(2);
    expect(resource.said).toContain(`Routing Flow "support": ${left.id} carries its owner mark too, and is left alone`);
  });

  test("gives way to a newer run that made the same object", async () => {
    const newer = declared();
    await newer.create(flow);
    const later = String(flows()[0]?.owner).replace(/[^.]*$/, "zzzzzzzzzzzzzzz");
    sandbox.editAirkitObject("routing-flows", newer.id, { owner: later });
    sandbox.fault({ on: { method: "GET" }, kind: "status", status: 200, body: { items: [] } });
    await expect(declared().create(flow)).rejects.toThrow(
      /another run has created it in the meantime; run `pulumi up` again/,
    );
    expect(flows()).toMatchObject([{ id: newer.id, owner: later }]);
  });

  test("names the fields that were refused, the status and the request", async () => {
    const nobody = "00000000-0000-4000-8000-000000000000";
    await expect(declared().create({ ...flow, hubId: nobody })).rejects.toThrow(
      new RegExp(
        `create Routing Flow "support": the Airkit console API answered 422 \\(request [-0-9a-f]{36}\\): The form has mistakes; hubId: there is no Conversation Hub ${nobody}`,
      ),
    );
  });

  test("never shows a secret that the server sends back in an error", async () => {
    sandbox.fault({
      on: { method: "POST" },
      kind: "status",
      status: 422,
      body: { error: { code: "x", message: "bad: a signing secret" } },
    });
    await expect(declared().create(flow)).rejects.toThrow("bad: [secret]");
  });

  test("points at the token when it is not accepted, and at the address when what answers is something else", async () => {
    settings["airkit:token"] = "a wrong token";
    await expect(declared().create(flow)).rejects.toThrow(/answered 401 .*check airkit:token/);
    settings["airkit:token"] = sandbox.airkitToken;
    sandbox.fault({ on: { method: "POST" }, kind: "status", status: 200, body: { hello: "world" } });
    await expect(declared().create(flow)).rejects.toThrow(
      /is not what docs\/airkit-console-api.yaml says \(id\); check airkit:baseUrl/,
    );
  });
});

describe("taking over an object by its UUID", () => {
  test("updates it to what is declared and keeps its id", async () => {
    const account = new Declared("account", settings);
    await account.create({ apiKey: "a new key", accountId: ids.account.toUpperCase() });
    expect(account.id).toBe(ids.account);
    expect(sandbox.airkitObjects("accounts")).toMatchObject([
      { id: ids.account, name: "support", apiKey: "a new key" },
    ]);
    expect(posts()).toBe(0);
  });

  test("that is not there fails with those that are", async () => {
    const account = new Declared("account", settings);
    const accountId = "00000000-0000-4000-8000-000000000000";
    await expect(account.create({ apiKey: "a new key", accountId })).rejects.toThrow(
      `take over connected account ${accountId} (accountId): there is no such connected account; there are "by hand" (${ids.account})`,
    );
  });

  test("leaves it alone when its former resource is deleted afterwards", async () => {
    const former = new Declared("account", settings, "former");
    await former.create({ apiKey: "a key", accountId: ids.account });
    const renamed = new Declared("account", settings, "renamed");
    await renamed.create({ apiKey: "a key", accountId: ids.account });
    await former.delete();
    expect(sandbox.airkitObjects("accounts")).toHaveLength(1);
    expect(renamed.said).toContain(`connected account "support" (${ids.account}) was managed by another resource`);
    expect(former.said).toMatch(
      /was taken over by another resource or stack \(owner mark renamed\..*: it is left alone/,
    );
  });

  test("by an import claims nothing; the first up does, once, and the other's delete leaves it alone then", async () => {
    const former = declared("former");
    await former.create(flow);
    const importing = declared("another");
    await importing.import(former.id, flow);
    const again = declared("another");
    await again.import(former.id, flow);
    await again.delete();
    expect(flows().map(({ id }) => id)).toEqual([former.id]);
    expect(again.said).toContain("it is left alone");

    expect(await importing.update({ ...flow, routingFlowId: former.id })).toEqual(["changed"]);
    expect(await importing.update({ ...flow, routingFlowId: former.id })).toEqual([]);
    await former.delete();
    expect(flows().map(({ id }) => id)).toEqual([former.id]);
  });

  test("under another name is left alone by a copy of the state that knows the old name", async () => {
    const [copy, resource] = [declared("old-name"), declared("new-name")];
    await copy.create(flow);
    Object.assign(resource, { id: copy.id, known: copy.known });
    expect(await resource.update(flow)).toEqual(["changed"]);
    await copy.delete();
    expect(flows().map(({ id }) => id)).toEqual([copy.id]);
    expect(copy.said).toContain("(owner mark new-name.");
  });

  test("by another UUID lets go of the former routing flow", async () => {
    const resource = declared();
    await resource.create(flow);
    const { id } = sandbox.createAirkitObject("routing-flows", { ...flows()[0], name: "by hand", owner: null });
    await resource.update({ ...flow, routingFlowId: id });
    expect(flows()).toMatchObject([{ id, name: "support" }]);
    expect(resource.known.routingFlowId).toBe(id);
  });
});

describe("an object made over the console API", () => {
  test("is read field by field, secrets as they were sent", async () => {
    const resource = declared();
    await resource.create(flow);
    sandbox.editAirkitObject("routing-flows", resource.id, {
      name: "renamed",
      webhookSecretKey: "changed by hand",
      relayType: "Salesforce",
    });
    expect(await resource.read()).toBe(true);
    expect(resource.known).toMatchObject({
      name: "renamed",
      webhookSecretKey: "a signing secret",
      relayType: "Salesforce",
    });
    await expect(resource.update(flow)).rejects.toThrow("replaces: relayType");
  });

  test("is gone for read, update and delete when somebody removed it", async () => {
    const resource = declared();
    await resource.create(flow);
    sandbox.removeAirkitObject("routing-flows", resource.id);
    expect(await resource.read()).toBe(false);
    await expect(resource.update({ ...flow, name: "new" })).rejects.toThrow(
      `update Routing Flow "new" (${resource.id}): it no longer exists in Airkit; run \`pulumi refresh\`, then \`pulumi up\` makes a new one`,
    );
    await resource.delete();
  });

  test("empties an optional field that is no longer declared", async () => {
    const account = new Declared("account", settings);
    await account.create({ apiKey: "a key", environment: "DEV" });
    await account.update({ apiKey: "a key" });
    expect(sandbox.airkitObjects("accounts").at(-1)).not.toHaveProperty("environment");
    expect(account.known).not.toHaveProperty("environment");
  });
});

describe("a routing flow that an operator was to make", () => {
  const pending = async (): Promise<Declared> => {
    const resource = new Declared("routingFlow", {});
    await resource.create(flow);
    expect(resource.known).toMatchObject({ status: "pending", routingFlowId: "" });
    return resource;
  };
  const switched = (former: Declared): Declared => Object.assign(declared(), { id: former.id, known: former.known });

  test("is found by its name and hub when the console driver takes over", async () => {
    const former = await pending();
    const made = sandbox.createAirkitObject("routing-flows", {
      ...flow,
      name: "support",
      type: "Relay",
      relayType: "Kustomer",
    });
    sandbox.createAirkitObject("routing-flows", { ...made, hubId: ids.resource });
    const resource = switched(former);
    expect(await resource.update(flow)).toEqual(["changed"]);
    expect(resource.known).toMatchObject({ status: "applied", routingFlowId: made.id, steps: [] });
    expect(await resource.read()).toBe(true);
    await resource.delete();
    expect(flows().map(({ id }) => id)).not.toContain(made.id);
  });

  test("is not what another resource made under the same name and hub: that one is left to it", async () => {
    const former = await pending();
    const owner = "another-mark.0.mabcdefgh123456";
    const fields = { ...flow, name: "support", type: "Relay", relayType: "Kustomer", owner };
    const { id } = sandbox.createAirkitObject("routing-flows", fields);
    const resource = switched(former);
    await resource.update(flow);
    expect(resource.known.routingFlowId).not.toBe(id);
    expect(flows().find((one) => one.id === id)).toMatchObject({ owner });
  });

  test("is made when nobody made it", async () => {
    const resource = switched(await pending());
    await resource.update(flow);
    expect(flows().map(({ id }) => id)).toEqual([resource.known.routingFlowId]);
  });

  test("is asked for when several bear its name", async () => {
    const resource = switched(await pending());
    for (let made = 0; made < 2; made += 1)
      sandbox.createAirkitObject("routing-flows", { ...flow, name: "support", type: "Relay", relayType: "Kustomer" });
    await expect(resource.update(flow)).rejects.toThrow(/there are 2 of that name .* set `routingFlowId` to the one/);
  });

  test("is left as it is by a refresh before the switch is made", async () => {
    const resource = switched(await pending());
    expect(await resource.read()).toBe(true);
    expect(sandbox.requests).toEqual([]);
  });
});
