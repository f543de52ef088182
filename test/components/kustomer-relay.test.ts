import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { beforeEach, describe, expect, test } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
import { overridesAt } from "../../components/relay/override-warning";
import { dynamicEdge } from "../../components/relay/dynamic-edge";
import type { RelayEdge } from "../../components/relay/edge";
import { KustomerRelay, type KustomerRelayArgs, RelayProvider } from "../../index";
import { settingsFrom } from "../../providers/lifecycle/settings";
import { type Registered, onRealSettings, registered, valueOf } from "./support/declared";
import { ACCOUNT, HUB, RESOURCE, byIds, managed } from "./support/relays";

const AIRKIT_URL = `https://api.airkit.com/internal/sessions/v1/resource/kustomer/${RESOURCE}/receive-message`;

const graphOf = (resources: Registered[]): string[] =>
  resources.map(({ type, name, parent }) => `${type} ${name}${parent === "" ? "" : ` in ${parent}`}`).sort();
const dependenciesOf = (resources: Registered[]): Record<string, Record<string, string[]>> =>
  Object.fromEntries(resources.map(({ name, dependencies }) => [name, dependencies]));
const called = (resources: Registered[], name: string): Registered => {
  const found = resources.find((resource) => resource.name === name);
  if (found === undefined) throw new Error(`no resource ${name}`);
  return found;
};

/** The relay and what it registered. */
async function declare(
  args: KustomerRelayArgs,
  answers: Record<string, Record<string, unknown>> = {},
): Promise<{ relay: KustomerRelay; resources: Registered[] }> {
  const made: KustomerRelay[] = [];
  const resources = await registered(() => made.push(new KustomerRelay("support", args)), answers);
  const [relay] = made;
  if (relay === undefined) throw new Error("no relay was made");
  return { relay, resources };
}

beforeEach(() => {
  pulumi.runtime.setAllConfig({
    "kustomer:org": "acme",
    "kustomer:apiKey": "a-management-key",
    "airkit:driver": "console",
  });
});

