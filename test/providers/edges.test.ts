import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { RELAY_ROLES } from "../../providers/kustomer/api-key/roles";
import { UNKNOWN } from "../../providers/lifecycle/unknown";
import { type Values, hasSecret, wrapSecret } from "../../providers/native/values";
import { respellAll } from "../../providers/plugin-settings";
import { type Sandbox, startSandbox } from "../../sandbox";
import { quickenTime } from "../support/quicken-time";
import { type Edge, type Settings, dynamicEdge, isSecret, nativeEdge } from "./support/two-edges";

quickenTime(5);

/** One organisation with what people made in it, and the folder of a receiver. One for each edge: they must not meet. */
interface World {
  readonly sandbox: Sandbox;
  readonly directory: string;
  readonly token: string;
  readonly ids: Readonly<Record<"account" | "resource" | "hub", string>>;
}

interface Case {
  readonly type: string;
  readonly driver?: "operator" | "console";
  /** What is declared at first. */
  readonly given: (world: World) => Values;
  /** What is declared after that, one after the other, beside what is declared at first. */
  readonly then: readonly Values[];
  /** What somebody changes behind the program's back. */
  readonly drift?: (world: World) => void;
  /** A declaration that is wrong in as many ways as there are. */
  readonly wrong: Values;
}

const SECRET = "5f".repeat(32);
const CASES: readonly Case[] = [
  {
    type: "KustomerApiKey",
    given: ({ token }) => ({ token, warnBeforeDays: 5 }),
    then: [{ warnBeforeDays: 6 }, { roles: [...RELAY_ROLES].reverse() }, { roles: ["org.permission.message"] }],
    wrong: { token: " ", roles: [], warnBeforeDays: "many", rotation: -1, role: 1 },
  },
  {
    type: "KustomerApiKey",
    given: () => ({ name: "Issued", expiresInDays: 400 }),
    then: [{ rotation: 1 }, { rotation: 1, overlapHours: 0 }],
    wrong: { expiresInDays: 0 },
  },
  {
    type: "KustomerOutboundWebhook",
    given: () => ({
      url: "https://example.com/hook",
      watchSeconds: 0,
      headers: { "x-a": "1", "x-gate": wrapSecret("the-key") },
    }),
    then: [
      { name: "Other", headers: { "X-A": "1", "x-gate": wrapSecret("another"), "x-new": "2" } },
      { enabled: false },
      { rotation: 1 },
    ],
    drift: ({ sandbox }) => {
      const [{ id } = { id: "" }] = sandbox.webhooks();
      sandbox.editWebhook(id, { enabled: false, events: ["kustomer.tag.create"] });
    },
    wrong: {
      url: "http://example.com/",
      events: [],
      headers: { "x-relay-owner": "me", "bad name": 1 },
      rotation: 0.5,
      evnts: [],
    },
  },
  ...(["console", "operator"] as const).flatMap((driver): Case[] => [
    {
      type: "AirkitAccount",
      driver,
      given: ({ token, ids }) => ({ apiKey: token, ...(driver === "operator" && { accountId: ids.account }) }),
      then: [{ environment: "DEV" }, { apiKey: wrapSecret("another-key") }],
      wrong: { apiKey: "", integration: "Zendesk", accountId: "no id" },
    },
    {
      type: "AirkitResource",
      driver,
      given: ({ ids }) => ({ datasourceId: ids.account, ...(driver === "operator" && { resourceId: ids.resource }) }),
      then: [{ remoteId: "remote" }],
      wrong: { datasourceId: "x", capabilities: ["FLYING"] },
    },
    {
      type: "AirkitConversationHub",
      driver,
      given: ({ ids }) => ({ channelResourceIds: [ids.resource], ...(driver === "operator" && { hubId: ids.hub }) }),
      then: [{ agentTimeoutSeconds: 60 }],
      wrong: { channelResourceIds: [], agentTimeoutSeconds: -1 },
    },
    {
      type: "AirkitRoutingFlow",
      driver,
      given: ({ ids }) => ({ hubId: ids.hub, datasourceId: ids.account, webhookSecretKey: wrapSecret(SECRET) }),
      then: [{ name: "Other" }, { webhookSecretKey: SECRET.replaceAll("5", "6") }],
      wrong: { hubId: 1, type: "Bot", relayType: "Zendesk" },
    },
  ]),
  {
    type: "SigningSecretFile",
    given: ({ directory }) => ({ path: path.join(directory, "secret"), signingSecret: wrapSecret(SECRET) }),
    then: [{ signingSecret: SECRET.replaceAll("5", "6") }, { mode: "0640" }],
    drift: ({ directory }) => {
      rmSync(path.join(directory, "secret"));
    },
    wrong: { path: "relative", mode: "0777", owner: "no name" },
  },
  {
    type: "ReceiverControlsFile",
    given: ({ directory }) => ({ path: path.join(directory, "controls.json"), maxPerSecond: 5 }),
    then: [{ paused: true }, { filter: [{ events: ["kustomer.note.*"] }] }],
    drift: ({ directory }) => {
      rmSync(path.join(directory, "controls.json"));
    },
    wrong: { path: "relative", maxPerSecond: 5000, filter: [{ path: "a" }] },
  },
  {
    type: "ReceiverRoute",
    given: () => ({ sealKey: "key" }),
    then: [{ name: "Other" }],
    wrong: { sealKey: 1, key: 2 },
  },
];

