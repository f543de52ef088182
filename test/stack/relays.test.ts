import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { RelayError } from "../../providers/lifecycle/errors";
import { relaysOf } from "../../stack/relays";

const UUID = "0b0e0000-0000-4000-8000-000000000001";
const NAMES = ["name", "kustomer", "airkit", "apiKey", "webhook", "hub", "id", "events", "headers", "realm", "account"];

function mistakesIn(value: unknown): string[] {
  try {
    relaysOf(value);
    return [];
  } catch (error) {
    if (!(error instanceof RelayError)) throw error;
    return error.message
      .split("\n")
      .slice(1)
      .map((line) => line.trim());
  }
}

const of = (relay: object): unknown => [{ name: "support", ...relay }];

describe("relays in stack config", () => {
  test("are taken as they are written: what is left out is for the resources to fill in", () => {
    const written = [
      {
        name: "support",
        kustomer: {
          apiKey: { token: "a-key" },
          webhook: { events: ["kustomer.message.create"], headers: { "x-team": "eu" } },
        },
        airkit: { realm: "eu", account: {}, resource: { id: UUID.toUpperCase() }, hub: { channelResourceIds: [UUID] } },
        rotation: 1,
      },
      {
        name: "sales",
        destination: "https://bots.example.com",
        receiver: { kind: "url", url: "https://r.example.com" },
      },
    ];
    expect(relaysOf(structuredClone(written))).toEqual(written);
  });

  test("that nobody declared yet are asked for with commands to begin with", () => {
    for (const nothing of [undefined, null, []])
      expect(() => relaysOf(nothing)).toThrow(/pulumi config set --path 'kustomer-relay:relays\[0\]\.name' support\n/);
  });

  test("are all checked at once, each mistake with its path in the file", () => {
    expect(
      mistakesIn([
        { name: "9 lives", airkit: { realm: "mars", hub: { channelResourceIds: ["web chat"] } }, rotation: 0.5 },
        { nmae: "sales", kustomer: { webhok: {}, webhook: { events: [7], urll: "x" } } },
      ]),
    ).toEqual([
      "kustomer-relay:relays[0].name: must be letters, digits and dashes, at most 40, beginning with a letter",
      "kustomer-relay:relays[0].airkit.realm: must be one of us, eu, ap",
      "kustomer-relay:relays[0].airkit.hub.channelResourceIds[0]: must be the UUID of the object, or the whole address of its page in Airkit's console",
      "kustomer-relay:relays[0].rotation: must be a whole number",
      "kustomer-relay:relays[1].name: is required: it names the relay's resources",
      "kustomer-relay:relays[1].kustomer.webhook.events[0]: must be the name of an event",
      expect.stringMatching(/^kustomer-relay:relays\[1\]\.kustomer\.webhook\.urll: no such setting/),
      "kustomer-relay:relays[1].kustomer.webhok: no such setting; did you mean webhook?",
      "kustomer-relay:relays[1].nmae: no such setting; did you mean name?",
    ]);
  });

  test("must differ in name, which is said beside other mistakes", () => {
    expect(mistakesIn([{ name: "a" }, { name: "b", airkitt: {} }, { name: "a" }, { name: "a" }])).toEqual([
      "kustomer-relay:relays[1].airkitt: no such setting; did you mean airkit?",
      'kustomer-relay:relays[2].name: the relay kustomer-relay:relays[0] is called "a" too',
      'kustomer-relay:relays[3].name: the relay kustomer-relay:relays[0] is called "a" too',
    ]);
  });

  test("one mistake is one mistake", () => {
    expect(() => relaysOf([{ name: 1 }])).toThrow(
      /^1 problem in Pulumi\.<stack>\.yaml must be fixed first; nothing was changed:\n/,
    );
    expect(() => relaysOf([{ name: 1 }, {}])).toThrow("2 problems in");
  });

  const rules: [string, unknown, string][] = [
    ["a text in place of the list", "support", ": must be a list of relays, each with a name"],
    ["a map in place of the list", { support: {} }, ": must be a list of relays, each with a name"],
    ["a text in place of a relay", ["support"], "[0]: must be a group of settings"],
    ["a number for a name", [{ name: 7 }], "[0].name: must be text: it names the relay's resources"],
    ["a name that begins with a dash", [{ name: "-a" }], "[0].name: must be letters, digits and dashes"],
    ["a name that is too long", [{ name: "a".repeat(41) }], "[0].name: must be letters, digits and dashes, at most 40"],
    ["an empty kustomer", of({ kustomer: null }), "[0].kustomer: must be a group of settings"],
    [
      "one event in place of a list",
      of({ kustomer: { webhook: { events: "x" } } }),
      "[0].kustomer.webhook.events: must be a list",
    ],
    [
      "yes for true",
      of({ kustomer: { webhook: { enabled: "yes" } } }),
      "[0].kustomer.webhook.enabled: must be true or false",
    ],
    [
      "a text for a number",
      of({ airkit: { hub: { maxWeightPerAgent: "many" } } }),
      "[0].airkit.hub.maxWeightPerAgent: must be a whole number",
    ],
    [
      "a header's name with a space",
      of({ kustomer: { webhook: { headers: { "x y": "1" } } } }),
      "[0].kustomer.webhook.headers.x y: not a header name",
    ],
    ["an empty token", of({ kustomer: { apiKey: { token: "" } } }), "[0].kustomer.apiKey.token: must not be empty"],
    [
      "a url for the webhook, which follows from the destination",
      of({ kustomer: { webhook: { url: "https://x.example.com" } } }),
      "[0].kustomer.webhook.url: no such setting",
    ],
    [
      "an API key for the account, which is the relay's",
      of({ airkit: { account: { apiKey: "k" } } }),
      "[0].airkit.account.apiKey: no such setting",
    ],
    [
      "a hub for the routing flow, which is the relay's",
      of({ airkit: { routingFlow: { hubId: UUID } } }),
      "[0].airkit.routingFlow.hubId: no such setting",
    ],
    [
      "what the package sets itself",
      of({ kustomer: { webhook: { mark: "x" } } }),
      "[0].kustomer.webhook.mark: no such setting",
    ],
    [
      "an id that is no UUID",
      of({ airkit: { account: { id: "support" } } }),
      "[0].airkit.account.id: must be the UUID",
    ],
    [
      "an id for the routing flow",
      of({ airkit: { routingFlow: { id: UUID } } }),
      "[0].airkit.routingFlow.id: no such setting",
    ],
    [
      "plain http",
      of({ destination: "http://bots.example.com" }),
      "[0].destination: must be an https URL (http only to this machine)",
    ],
    [
      "a destination that is no text",
      of({ destination: 1 }),
      "[0].destination: must be text: the https URL that receives the events",
    ],
    [
      "a receiver without a url",
      of({ receiver: { kind: "url" } }),
      "[0].receiver.url: is required: the receiver's https URL",
    ],
    [
      "an unknown receiver",
      of({ receiver: { kind: "gcp", url: "https://r.example.com" } }),
      "[0].receiver.kind: must be url, self-hosted or aws",
    ],
    [
      "an argument that a receiver on AWS does not have",
      of({ receiver: { kind: "aws", alarms: { topic: "x" } } }),
      "[0].receiver.alarms.topic: no such setting",
    ],
    [
      "a number that AWS does not take",
      of({ receiver: { kind: "aws", delivery: { maximumConcurrency: 1 } } }),
      "[0].receiver.delivery.maximumConcurrency: must be a whole number from 2 to 1000",
    ],
    [
      "an alarm that would call nobody AWS knows",
      of({ receiver: { kind: "aws", alarms: { actions: ["me@example.com"] } } }),
      "[0].receiver.alarms.actions[0]: must be an ARN",
    ],
    [
      "a transform, which no file can hold",
      of({ receiver: { kind: "aws", transform: { intake: { memorySize: 1024 } } } }),
      "[0].receiver.transform: no such setting",
    ],
    ["a text for a receiver", of({ receiver: "self-hosted" }), "[0].receiver: must be a group of settings"],
    [
      "a receiver's secret file that is nowhere in particular",
      of({ receiver: { kind: "self-hosted", publicUrl: "https://r.example.com", secretFile: "secrets" } }),
      "[0].receiver.secretFile: must be an absolute path",
    ],
    ["a negative rotation", of({ rotation: -1 }), "[0].rotation: must be at least 0"],
  ];
  test.each(rules)("do not pass with %s", (_, value, sentence) => {
    const mistakes = mistakesIn(value);
    expect(mistakes).toHaveLength(1);
    expect(mistakes[0]).toContain(`kustomer-relay:relays${sentence}`);
  });

  test("name what a setting may be where no name is near", () => {
    expect(mistakesIn(of({ airkit: { conversations: {} } }))).toEqual([
      "kustomer-relay:relays[0].airkit.conversations: no such setting; there are realm, apiHostname, account, resource, hub, routingFlow",
    ]);
  });

  test("never fail with anything but a message for the person, whatever the file says", () => {
    const leaf = fc.oneof(
      fc.string(),
      fc.integer(),
      fc.double(),
      fc.boolean(),
      fc.constant(null),
      fc.constantFrom(UUID, "url", "eu"),
    );
    const keys = fc.oneof(
      fc.constantFrom(...NAMES, "destination", "receiver", "__proto__", "constructor", "toString"),
      fc.string(),
    );
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 5 },
        leaf,
        fc.array(tie("tree"), { maxLength: 3 }),
        fc.dictionary(keys, tie("tree"), { maxKeys: 4 }),
      ),
    }));
    const relay = fc.record(
      { name: fc.oneof(fc.constant("support"), tree), kustomer: tree, airkit: tree, receiver: tree },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.oneof(tree, fc.array(relay, { maxLength: 3 })), (value) => {
        for (const mistake of mistakesIn(value)) expect(mistake).not.toBe("");
      }),
      { numRuns: 500 },
    );
  });
});
