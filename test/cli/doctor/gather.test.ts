import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, test } from "@jest/globals";
import { readConfig } from "../../../cli/doctor/config";
import { gather, subjectsOf } from "../../../cli/doctor/gather";
import { Organisation } from "../../../cli/doctor/kinds/organisation";
import { Webhook } from "../../../cli/doctor/kinds/outbound-webhook";
import { readState } from "../../../cli/doctor/state";
import { PROVIDER_NAME_KEY } from "../../../providers/lifecycle/settings";
import { redact } from "../../../providers/lifecycle/secrets";

const PROVIDER = "pulumi:providers:pulumi-nodejs";
const WEBHOOK = "pulumi-nodejs:kustomer:OutboundWebhook";
const urn = (type: string, name: string): string => `urn:pulumi:dev::test::${type}::${name}`;
const secret = (plain: unknown): object => ({
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  plaintext: JSON.stringify(plain),
});
const provider = (name: string, inputs: object = {}): object => ({
  urn: urn(PROVIDER, name),
  type: PROVIDER,
  id: `id-${name}`,
  inputs,
});
const webhook = (name: string, of: string, outputs: object = {}): object => ({
  urn: urn(WEBHOOK, name),
  type: WEBHOOK,
  id: name,
  provider: `${urn(PROVIDER, of)}::id-${of}`,
  outputs: {
    webhookId: name,
    mark: `mark-${name}`,
    url: "https://example.com/hook",
    headers: {},
    token: secret(`token-of-${name}`),
    ...outputs,
  },
});
const stateOf = (...resources: object[]) => readState(JSON.stringify({ version: 3, deployment: { resources } }));

describe("an exported state", () => {
  test("has its secrets opened at any depth, and none of them can be printed any more", () => {
    const { resources } = stateOf(webhook("w", "default", { headers: secret({ "x-gate": "deep-secret" }) }));
    expect(resources[0]?.outputs).toMatchObject({ token: "token-of-w", headers: { "x-gate": "deep-secret" } });
    expect(redact("token-of-w and deep-secret")).toBe("[secret] and [secret]");
  });

  test("may be of a stack that was never deployed, and may hold what a killed run had begun", () => {
    expect(readState('{"version":3,"deployment":{}}')).toEqual({ resources: [], pendingOperations: [] });
    const pending = { type: "creating", resource: webhook("w", "default") };
    expect(readState(JSON.stringify({ deployment: { pending_operations: [pending] } })).pendingOperations).toEqual([
      "creating w",
    ]);
  });
});

describe("the organisations of a stack", () => {
  const config = readConfig(
    JSON.stringify({
      "kustomer:org": { value: "acme", secret: false },
      "kustomer:apiKey": { value: "the-key-of-acme", secret: true },
      "kustomer:timeoutSeconds": { secret: true },
    }),
  );
  const eu = provider("eu", {
    [PROVIDER_NAME_KEY]: "eu",
    "kustomer:org": "acme-eu",
    "kustomer:apiKey": secret("the-key-of-acme-eu"),
  });
  const organisationsOf = (environment: NodeJS.ProcessEnv, ...resources: object[]) =>
    gather(stateOf(...resources), config, environment).filter((subject) => subject instanceof Organisation);

  test("are those of stack config and of the explicit providers, each with its own key", () => {
    const found = organisationsOf(
      {},
      provider("default"),
      eu,
      webhook("a", "default"),
      webhook("b", "eu"),
      webhook("c", "eu"),
    );
    expect(found.map(({ name, settings }) => [name, settings.get("kustomer:apiKey")])).toEqual([
      ["acme.api.kustomerapp.com", "the-key-of-acme"],
      ["acme-eu.api.kustomerapp.com", "the-key-of-acme-eu"],
    ]);
    expect(redact("the-key-of-acme, the-key-of-acme-eu")).toBe("[secret], [secret]");
  });

  test("take the environment first, an explicit provider by variables of its name", () => {
    const environment = { KUSTOMER_API_KEY: "another-key", KUSTOMER_API_KEY_EU: "another-key-eu" };
    const found = organisationsOf(environment, provider("default"), eu, webhook("a", "default"), webhook("b", "eu"));
    expect(found.map(({ settings }) => settings.get("kustomer:apiKey"))).toEqual(["another-key", "another-key-eu"]);
  });

  test("are one where two providers reach the same one with the same key, and know each other's webhooks", () => {
    const twin = provider("twin", {
      [PROVIDER_NAME_KEY]: "twin",
      "kustomer:org": "acme-eu",
      "kustomer:apiKey": "the-key-of-acme-eu",
    });
    const [organisation, ...others] = organisationsOf({}, eu, twin, webhook("b", "eu"), webhook("c", "twin"));
    expect(others).toEqual([]);
    // What is asked of it is asked once, whichever webhook wants to know.
    const subjects = gather(stateOf(eu, twin, webhook("b", "eu"), webhook("c", "twin")), config, {});
    const theirs = subjects.flatMap((subject) => (subject instanceof Webhook ? [subject.organisation] : []));
    expect(theirs[0]).toBe(theirs[1]);
    expect([...(organisation?.known.ids ?? [])]).toEqual(["b", "c"]);
  });
});

