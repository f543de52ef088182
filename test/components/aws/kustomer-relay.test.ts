import { beforeEach, describe, expect, test } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
import { RelayReceiver } from "../../../aws";
import { KustomerRelay, type KustomerRelayArgs } from "../../../index";
import { sealRoute } from "../../../receiver/route-seal";
import { relayProblems } from "../../../components/relay/preflight";
import { RANDOM, type Registered, registered, valueOf } from "../support/declared";
import { ACCOUNT_ID, REGION } from "../support/on-aws";
import { byIds } from "../support/relays";
import { TOPIC, called, ofType } from "./support/receiver";

const ROUTE = sealRoute(RANDOM, RANDOM);
const URL = `https://abcdefghij.lambda-url.${REGION}.on.aws/${ROUTE}`;
const parentsOf = (resources: Registered[], type: string): string[] =>
  ofType(resources, type).map(({ parent }) => parent);

async function declare(args: KustomerRelayArgs): Promise<{ relay: KustomerRelay; resources: Registered[] }> {
  const made: KustomerRelay[] = [];
  const resources = await registered(() => made.push(new KustomerRelay("support", args)));
  const [relay] = made;
  if (relay === undefined) throw new Error("no relay was made");
  return { relay, resources };
}

beforeEach(() => {
  pulumi.runtime.setAllConfig({ "kustomer:org": "acme", "kustomer:apiKey": "a-management-key" });
});

describe("a relay whose receiver is on AWS", () => {
  test("makes the receiver, sends Kustomer there, and tells the receiver where events go and what signs them", async () => {
    const { relay, resources } = await declare({
      ...byIds,
      receiver: { kind: "aws", destination: { headers: { "x-team": "support" }, timeoutSeconds: 20 } },
    });
    expect(called(resources, "support-receiver")).toMatchObject({
      type: "kustomer-relay:aws:RelayReceiver",
      parent: "support",
    });
    expect(called(resources, "support-webhook").inputs.url).toBe(URL);
    expect(await valueOf(relay.webhookUrl)).toBe(URL);
    const secret = called(resources, "support-receiver-support-secret-value");
    expect(JSON.parse((secret.inputs.secretString as { value: string }).value)).toEqual({
      relay: "support",
      signingSecret: "a-signing-secret",
      destination: { headers: { "x-team": "support" }, timeoutSeconds: 20, url: await valueOf(relay.destinationUrl) },
    });
  });

  test("does so without a cycle: address, webhook, signing secret, what the receiver knows", async () => {
    const { resources } = await declare({ ...byIds, receiver: { kind: "aws" } });
    const needs = (name: string): string[] => Object.values(called(resources, name).dependencies).flat();
    expect(needs("support-webhook")).toContain("support-receiver-support-route");
    expect(needs("support-webhook")).toContain("support-receiver-url");
    expect(needs("support-receiver-support-secret-value")).toContain("support-webhook");
    expect(needs("support-receiver-support-secret")).not.toContain("support-webhook");
  });

  test("tells what its commands go by, and no secret", async () => {
    const { relay } = await declare({ ...byIds, receiver: { kind: "aws" } });
    const queue = `https://sqs.${REGION}.amazonaws.com/${ACCOUNT_ID}/support-receiver`;
    expect(await valueOf(relay.receiver)).toEqual({
      kind: "aws",
      relay: "support",
      controls: {},
      url: URL,
      queueUrl: `${queue}-events-a1b2c3d.fifo`,
      deadLetterQueueUrl: `${queue}-dead-letters-a1b2c3d.fifo`,
      tableName: "support-receiver-deliveries-a1b2c3d",
      region: REGION,
      intakeFunctionName: "support-receiver-intake-a1b2c3d",
      deliveryFunctionName: "support-receiver-delivery-a1b2c3d",
      dashboardUrl: expect.stringContaining("#dashboards/dashboard/shop-prod-support-receiver"),
    });
    expect(await pulumi.isSecret(relay.receiver)).toBe(false);
  });

  test("passes the receiver's arguments on", async () => {
    const { resources } = await declare({
      ...byIds,
      receiver: { kind: "aws", region: "eu-west-1", alarms: { actions: [TOPIC] }, tags: { team: "support" } },
    });
    expect(called(resources, "support-receiver-alarm-dead-letters").inputs).toMatchObject({
      region: "eu-west-1",
      alarmActions: [TOPIC],
      tags: { team: "support" },
    });
  });

  test("may share one with others: each has a secret of its own, under the one receiver", async () => {
    const resources = await registered(() => {
      const receiver = new RelayReceiver("hub");
      for (const name of ["support", "sales"])
        new KustomerRelay(name, { ...byIds, receiver: { kind: "aws", receiver } });
    });
    expect(parentsOf(resources, "lambda.Function")).toEqual(["hub", "hub"]);
    expect(parentsOf(resources, "secretsmanager.SecretVersion")).toEqual(["hub", "hub"]);
    for (const name of ["support", "sales"]) {
      const secret = called(resources, `hub-${name}-secret-value`).inputs.secretString as { value: string };
      expect(JSON.parse(secret.value)).toMatchObject({ relay: name });
      expect(called(resources, `${name}-webhook`).dependencies.url).toContain(`hub-${name}-route`);
    }
  });
});

describe("before anything is touched", () => {
  const receiverProblems = (receiver: object): string[] =>
    relayProblems([{ name: "support", args: { ...byIds, receiver } as KustomerRelayArgs, settings: undefined }]);

  test("all mistakes in the receiver's arguments are told, with those of the destination", () => {
    const mistakes = { intake: { memoryMiB: 1 }, logLevel: "loud", destination: { timeoutSeconds: 60 } };
    expect(receiverProblems({ kind: "aws", ...mistakes })).toEqual([
      'relay "support": receiver.intake.memoryMiB: must be a whole number from 128 to 10240',
      'relay "support": receiver.logLevel: must be debug, info, warn, error',
      'relay "support": receiver.destination.timeoutSeconds: 60 leaves the delivery function no time: its `delivery.timeoutSeconds` is 60, and has to be at least 65',
    ]);
  });

  test("a receiver that is shared takes no arguments here, and has to be one", () => {
    expect(receiverProblems({ kind: "aws", receiver: { addRelay: () => undefined }, logLevel: "info" })).toEqual([
      'relay "support": receiver.receiver: it is built elsewhere, so `logLevel` would do nothing here',
    ]);
    expect(receiverProblems({ kind: "aws", receiver: { url: "https://x.example.com" } })).toEqual([
      'relay "support": receiver.receiver: must be a `RelayReceiver` of `pulumi-kustomer-relay/aws`',
    ]);
  });
});
