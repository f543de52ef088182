import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
import { warnOfRefusedEvents } from "../../../components/relay/rotation-warning";
import type { KustomerRelayArgs } from "../../../components/relay/arguments";
import { settingsFrom } from "../../../providers/lifecycle/settings";
import { byIds } from "../support/relays";

const OPERATOR = settingsFrom(() => undefined, {});
const CONSOLE = settingsFrom((key) => (key === "airkit:driver" ? "console" : undefined), {});

/** What a preview knows of the relay's objects, by their names. */
const ROTATED = { webhook: "", flow: "a-flow" };

describe("the warning that a rotation makes Airkit refuse events", () => {
  let warned: string[];

  beforeEach(() => {
    warned = [];
    jest.spyOn(pulumi.log, "warn").mockImplementation((message) => {
      warned.push(message);
      return Promise.resolve();
    });
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });

  /** A program that declares just the two resources by whose ids a preview tells a rotation. */
  async function declare(
    args: KustomerRelayArgs,
    ids: Readonly<Record<string, string>>,
    { settings = OPERATOR, isPreview = true } = {},
  ): Promise<string[]> {
    await pulumi.runtime.setMocks(
      { newResource: ({ name }) => ({ id: ids[name] ?? "", state: {} }), call: () => ({}) },
      "shop",
      "prod",
      isPreview,
    );
    class Declared extends pulumi.CustomResource {
      constructor(name: string) {
        super("test:index:Declared", name, {});
      }
    }
    const relay = new pulumi.ComponentResource("test:index:Relay", "support");
    const [webhook, routingFlow] = [new Declared("webhook").id, new Declared("flow").id];
    warnOfRefusedEvents(relay, "support", args, settings, { webhook, routingFlow });
    await pulumi.runtime.disconnect();
    return warned;
  }

  test("comes at preview, says what happens and names both ways out", async () => {
    expect(await declare(byIds, ROTATED)).toEqual([
      expect.stringMatching(
        /^relay "support": its webhook gets a new signing secret\. .*Airkit refuses every event.*Two ways out: put a receiver in between \(`receiver: .*\).*; or run it in a quiet hour/,
      ),
    ]);
  });

  test.each<[string, KustomerRelayArgs, Record<string, string>, object]>([
    ["where the webhook stays", byIds, { webhook: "a-webhook", flow: "a-flow" }, {}],
    ["where the whole relay is new", byIds, { webhook: "", flow: "" }, {}],
    [
      "where a receiver keeps the events",
      { ...byIds, receiver: { kind: "url", url: "https://receiver.example.com" } },
      ROTATED,
      {},
    ],
    ["where events do not go to Airkit", { destination: "https://bots.example.com/in" }, ROTATED, {}],
    ["where the console driver enters the secret", byIds, ROTATED, { settings: CONSOLE }],
    ["during up, when it is too late to choose", byIds, ROTATED, { isPreview: false }],
  ])("does not come %s", async (_, args, ids, options) => {
    expect(await declare(args, ids, options)).toEqual([]);
  });
});
