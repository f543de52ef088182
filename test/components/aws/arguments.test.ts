import { describe, expect, test } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
import fc from "fast-check";
import { RelayReceiver } from "../../../aws";
import { receiverProblems } from "../../../components/aws/rules";
import { type Registered, registered } from "../support/declared";
import { type Mistaken, mistakenArgs, receiverArgs } from "./support/arbitrary";
import { KEY, called, declareReceiver, jsonOf, ofType, policiesOf } from "./support/receiver";

const number = ({ inputs }: Registered, name: string): number => Number(inputs[name]);

describe("whatever the arguments,", () => {
  test("no event is lost, read on its way, or seen by somebody it is not for", async () => {
    await fc.assert(
      fc.asyncProperty(receiverArgs, async (args) => {
        const { resources } = await declareReceiver(args);
        queuesKeepEvents(resources);
        failedEventsComeAgain(resources);
        deliveriesAreRemembered(resources);
        onlyTheFunctionsMayAndOnlyWhatTheyMust(resources);
        theSecretStaysOne(resources);
        theAddressIsReached(resources);
        logsEnd(resources);
      }),
      { numRuns: 15 },
    );
  });

  test("mistakes are told all at once, each with its path, before anything is touched", async () => {
    await fc.assert(
      fc.asyncProperty(mistakenArgs, async ({ args, sentences }: Mistaken) => {
        let message = "";
        const resources = await registered(() => {
          try {
            new RelayReceiver("hub", args);
          } catch (error) {
            if (error instanceof pulumi.RunError) ({ message } = error);
            else throw error;
          }
        });
        expect(resources).toEqual([]);
        const [head, ...lines] = message.split("\n");
        expect(head).toMatch(/^receiver "hub" has .+; nothing of it was touched\.$/);
        expect(lines).toHaveLength(sentences.length);
        for (const sentence of sentences) expect(lines).toContainEqual(expect.stringContaining(`- ${sentence}`));
      }),
      { numRuns: 100 },
    );
  });
});

test("what is the output of another resource is not known yet, and no mistake", () => {
  const later = (value: unknown): pulumi.Output<unknown> => pulumi.output(value);
  const args = {
    region: later("eu-central-1"),
    kmsKeyArn: later(KEY),
    queue: { arn: later("a"), deadLetterArn: Promise.resolve("b") },
    table: { arn: later("c") },
    vpc: { subnetIds: [later("d")], securityGroupIds: later(["e"]) },
    alarms: { actions: [later("f")] },
    tags: later({ a: "b" }),
  };
  expect(receiverProblems(args)).toEqual([]);
});

function queuesKeepEvents(resources: readonly Registered[]): void {
  for (const { name, inputs } of ofType(resources, "sqs.Queue")) {
    expect(inputs.fifoQueue).toBe(true);
    expect(inputs.messageRetentionSeconds).toBe(1_209_600);
    expect([inputs.sqsManagedSseEnabled === true, inputs.kmsMasterKeyId !== undefined].filter(Boolean)).toHaveLength(1);
    expect(jsonOf(called(resources, `${name}-policy`), "policy")).toMatchObject({
      Statement: [{ Effect: "Deny", Principal: "*", Condition: { Bool: { "aws:SecureTransport": "false" } } }],
    });
  }
}

function failedEventsComeAgain(resources: readonly Registered[]): void {
  const delivery = called(resources, "hub-delivery");
  expect(called(resources, "hub-event-source").inputs).toMatchObject({
    batchSize: 10,
    functionResponseTypes: ["ReportBatchItemFailures"],
  });
  for (const queue of ofType(resources, "sqs.Queue").filter(({ name }) => name === "hub-events")) {
    expect(number(queue, "visibilityTimeoutSeconds")).toBeGreaterThanOrEqual(6 * number(delivery, "timeout"));
    const { deadLetterTargetArn } = jsonOf(queue, "redrivePolicy") as { deadLetterTargetArn: string };
    expect(deadLetterTargetArn).toMatch(/dead-letters-.+\.fifo$/);
  }
  const { variables } = delivery.inputs.environment as { variables: Record<string, string> };
  expect(Number(variables.RELAY_GIVE_UP_AFTER_DAYS)).toBeLessThan(14);
  const scaling = called(resources, "hub-event-source").inputs.scalingConfig as { maximumConcurrency: number };
  expect(scaling.maximumConcurrency).toBeGreaterThanOrEqual(2);
  expect(delivery.inputs).not.toHaveProperty("reservedConcurrentExecutions");
  expect(called(resources, "hub-intake").inputs.reservedConcurrentExecutions).not.toBe(0);
}

function deliveriesAreRemembered(resources: readonly Registered[]): void {
  for (const { inputs } of ofType(resources, "dynamodb.Table"))
    expect(inputs).toMatchObject({ hashKey: "id", ttl: { attributeName: "expiresAt", enabled: true } });
}

function onlyTheFunctionsMayAndOnlyWhatTheyMust(resources: readonly Registered[]): void {
  const [intake, delivery] = ["hub-intake", "hub-delivery"].map((name) => called(resources, name).inputs.role);
  expect(intake).not.toBe(delivery);
  for (const { Statement } of policiesOf(ofType(resources, "iam.RolePolicy")).values())
    for (const { Sid, Effect, Action, Resource } of Statement.filter(({ Effect }) => Effect === "Allow")) {
      expect([Effect, [Action].flat().filter((action) => action.includes("*"))]).toEqual(["Allow", []]);
      for (const resource of [Resource].flat())
        if (Sid !== "LambdaJoinsTheVpc") expect(resource).toMatch(/^arn:[\w-]+:\w+:[^*]+$|:log-group:[\w-]+:\*$/);
    }
}

function theSecretStaysOne(resources: readonly Registered[]): void {
  expect(called(resources, "hub-support-secret-value").request.retainondelete).toBe(true);
  const others = resources.filter(({ name }) => name !== "hub-support-secret-value");
  expect(JSON.stringify(others)).not.toContain("a-signing-secret");
}

function theAddressIsReached(resources: readonly Registered[]): void {
  const ids = ofType(resources, "lambda.Permission").map(({ inputs }) => inputs.statementId);
  expect(ids.sort()).toEqual(["FunctionURLAllowInvokeAction", "FunctionURLAllowPublicAccess"]);
}

function logsEnd(resources: readonly Registered[]): void {
  for (const { inputs } of ofType(resources, "cloudwatch.LogGroup"))
    expect(Number(inputs.retentionInDays)).toBeGreaterThan(0);
}
