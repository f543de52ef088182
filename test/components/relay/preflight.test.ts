import { describe, expect, test } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
import { type Planned, preflight, relayProblems } from "../../../components/relay/preflight";
import type { KustomerRelayArgs } from "../../../index";
import { type Settings, settingsFrom } from "../../../providers/lifecycle/settings";
import { ACCOUNT, HUB, RESOURCE, WEB_CHAT, byIds, managed } from "../support/relays";

const CONFIG_PATH = "kustomer-relay:relays[0]";
const READY = { "kustomer:org": "acme", "kustomer:apiKey": "a-management-key" };

const settingsOf = (config: Record<string, string>): Settings => settingsFrom((key) => config[key], {});

const problemsOf = (relays: Omit<Planned, "settings">[], config: Record<string, string> = READY): string[] => {
  const settings = settingsOf(config);
  return relayProblems(relays.map((relay) => ({ ...relay, settings })));
};
const withArgs = (args: object): Omit<Planned, "settings"> => ({ name: "support", args: args as KustomerRelayArgs });

describe("before anything is touched", () => {
  test("a relay that has all it needs passes", () => {
    expect(problemsOf([withArgs(byIds)])).toEqual([]);
    expect(problemsOf([withArgs(managed)], { ...READY, "airkit:driver": "console" })).toEqual([]);
  });

  test("everything that is missing is told at once, in the guide's order", () => {
    const problems = problemsOf([withArgs({ airkit: {} })], {});
    expect(problems.map((problem) => problem.split("\n")[0]?.slice(0, 72))).toEqual([
      expect.stringContaining("no Kustomer organisation is set"),
      expect.stringContaining("no Kustomer API key is set"),
      expect.stringMatching(/^relay "support": token: no API key is given/),
      expect.stringMatching(/^relay "support": accountId: Airkit offers no API that makes a connected/),
      expect.stringMatching(/^relay "support": resourceId: Airkit offers no API that makes a Resource/),
      expect.stringMatching(/^relay "support": hubId: Airkit offers no API that makes a Conversation/),
    ]);
  });

  test("each missing thing of a relay in stack config comes with the command that sets it", () => {
    const printed = problemsOf([withArgs({ airkit: {}, configPath: CONFIG_PATH })], {}).join("\n");
    for (const command of [
      "pulumi config set kustomer:org <value>",
      "pulumi config set --secret kustomer:apiKey",
      `pulumi config set --path --secret '${CONFIG_PATH}.kustomer.apiKey.token'`,
      `pulumi config set --path '${CONFIG_PATH}.airkit.account.accountId' <UUID>`,
      `pulumi config set --path '${CONFIG_PATH}.airkit.resource.resourceId' <UUID>`,
      `pulumi config set --path '${CONFIG_PATH}.airkit.hub.id' <UUID>`,
    ])
      expect(printed).toContain(`\`${command}\``);
  });

  test("an object of which something is declared is asked for in the way that keeps the books", () => {
    const airkit = {
      account: { environment: "PROD" },
      resource: { name: "Relay" },
      hub: { channelResourceIds: [WEB_CHAT] },
    };
    const printed = problemsOf([withArgs({ ...byIds, airkit, configPath: CONFIG_PATH })]).join("\n");
    for (const path of ["account.accountId", "resource.resourceId", "hub.hubId"])
      expect(printed).toContain(`pulumi config set --path '${CONFIG_PATH}.airkit.${path}' <UUID>`);
    for (const line of ["Environment: PROD\n", "Resource Name: Relay\n", `Channel Resources: ${WEB_CHAT}\n`])
      expect(printed).toContain(line);
  });

  test("a form says in words what is only known once an earlier one is filled in", () => {
    const problems = problemsOf([withArgs({ ...byIds, airkit: {} })]).join("\n");
    expect(problems).toContain("Datasource: the connected account's");
    expect(problems).toContain("Channel Resources: the Resources, Web Chat or SMS, on which conversations begin");
    const known = problemsOf([withArgs({ ...byIds, airkit: { account: { id: ACCOUNT } } })]).join("\n");
    expect(known).toContain(`Datasource: ${ACCOUNT}`);
  });

  test("no step before the first up names an output that is not there yet", () => {
    const secretOf = (config: Record<string, string>, airkit: object): string | undefined => {
      const args = withArgs({ ...byIds, airkit: { ...airkit, resource: { id: RESOURCE }, hub: { id: HUB } } });
      return /API key: \(secret\) .*/.exec(problemsOf([args], { ...READY, ...config }).join("\n"))?.[0];
    };
    expect(secretOf({}, {})).toBe(
      "API key: (secret) the token of the API key that Airkit is to use, shown once when it was made",
    );
    expect(secretOf({}, { account: { secretCommand: "vault read airkit" } })).toBe(
      "API key: (secret) shown by: vault read airkit",
    );
    expect(secretOf({ "kustomer:issuerUrl": "https://keys.example.com" }, {})).toMatch(
      /is issued by `pulumi up`: give the relay a `destination` in place of `airkit` once/,
    );
  });

  test("without a place in stack config, the argument is named", () => {
    expect(problemsOf([withArgs({ airkit: {} })]).join("\n")).toContain("set `airkit.hub.id` of the relay to it");
  });

  test("a key that an issuer makes is not asked for, and neither are objects that the console driver makes", () => {
    const config = { ...READY, "kustomer:issuerUrl": "https://keys.example.com", "airkit:driver": "console" };
    expect(problemsOf([withArgs({ airkit: { hub: { channelResourceIds: [WEB_CHAT] } } })], config)).toEqual([]);
  });

  test("several relays are looked at together, and what holds for all is said once", () => {
    const problems = problemsOf(
      [
        { name: "eu", args: byIds },
        { name: "us", args: { airkit: { hub: { id: HUB } } } },
      ],
      {
        "kustomer:org": "acme",
      },
    );
    expect(problems.filter((problem) => problem.includes("no Kustomer API key is set"))).toHaveLength(1);
    expect(problems.filter((problem) => problem.startsWith('relay "us"'))).toHaveLength(3);
    expect(problems.filter((problem) => problem.startsWith('relay "eu"'))).toEqual([]);
  });

  test("where the settings cannot be known, only what shows without them is told", () => {
    expect(relayProblems([{ ...withArgs(byIds), settings: undefined }])).toEqual([]);
    expect(relayProblems([{ ...withArgs({ airkit: {} }), settings: undefined }])).toEqual([
      expect.stringContaining("airkit.hub: which Conversation Hub?"),
    ]);
  });

  const mistakes: [string, object, string[]][] = [
    ["nothing at all", {}, ["destination: where do events go?"]],
    ["no hub", { airkit: {} }, ["airkit.hub: which Conversation Hub?"]],
    [
      "an id that is no UUID",
      { airkit: { resource: { id: "support" }, hub: { id: HUB } } },
      ["airkit.resource.id: must be the UUID"],
    ],
    [
      "an id and settings that would do nothing",
      { airkit: { hub: { id: HUB, maxWeightPerAgent: 1, name: "x" } } },
      [
        "airkit.hub: with `id` the object is left alone, so `name`, `maxWeightPerAgent` would do nothing; to manage it, give `hubId` in place of `id`",
      ],
    ],
    ["an unknown realm", { airkit: { realm: "mars", hub: { id: HUB } } }, ["airkit.realm: must be one of us, eu, ap"]],
    [
      "a URL for a hostname",
      { airkit: { apiHostname: "https://api.airkit.com/x", hub: { id: HUB } } },
      ["airkit.apiHostname: "],
    ],
    [
      "an unknown receiver",
      { ...byIds, receiver: { kind: "gcp", url: "https://x.example.com" } },
      ["receiver.kind: must be url, self-hosted or aws"],
    ],
    ...[
      ["is no URL", "relay", "is not a URL; give the whole address, with https://"],
      ["is plain http", "http://relay.example.com/kustomer", "must be an https URL (http only to this machine)"],
      ["shows credentials to everybody", "https://me:word@relay.example.com/kustomer", "holds credentials"],
      ["has a fragment", "https://relay.example.com/kustomer#top", "has a fragment"],
    ].map(([what, publicUrl, problem]): [string, object, string[]] => [
      `a receiver's address that ${what}`,
      { ...byIds, receiver: { kind: "self-hosted", publicUrl } },
      [`receiver.publicUrl: ${problem}`],
    ]),
    [
      "headers that would never arrive, a receiver's address and another mistake, at once",
      {
        ...byIds,
        kustomer: { ...byIds.kustomer, webhook: { headers: { Host: "x", "x-team": "a\nb" } } },
        receiver: { kind: "self-hosted", publicUrl: "https://relay.example.com#x", secretFile: "secrets" },
        rotation: -1,
      },
      [
        "kustomer.webhook.headers.Host: ",
        "kustomer.webhook.headers.x-team: ",
        "receiver.publicUrl: has a fragment",
        "receiver.secretFile: must be an absolute path",
        "rotation: must be at least 0",
      ],
    ],
    [
      "controls of a self-hosted receiver that nothing carries there",
      { ...byIds, receiver: { kind: "self-hosted", publicUrl: "https://relay.example.com/k", maxPerSecond: 5 } },
      ["receiver.maxPerSecond: needs `controlsFile`: the file that your receiver, which names it too, reads"],
    ],
    [
      "mistakes in them, by their place",
      {
        ...byIds,
        receiver: {
          kind: "self-hosted",
          publicUrl: "https://relay.example.com/k",
          controlsFile: "controls.json",
          filter: [{ path: "a" }],
          observeUrl: "ftp://relay",
        },
      },
      [
        "receiver.controlsFile: must be an absolute path",
        "receiver.observeUrl: must be an http or https URL",
        "receiver.filter[0]",
      ],
    ],
    [
      "headers of deliveries from AWS that could not be sent",
      { ...byIds, receiver: { kind: "aws", destination: { headers: { host: "x", "x-team": "a\nb" } } }, rotation: 0.5 },
      [
        "rotation: must be a whole number",
        "receiver.destination.headers.host: ",
        "receiver.destination.headers.x-team: ",
      ],
    ],
    [
      "several mistakes",
      { airkit: { account: { id: "1" }, resource: { id: "2" } } },
      ["airkit.account.id: must be the UUID", "airkit.resource.id: must be the UUID", "airkit.hub: which"],
    ],
  ];
  test.each(mistakes)("a relay with %s is refused, also where the settings are not known", (_, args, sentences) => {
    const problems = relayProblems([{ ...withArgs(args), settings: undefined }]);
    expect(problems).toEqual(sentences.map((sentence) => expect.stringContaining(`relay "support": ${sentence}`)));
  });

  test("ids that are outputs are not known yet, and no mistake", () => {
    const airkit = {
      account: { id: pulumi.output(ACCOUNT) },
      resource: { id: pulumi.output(RESOURCE) },
      hub: { id: pulumi.secret(HUB) },
    };
    expect(problemsOf([withArgs({ ...byIds, airkit })])).toEqual([]);
  });

  test("the message counts the problems and says that nothing was changed, and has no stack", () => {
    const failure = (relays: Planned[]): unknown => {
      try {
        preflight(relays);
      } catch (error) {
        return error;
      }
      return undefined;
    };
    const error = failure([{ ...withArgs(byIds), settings: settingsOf({}) }]);
    expect(pulumi.RunError.isInstance(error)).toBe(true);
    expect(String(error)).toMatch(
      /2 problems must be fixed first; nothing was changed:\n- no Kustomer org.*\n- no Kustomer API key/,
    );
    expect(String(failure([{ ...withArgs(byIds), settings: settingsOf({ "kustomer:org": "acme" }) }]))).toContain(
      "1 problem must be fixed first",
    );
  });
});