describe("a relay", () => {
  test("has the guide's six objects as children, named after it", async () => {
    const { resources } = await declare(managed);
    expect(graphOf(resources)).toEqual([
      "kustomer-relay:index:KustomerRelay support",
      "pulumi-nodejs:airkit:Account support-account in support",
      "pulumi-nodejs:airkit:ConversationHub support-hub in support",
      "pulumi-nodejs:airkit:Resource support-resource in support",
      "pulumi-nodejs:airkit:RoutingFlow support-routing-flow in support",
      "pulumi-nodejs:kustomer:ApiKey support-api-key in support",
      "pulumi-nodejs:kustomer:OutboundWebhook support-webhook in support",
    ]);
  });

  test("waits for no more than it needs: the webhook for the Resource alone, the routing flow for hub, secret and account", async () => {
    const { resources } = await declare(managed);
    expect(dependenciesOf(resources)).toEqual({
      support: {},
      "support-api-key": {},
      "support-account": { apiKey: ["support-api-key"] },
      "support-resource": { datasourceId: ["support-account"] },
      "support-webhook": { url: ["support-resource"] },
      "support-hub": {},
      "support-routing-flow": {
        hubId: ["support-hub"],
        webhookSecretKey: ["support-webhook"],
        datasourceId: ["support-account"],
      },
    });
    for (const { request, dependencies } of resources) {
      const needed = new Set(Object.values(dependencies).flat());
      expect(request.dependenciesList).toHaveLength(needed.size);
    }
  });

  test("makes nothing of what is given by its id, and uses the id", async () => {
    const { relay, resources } = await declare(byIds);
    expect(graphOf(resources)).toEqual([
      "kustomer-relay:index:KustomerRelay support",
      "pulumi-nodejs:airkit:RoutingFlow support-routing-flow in support",
      "pulumi-nodejs:kustomer:ApiKey support-api-key in support",
      "pulumi-nodejs:kustomer:OutboundWebhook support-webhook in support",
    ]);
    expect(called(resources, "support-routing-flow")).toMatchObject({
      inputs: { hubId: HUB, datasourceId: ACCOUNT },
      dependencies: { webhookSecretKey: ["support-webhook"] },
    });
    expect(called(resources, "support-webhook").inputs.url).toBe(AIRKIT_URL);
    expect(await valueOf(pulumi.all([relay.accountId, relay.resourceId, relay.hubId]))).toEqual([
      ACCOUNT,
      RESOURCE,
      HUB,
    ]);
  });

  test("has nothing of Airkit where events go elsewhere", async () => {
    const { relay, resources } = await declare({
      destination: "https://bots.example.com/in",
      kustomer: byIds.kustomer ?? {},
    });
    expect(resources.map(({ type }) => type).filter((type) => type.includes("airkit"))).toEqual([]);
    expect(called(resources, "support-webhook").inputs.url).toBe("https://bots.example.com/in");
    expect(await valueOf(pulumi.all([relay.accountId, relay.hubId, relay.routingFlowId, relay.operatorSteps]))).toEqual(
      ["", "", "", []],
    );
    expect(await valueOf(relay.status)).toBe("active");
  });

  test("sends to the receiver, which forwards to the destination", async () => {
    const { relay, resources } = await declare({
      ...byIds,
      receiver: { kind: "url", url: pulumi.output("https://receiver.example.com/kustomer") },
    });
    expect(called(resources, "support-webhook").inputs.url).toBe("https://receiver.example.com/kustomer");
    expect(await valueOf(relay.webhookUrl)).toBe("https://receiver.example.com/kustomer");
    expect(await valueOf(relay.destinationUrl)).toBe(AIRKIT_URL);
  });

  test("writes the signing secret for a receiver of one's own, where a file is named", async () => {
    const receiver = { kind: "self-hosted" as const, publicUrl: "https://relay.example.com/kustomer" };
    const without = await declare({ ...byIds, receiver });
    expect(called(without.resources, "support-webhook").inputs.url).toBe("https://relay.example.com/kustomer");
    expect(without.resources.map(({ name }) => name)).not.toContain("support-secret-file");
    const { resources } = await declare({ ...byIds, receiver: { ...receiver, secretFile: "/etc/relay/secrets" } });
    expect(called(resources, "support-secret-file")).toMatchObject({
      parent: "support",
      inputs: { path: "/etc/relay/secrets" },
      dependencies: { signingSecret: ["support-webhook"] },
    });
  });

  test("writes the controls for a receiver of one's own into the file that it reads, and warns of what somebody has set above them", async () => {
    const receiver = {
      kind: "self-hosted" as const,
      publicUrl: "https://relay.example.com/kustomer",
      controlsFile: "/etc/relay/controls.json",
      paused: true,
      filter: [{ events: ["kustomer.note.*"] }],
    };
    const override = "paused by ana\u001b[2J since 2026-11-26T20:00Z until somebody resumes it";
    const relays = [
      { relay: "airkit", controlsFile: receiver.controlsFile, overrides: [override] },
      { relay: "other", controlsFile: "/etc/relay/other.json", overrides: ["limited to 1 a second"] },
      { relay: "x; rm -rf ~", controlsFile: receiver.controlsFile, overrides: [override] },
    ];
    const page = createServer((_, response) => response.writeHead(503).end(JSON.stringify({ relays })));
    await new Promise<void>((resolve) => page.listen(0, "127.0.0.1", resolve));
    try {
      const observeUrl = `http://127.0.0.1:${(page.address() as AddressInfo).port}`;
      const { resources } = await declare({
        ...byIds,
        receiver,
        transform: { controlsFile: { mode: "0640" } },
      });
      expect(called(resources, "support-controls-file")).toMatchObject({
        parent: "support",
        inputs: { path: receiver.controlsFile, paused: true, filter: receiver.filter, mode: "0640" },
      });
      expect(await overridesAt(observeUrl, receiver.controlsFile)).toEqual([
        `relay "airkit" is ${override.replace("\u001b", "\\u001b")}. \`kustomer-relay resume --relay airkit\` ends it`,
      ]);
      expect(await overridesAt(observeUrl, "/etc/relay/none.json")).toEqual([]);
    } finally {
      page.close();
      page.closeAllConnections();
    }
    expect(await overridesAt("http://127.0.0.1:1", receiver.controlsFile)).toEqual([]);
  });

  test("tells the webhook of that file, as a last word has changed it, so that the receiver has the secret before the first event", async () => {
    const publicUrl = "https://relay.example.com/kustomer";
    const { resources } = await declare({
      ...byIds,
      receiver: { kind: "self-hosted", publicUrl, secretFile: pulumi.output("/etc/relay/secrets") },
      transform: { secretFile: (args) => Object.assign(args, { mode: "0640", group: "relay" }) },
    });
    const place = { path: "/etc/relay/secrets", mode: "0640", group: "relay" };
    expect(called(resources, "support-webhook").inputs.secretFile).toEqual(place);
    expect(called(resources, "support-secret-file").inputs).toMatchObject({ ...place, name: "support-secret-file" });
    expect(called((await declare(byIds)).resources, "support-webhook").inputs).not.toHaveProperty("secretFile");
  });

  test.each([
    ["the realm's host", { realm: "eu" as const }, "https://eu.api.prod.airkit.com/"],
    [
      "another host, which wins over the realm",
      { realm: "eu" as const, apiHostname: "relay.ngrok.app" },
      "https://relay.ngrok.app/",
    ],
    ["a sandbox on this machine", { apiHostname: "http://127.0.0.1:4010" }, "http://127.0.0.1:4010/"],
  ])("sends to %s", async (_, where, start) => {
    const { resources } = await declare({ ...byIds, airkit: { hub: { id: HUB }, ...byIds.airkit, ...where } });
    expect(String(called(resources, "support-webhook").inputs.url)).toMatch(start);
  });

  test("passes its rotation on to the webhook, and nothing where none is declared", async () => {
    const rotated = await declare({ ...byIds, rotation: 2 });
    expect(called(rotated.resources, "support-webhook").inputs.rotation).toBe(2);
    expect(called((await declare(byIds)).resources, "support-webhook").inputs).not.toHaveProperty("rotation");
  });

  test("declares its secrets as secrets, children's inputs and outputs included, and nothing else", async () => {
    const { relay, resources } = await declare(managed);
    const outputs = Object.entries(relay).filter((entry): entry is [string, pulumi.Output<unknown>] =>
      pulumi.Output.isInstance(entry[1]),
    );
    const secret = await Promise.all(
      outputs.map(async ([name, value]) => ((await pulumi.isSecret(value)) ? name : "")),
    );
    expect(secret.filter((name) => name !== "").sort()).toEqual(["kustomerApiKey", "signingSecret"]);
    const hidden = { "4dabf18193072939515e22adb298388d": expect.any(String) };
    expect(called(resources, "support-api-key").inputs.token).toMatchObject(hidden);
    expect(called(resources, "support-account").inputs.apiKey).toMatchObject(hidden);
    expect(called(resources, "support-routing-flow").inputs.webhookSecretKey).toMatchObject(hidden);
    for (const [name, property] of [
      ["support-api-key", "token"],
      ["support-webhook", "signingSecret"],
      ["support-account", "apiKey"],
      ["support-routing-flow", "webhookSecretKey"],
    ] as const)
      expect(called(resources, name).request.additionalsecretoutputsList).toContain(property);
  });

  test("is as far as its children are, and lists their steps in the guide's order", async () => {
    const step = (title: string) => ({ steps: [{ title, consolePath: "", fields: [], done: "" }] });
    const waiting = { "support-routing-flow": step("the routing flow"), "support-hub": step("the hub") };
    const { relay } = await declare(managed, waiting);
    expect((await valueOf(relay.operatorSteps)).map(({ title }) => title)).toEqual(["the hub", "the routing flow"]);
    expect(await valueOf(relay.status)).toBe("pending");
    const off = await declare(managed, { ...waiting, "support-webhook": { enabled: false } });
    expect(await valueOf(off.relay.status)).toBe("failing");
  });
});

