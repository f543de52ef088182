import { beforeEach, describe, expect, test } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
import { RelayReceiver } from "../../../aws";
import { overridesIn } from "../../../components/aws/override-warning";
import { relayProblems } from "../../../components/relay/preflight";
import { KustomerRelay, type KustomerRelayArgs } from "../../../index";
import { parseConfig } from "../../../receiver/self-hosted/config";
import { relaysOf } from "../../../stack/relays";
import { registered, valueOf } from "../support/declared";
import { byIds } from "../support/relays";
import { called } from "./support/receiver";

const controls = {
  paused: true,
  maxPerSecond: 5,
  filter: [{ name: "own-words", not: { path: "data.attributes.direction", equals: "out" } }],
};
const wrong = { paused: "yes", maxPerSecond: 2.5, filter: [{ path: "data" }] };

beforeEach(() => {
  pulumi.runtime.setAllConfig({ "kustomer:org": "acme", "kustomer:apiKey": "a-management-key" });
});

describe("the controls of a relay whose receiver is on AWS", () => {
  test("get to the functions with its secret, and are told in its outputs, for the commands to go by", async () => {
    const made: KustomerRelay[] = [];
    const resources = await registered(() =>
      made.push(new KustomerRelay("support", { ...byIds, receiver: { kind: "aws", ...controls } })),
    );
    const { secretString } = called(resources, "support-receiver-support-secret-value").inputs;
    expect(JSON.parse((secretString as { value: string }).value)).toMatchObject({ controls });
    const [relay] = made;
    expect(await valueOf(relay?.receiver ?? pulumi.output(undefined))).toMatchObject({ relay: "support", controls });
  });

  test("are said of each relay that shares a receiver, too", async () => {
    const resources = await registered(() => {
      const destination = { url: "https://bots.example.com/in" };
      const relay = new RelayReceiver("hub").addRelay("calm");
      relay.connect({ signingSecret: "a-signing-secret", destination, ...controls });
    });
    const { secretString } = called(resources, "hub-calm-secret-value").inputs;
    expect(JSON.parse((secretString as { value: string }).value)).toMatchObject({ relay: "calm", controls });
  });

  test("are looked at before anything is touched, each mistake with its path, in a program as in a file", () => {
    const args = { ...byIds, receiver: { kind: "aws", ...wrong } } as unknown as KustomerRelayArgs;
    const problems = relayProblems([{ name: "support", args, settings: undefined }]).join("\n");
    const said = [
      /receiver\.paused: must be true or false/,
      /receiver\.maxPerSecond: must be a whole number from 1 to 1000, or a fraction/,
      /receiver\.filter\[0\]: must say what is at `path`/,
    ];
    for (const sentence of said) expect(problems).toMatch(sentence);
    const declaration = { name: "support", destination: "https://x.example/", receiver: { kind: "aws", ...wrong } };
    for (const sentence of said) expect(() => relaysOf([declaration])).toThrow(sentence);
  });

  test("have the names and the rules of receiver.yaml", () => {
    const relay = (more: object) => ({
      relays: [{ name: "a", secrets: [{ env: "X" }], destination: { url: "https://x.example/" }, ...more }],
    });
    expect(parseConfig(relay(controls), "receiver.yaml").relays[0]).toMatchObject(controls);
    expect(() => parseConfig(relay(wrong), "receiver.yaml")).toThrow(
      /relays\.0\.paused: must be true or false\n.*relays\.0\.maxPerSecond: must be a whole number from 1 to 1000.*\n.*relays\.0\.filter\.0: must say what is at `path`/,
    );
  });

  test("are said to be in the receiver's own file where that is self-hosted, and are no argument there", () => {
    const receiver = { kind: "self-hosted", publicUrl: "https://x.example/kustomer", paused: true };
    const args = { ...byIds, receiver } as unknown as KustomerRelayArgs;
    expect(relayProblems([{ name: "support", args, settings: undefined }]).join()).toMatch(/receiver\.paused: /);
  });
});

describe("the next `up`", () => {
  test("says what stands above what is declared, and for how long, but not what has ended", () => {
    const now = Date.parse("2026-11-26T12:00:00Z");
    const override = (value: unknown, until?: number) => ({ value, by: "ana", since: now - 60_000, until });
    const item = JSON.stringify({
      id: { S: "controls" },
      "relay:support": { S: JSON.stringify({ paused: override(true, now + 3_600_000) }) },
      "relay:forged\u001b[2J": { S: JSON.stringify({ maxPerSecond: override(1) }) },
      "relay:sales": { S: JSON.stringify({ paused: override(true, now - 1), maxPerSecond: override(5) }) },
    });
    expect(overridesIn(item, now)).toEqual([
      'relay "support" is paused by ana since 2026-11-26T11:59Z until 2026-11-26T13:00Z',
      'relay "forged\\u001b[2J" is limited to 1 a second by ana since 2026-11-26T11:59Z until somebody resumes it',
      'relay "sales" is limited to 5 a second by ana since 2026-11-26T11:59Z until somebody resumes it',
    ]);
    for (const nothing of [undefined, "", "no json", "{}"]) expect(overridesIn(nothing, now)).toEqual([]);
  });
});