test("a receiver on AWS that several relays share is looked at once", () => {
  const receiver = {
    kind: "aws",
    region: "eu-west-1",
    queueUrl: "https://sqs/1/q",
    deadLetterQueueUrl: "https://sqs/1/d",
  };
  const relay = (name: string): object => ({
    urn: urn("kustomer-relay:index:KustomerRelay", name),
    type: "kustomer-relay:index:KustomerRelay",
    outputs: { receiver },
  });
  const subjects = gather(stateOf(relay("one"), relay("two")), {}, {});
  expect(subjects.map(({ kind, name }) => [kind, name])).toEqual([["receiver on AWS", "q"]]);
});

test("what is behind a receiver is an endpoint of its own; what waits for its deletion is known, but not looked at", () => {
  const relay = (outputs: object): object => ({
    urn: urn("kustomer-relay:index:KustomerRelay", "r"),
    type: "kustomer-relay:index:KustomerRelay",
    outputs,
  });
  const direct = { webhookUrl: "https://a.example/x", destinationUrl: "https://a.example/x" };
  const received = { webhookUrl: "https://a.example/x", destinationUrl: "https://b.example/y" };
  const endpoints = (...resources: object[]): string[] =>
    gather(stateOf(...resources), {}, {}).flatMap((subject) => (subject.kind === "endpoint" ? [subject.name] : []));
  expect(endpoints(relay(direct))).toEqual([]);
  expect(endpoints(relay(received))).toEqual(["r → b.example"]);
  const old = { ...webhook("old", "default"), delete: true };
  const subjects = gather(stateOf(provider("default"), old, webhook("new", "default")), {}, {});
  expect(subjects.flatMap((subject) => (subject.kind === "webhook" ? [subject.name] : []))).toEqual(["new"]);
  expect(subjects.find((subject) => subject instanceof Organisation)?.known.ids).toContain("old");
});

test("a program of another language is looked at too: its resources' types, and its provider's nested settings", () => {
  const PLUGIN = "pulumi:providers:kustomer-relay";
  const plugin = (name: string, inputs: object) => ({ urn: urn(PLUGIN, name), type: PLUGIN, id: `id-${name}`, inputs });
  const declared = (name: string, of: string) => ({
    ...webhook(name, of),
    type: "kustomer-relay:index:KustomerOutboundWebhook",
    provider: `${urn(PLUGIN, of)}::id-${of}`,
  });
  const config = { "kustomer-relay:kustomer": JSON.stringify({ org: "acme", apiKey: "the-key-of-acme" }) };
  const state = stateOf(
    plugin("default_0_2_0", {}),
    plugin("eu", { kustomer: JSON.stringify({ org: "acme-eu", apiKey: "the-key-of-acme-eu" }) }),
    declared("a", "default_0_2_0"),
    declared("b", "eu"),
  );
  const subjects = gather(state, config, {});
  expect(subjects.flatMap((subject) => (subject instanceof Webhook ? [subject.name] : []))).toEqual(["a", "b"]);
  const found = subjects.filter((subject) => subject instanceof Organisation);
  expect(found.map(({ name, settings }) => [name, settings.get("kustomer:apiKey")])).toEqual([
    ["acme.api.kustomerapp.com", "the-key-of-acme"],
    ["acme-eu.api.kustomerapp.com", "the-key-of-acme-eu"],
  ]);
  // What a check says of them names the settings as that program does.
  const said = found.map((one) => one.respell?.("run `pulumi config set --secret kustomer:apiKey`"));
  expect(said[0]).toBe("run `pulumi config set --path --secret kustomer-relay:kustomer.apiKey`");
});

test("on a receiver's machine, where no project is, the receiver alone is looked at; with a stack named, both", async () => {
  const cwd = mkdtempSync(path.join(tmpdir(), "receivers-machine-"));
  try {
    const subjects = async (stack?: string): Promise<string[]> =>
      (await subjectsOf({ cwd, stack, timeoutMs: 10_000, store: "store" })).map(({ kind }) => kind);
    expect(await subjects()).toEqual(["receiver"]);
    expect(await subjects("prod")).toEqual(["stack", "receiver"]);
  } finally {
    rmSync(cwd, { recursive: true });
  }
});