const cleanups: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function world(): Promise<World> {
  const sandbox = await startSandbox({ managementKey: "a-management-key" });
  const directory = mkdtempSync(path.join(tmpdir(), "two-edges-"));
  cleanups.push(async () => {
    await sandbox.close();
    rmSync(directory, { recursive: true, force: true });
  });
  const { token } = sandbox.createKey({ name: "Airkit", roles: RELAY_ROLES });
  const made = (kind: "accounts" | "resources" | "hubs", form: Record<string, unknown>): string =>
    sandbox.createAirkitObject(kind, { name: "by hand", ...form }).id;
  const account = made("accounts", { integration: "Kustomer", apiKey: "none" });
  const resource = made("resources", { capabilities: ["MESSAGING_SEND_TEXT"], datasourceId: account });
  return {
    sandbox,
    directory,
    token,
    ids: { account, resource, hub: made("hubs", { channelResourceIds: [resource] }) },
  };
}

function settingsFor({ sandbox }: World, driver: "operator" | "console"): Settings {
  return {
    kustomer: {
      baseUrl: sandbox.url,
      apiKey: sandbox.managementKey,
      issuerUrl: sandbox.issuerUrl,
      issuerToken: sandbox.issuerToken,
    },
    airkit: { driver, ...(driver === "console" && { baseUrl: sandbox.airkitConsoleUrl, token: sandbox.airkitToken }) },
  };
}

/** The whole life of one resource: everything that the engine hears. */
async function life({ given, then, drift, wrong }: Case, edge: Edge, here: World): Promise<unknown[]> {
  const heard: unknown[] = [];
  const hear = <T>(what: string, value: T): T => {
    heard.push({ [what]: value });
    return value;
  };
  const attempt = async <T>(what: string, work: Promise<T>): Promise<T | undefined> =>
    work
      .then((value) => hear(what, value))
      .catch((error: unknown) => {
        hear(what, (error as Error).message);
        return undefined;
      });
  hear("wrong", await edge.check(wrong));

  let { inputs } = hear("check", await edge.check(given(here)));
  here.sandbox.fault({ kind: "status", status: 403, on: { method: "POST" } });
  const refused = await attempt("refused", edge.create(inputs));
  here.sandbox.clearFaults();
  let { id, state } = refused ?? hear("create", await edge.create(inputs));
  for (const patch of [{}, ...then]) {
    inputs = hear("check", await edge.check({ ...given(here), ...patch }, inputs)).inputs;
    const { differs, replaces } = hear("diff", await edge.diff(id, state, inputs));
    if (replaces.length > 0) {
      const successor = hear("replace", await edge.create(inputs));
      await attempt("delete the former", edge.delete(id, state));
      ({ id, state } = successor);
    } else if (differs) ({ state } = (await attempt("update", edge.update(id, state, inputs))) ?? { state });
    ({ state } = hear("read", await edge.read(id, state)) ?? { state });
  }
  drift?.(here);
  const drifted = hear("drifted", await edge.read(id, state));
  hear("difference", await edge.diff(id, drifted?.state ?? state, inputs));
  await attempt("heal", edge.update(id, drifted?.state ?? state, inputs));
  await attempt("delete", edge.delete(id, state));
  await attempt("gone", edge.read(id, state));
  // Time is quick here: a busy machine may be too slow for what a check would like to know.
  hear(
    "warnings",
    edge.warnings.filter((warning) => !warning.startsWith("could not verify the key")),
  );
  return heard;
}