describe("a relay's mistakes", () => {
  const mistakesOf = async (declareIt: () => void): Promise<string> => {
    await onRealSettings();
    try {
      declareIt();
    } catch (error) {
      return String(error);
    } finally {
      await pulumi.runtime.disconnect();
    }
    throw new Error("there was no mistake");
  };
  class Company extends pulumi.ComponentResource {
    constructor(opts: pulumi.ComponentResourceOptions = {}) {
      super("company:index:Support", "company", {}, opts);
      new KustomerRelay("support", { airkit: { hub: { id: "no UUID" } } }, { parent: this });
    }
  }

  test("are told all at once inside another component, the missing organisation and key among them", async () => {
    pulumi.runtime.setAllConfig({});
    const text = await mistakesOf(() => new Company());
    expect(text).toContain("6 problems must be fixed first; nothing was changed:");
    for (const words of [
      "no Kustomer organisation is set",
      "no Kustomer API key is set",
      "token: no API key is given",
      "accountId: Airkit offers no API",
      "resourceId: Airkit offers no API",
      "airkit.hub.id: must be the UUID",
    ])
      expect(text).toContain(words);
  });

  test("with an explicit provider are told as that provider's, wherever it is passed on from", async () => {
    pulumi.runtime.setAllConfig({ "kustomer:org": "acme", "kustomer:apiKey": "a-management-key" });
    const text = await mistakesOf(() => {
      const provider = new RelayProvider("eu", { kustomer: { org: "two words", apiKey: pulumi.secret("a-key") } });
      new Company({ providers: [provider] });
    });
    expect(text).toContain(`kustomer:org must be the organisation's name alone`);
    expect(text).toContain('pass it to new RelayProvider("eu", …) or set KUSTOMER_ORG_EU in the environment');
    expect(text).not.toContain("no Kustomer API key");
  });

  test("with a provider whose settings are outputs are only those that show without them", async () => {
    pulumi.runtime.setAllConfig({});
    const text = await mistakesOf(() => {
      const provider = new RelayProvider("eu", {
        kustomer: {
          baseUrl: pulumi.output("https://x.example.com"),
          apiKey: pulumi.output("a-key"),
          webhookLimit: pulumi.output(7),
        },
        airkit: { driver: pulumi.output("operator" as const) },
      });
      new Company({ providers: [provider] });
    });
    expect(text.match(/^- .*/gm)).toEqual([
      expect.stringContaining("token: no API key is given"),
      expect.stringContaining("airkit.hub.id: must be the UUID"),
    ]);
  });

  test("name nothing that the program does not: a child's argument is told as the relay's", async () => {
    pulumi.runtime.setAllConfig({ "kustomer:org": "acme", "kustomer:apiKey": "a-management-key" });
    const webhook = { events: [""], headers: { "x y": "1" }, watchSeconds: 301, rotation: 1 };
    const text = await mistakesOf(() => {
      const args = { kustomer: { apiKey: { token: "a b" }, webhook }, destination: "http://example.com", rotaton: 1 };
      new KustomerRelay("support", args);
    });
    expect(text.match(/^- .*/gm)?.map((line) => line.replace(/^- relay "support": /, ""))).toEqual([
      "kustomer.apiKey.token: has white space or other characters that no key has",
      "kustomer.webhook.events[0]: must be the name of an event",
      "kustomer.webhook.headers.x y: not a header name",
      expect.stringMatching(/^kustomer.webhook.watchSeconds: /),
      expect.stringMatching(/^kustomer.webhook.rotation: no such setting/),
      "destination: must be an https URL (http only to this machine)",
      "rotaton: no such setting; did you mean rotation?",
    ]);
    expect(text).not.toContain("support-");
  });
});