/** What is told, without what differs from one organisation, folder and moment to the next. */
function comparable(heard: unknown, { sandbox, directory, token }: World): unknown {
  const text = [
    [sandbox.url, "<url>"],
    [new URL(sandbox.url).host, "<host>"],
    [directory, "<folder>"],
    [token, "<token>"],
    [sandbox.airkitToken, "<token>"],
  ].reduce((all, [value = "", name = ""]) => all.replaceAll(value, name), JSON.stringify(respellAll(heard)));
  const settled = text
    .replaceAll("pulumi config set --path", "pulumi config set")
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "<time>")
    .replace(/\beyJ[\w-]+\.[\w-]+\.[\w-]+/g, "<key>")
    .replace(/\br[0-9a-f]{12}\b/g, "<revision>")
    .replace(/\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, "<uuid>");
  return JSON.parse(settled, (key, value: unknown) => (MADE_ANEW.has(key) ? typeof value : spelled(value)));
}

const MADE_ANEW = new Set([
  "revision",
  "revisionKey",
  "applied",
  "generation",
  "postedGenerations",
  "owner",
  "lastTokenChars",
]);

function spelled(value: unknown): unknown {
  if (typeof value !== "string") return value;
  return value.replace(/\b[0-9a-f]{64}\b|\b[0-9a-f]{56}\b|\b[0-9a-f]{32}\b|\b[0-9a-f]{24}\b/g, "<made>");
}

describe.each(CASES.map((one): [string, Case] => [`${one.type} ${one.driver ?? Object.keys(one.wrong)[0]}`, one]))(
  "%s",
  (_, one) => {
    const driver = one.driver ?? "console";

    test("has the same life over both edges: values, secrets, replacements, messages and warnings; and no preview claims what does not come", async () => {
      const [here, there] = [await world(), await world()];
      const dynamic = await life(one, dynamicEdge(one.type, settingsFor(here, driver)), here);
      const plugin = nativeEdge(one.type, settingsFor(there, driver));
      const native = await life(one, plugin, there);
      expect(comparable(native, there)).toEqual(comparable(dynamic, here));
      expect(plugin.wrongClaims).toEqual([]);
    });

    test("takes what is unknown or secret anywhere in what is declared, and both edges hand it on as such", async () => {
      const here = await world();
      const settings = settingsFor(here, driver);
      const [dynamic, native] = [dynamicEdge(one.type, settings), nativeEdge(one.type, settings)];
      const declared = fc.constantFrom(...[{}, ...one.then].map((patch) => ({ ...one.given(here), ...patch })));
      await fc.assert(
        fc.asyncProperty(declared.chain(withUnknownsAndSecrets), async (given) => {
          const [theirs, ours] = [await dynamic.check(given), await native.check(given)];
          expect(comparable(ours, here)).toEqual(comparable(theirs, here));
          expect(ours.failures).toEqual([]);
          const previewed = native.previewCreate(ours.inputs);
          for (const [name, value] of Object.entries(given))
            for (const handedOn of [ours.inputs, previewed]) {
              if (hasSecret(value)) expect(hasSecret(handedOn[name])).toBe(true);
              if (isUnknown(value)) expect(isUnknown(handedOn[name])).toBe(true);
            }
        }),
        { numRuns: 60 },
      );
    });
  },
);

const isUnknown = (value: unknown): boolean => JSON.stringify(value ?? "").includes(UNKNOWN);

/** The same values, some of them, at any depth, not known yet, and some of them secret. */
function withUnknownsAndSecrets(value: unknown): fc.Arbitrary<Values> {
  return changed(value).map((changes) => unwrapTop(changes));
}

/** A program's arguments are never a secret as a whole, nor unknown. */
function unwrapTop(value: unknown): Values {
  return isSecret(value) ? unwrapTop((value as { value: unknown }).value) : (value as Values);
}

function changed(value: unknown, isWhole = true): fc.Arbitrary<unknown> {
  const inside = isSecret(value)
    ? changed((value as { value: unknown }).value, false).map(wrapSecret)
    : Array.isArray(value)
      ? fc.tuple(...value.map((item) => changed(item, false)))
      : typeof value === "object" && value !== null
        ? fc.record(Object.fromEntries(Object.entries(value).map(([key, item]) => [key, changed(item, false)])))
        : fc.constant(value);
  if (isWhole) return inside;
  return fc.oneof(
    { weight: 4, arbitrary: inside },
    { weight: 1, arbitrary: fc.constant(UNKNOWN) },
    { weight: 1, arbitrary: inside.map(wrapSecret) },
    { weight: 1, arbitrary: fc.constant(wrapSecret(UNKNOWN)) },
  );
}