test("a unit test with Pulumi's mocks needs no settings", async () => {
  pulumi.runtime.setAllConfig({});
  const { resources } = await declare(byIds);
  expect(resources).toHaveLength(4);
});

describe("another edge", () => {
  test("gives its own classes for the children, and where their settings are", async () => {
    const made: string[] = [];
    const named = <Class extends new (...args: never[]) => pulumi.CustomResource>(what: string, base: Class): Class =>
      new Proxy(base, {
        construct(target, args: never[], newTarget) {
          made.push(what);
          return Reflect.construct(target, args, newTarget) as object;
        },
      });
    const classes = Object.fromEntries(
      Object.entries(dynamicEdge.classes).map(([what, base]) => [what, named(what, base as never)]),
    ) as unknown as RelayEdge["classes"];
    const receiver = {
      kind: "self-hosted" as const,
      publicUrl: "https://r.example.com/k",
      secretFile: "/run/secrets",
      controlsFile: "/run/controls.json",
    };
    await registered(
      () =>
        new KustomerRelay(
          "support",
          { ...managed, receiver },
          {},
          { ...dynamicEdge, classes, settingsOf: () => undefined },
        ),
    );
    expect(made.sort()).toEqual(Object.keys(dynamicEdge.classes).sort());
    await expect(
      registered(() => {
        const settings = settingsFrom(() => undefined, {});
        new KustomerRelay("support", byIds, {}, { ...dynamicEdge, classes, settingsOf: () => settings });
      }),
    ).rejects.toThrow("no Kustomer organisation is set");
  });
});
