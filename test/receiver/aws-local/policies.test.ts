import { beforeAll, describe, expect, test } from "@jest/globals";
import type { RelayReceiverArgs } from "../../../index";
import { policyFindings } from "../../../sandbox/aws/policy-findings";
import { type Tools, ensureTools } from "../../../toolbox/aws-local";
import { ACCOUNT_ID, REGION } from "../../components/support/on-aws";
import {
  KEY,
  QUEUE,
  TABLE,
  VPC,
  allowedOf,
  declareReceiver,
  ofType,
  policiesOf,
} from "../../components/aws/support/receiver";

const arnOf = (service: string, rest: string): string => `arn:aws:${service}:${REGION}:${ACCOUNT_ID}:${rest}`;
const SECRET = arnOf("secretsmanager", "secret:hub-support-secret-a1b2c3d");
const logs = (what: string): string[] =>
  ["CreateLogStream", "PutLogEvents"].map(
    (action) => `logs:${action} ${arnOf("logs", `log-group:hub-${what}-logs-a1b2c3d:*`)}`,
  );

describe("the role of", () => {
  test("the intake may write its logs, store events and read the relays, nothing else", async () => {
    const { resources } = await declareReceiver();
    expect(allowedOf(resources, "hub-intake-role")).toEqual([
      ...logs("intake"),
      `secretsmanager:GetSecretValue ${SECRET}`,
      `secretsmanager:ListSecretVersionIds ${SECRET}`,
      `sqs:SendMessage ${arnOf("sqs", "hub-events-a1b2c3d.fifo")}`,
    ]);
  });

  test("the delivery may take events and put them off, give them up, claim them and read the relays, nothing else", async () => {
    const { resources } = await declareReceiver();
    const events = arnOf("sqs", "hub-events-a1b2c3d.fifo");
    expect(allowedOf(resources, "hub-delivery-role")).toEqual([
      `dynamodb:GetItem ${arnOf("dynamodb", "table/hub-deliveries-a1b2c3d")}`,
      `dynamodb:UpdateItem ${arnOf("dynamodb", "table/hub-deliveries-a1b2c3d")}`,
      ...logs("delivery"),
      `secretsmanager:GetSecretValue ${SECRET}`,
      `secretsmanager:ListSecretVersionIds ${SECRET}`,
      `sqs:ChangeMessageVisibility ${events}`,
      `sqs:DeleteMessage ${events}`,
      `sqs:GetQueueAttributes ${events}`,
      `sqs:ReceiveMessage ${events}`,
      `sqs:SendMessage ${arnOf("sqs", "hub-dead-letters-a1b2c3d.fifo")}`,
    ]);
  });

  test("either names queues and a table of one's own", async () => {
    const { resources } = await declareReceiver({ queue: QUEUE, table: TABLE });
    expect(allowedOf(resources, "hub-intake-role")).toContain(`sqs:SendMessage ${QUEUE.arn}`);
    expect(allowedOf(resources, "hub-delivery-role")).toEqual(
      expect.arrayContaining([
        `sqs:ReceiveMessage ${QUEUE.arn}`,
        `sqs:SendMessage ${QUEUE.deadLetterArn}`,
        `dynamodb:UpdateItem ${TABLE.arn}`,
      ]),
    );
  });

  test("either is Lambda's alone to take", async () => {
    const { resources } = await declareReceiver();
    for (const { Statement } of policiesOf(ofType(resources, "iam.Role")).values())
      expect(Statement).toMatchObject([
        { Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "lambda.amazonaws.com" } },
      ]);
  });

  test("either uses a key of one's own through the services that need it, never by itself", async () => {
    const { resources } = await declareReceiver({ kmsKeyArn: KEY });
    const policies = policiesOf(ofType(resources, "iam.RolePolicy"));
    const via = (name: string) => policies.get(name)?.Statement.find(({ Sid }) => Sid === "UseTheKey");
    const services = (...names: string[]) => ({
      Resource: KEY,
      Action: ["kms:Decrypt", "kms:GenerateDataKey"],
      Condition: { StringEquals: { "kms:ViaService": names.map((name) => `${name}.${REGION}.amazonaws.com`) } },
    });
    expect(via("hub-intake-policy")).toMatchObject(services("sqs", "secretsmanager"));
    expect(via("hub-delivery-policy")).toMatchObject(services("sqs", "secretsmanager", "dynamodb"));
  });

  test("a function in a VPC may have its network interfaces made, and its code may not", async () => {
    const { resources } = await declareReceiver({ vpc: VPC });
    expect(allowedOf(resources, "hub-intake-role").join()).not.toContain("ec2:");
    expect(allowedOf(resources, "hub-delivery-role")).toContain("ec2:CreateNetworkInterface *");
    const denied = policiesOf(resources)
      .get("hub-delivery-policy")
      ?.Statement.find(({ Effect }) => Effect === "Deny");
    expect(denied).toMatchObject({ Condition: { Null: { "lambda:SourceFunctionArn": "false" } } });
    expect(denied?.Action).toContain("ec2:CreateNetworkInterface");
  });
});

describe("parliament, which knows every action of AWS and the resources it takes,", () => {
  let tools: Tools;

  beforeAll(async () => {
    tools = await ensureTools();
  });

  const kinds: [string, RelayReceiverArgs][] = [
    ["a plain receiver", {}],
    ["a receiver with a key of one's own", { kmsKeyArn: KEY }],
    ["a receiver on queues and a table of one's own", { queue: QUEUE, table: TABLE }],
  ];
  test.each(kinds)("finds nothing in the roles of %s", async (_, args) => {
    const { resources } = await declareReceiver(args);
    const policies = policiesOf(ofType(resources, "iam.RolePolicy"));
    expect(policies.size).toBe(4);
    expect(await policyFindings(tools, [...policies.values()])).toEqual([...policies.values()].map(() => []));
  });

  test("finds in the roles of a VPC's functions only the actions on all resources that Lambda asks for", async () => {
    const { resources } = await declareReceiver({ vpc: { ...VPC, intakeToo: true } });
    const findings = await policyFindings(tools, [...policiesOf(ofType(resources, "iam.RolePolicy")).values()]);
    expect([...new Set(findings.flat().map(({ issue }) => issue))]).toEqual(["RESOURCE_STAR"]);
  });

  test("would find an action that does not exist, and one on a resource that it does not take", async () => {
    const statement = (Action: string, Resource: string) => ({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action, Resource }],
    });
    const wrong = [statement("sqs:SendMessages", QUEUE.arn), statement("sqs:SendMessage", TABLE.arn)];
    expect((await policyFindings(tools, wrong)).map((found) => found.map(({ issue }) => issue))).toEqual([
      ["UNKNOWN_ACTION"],
      ["RESOURCE_MISMATCH"],
    ]);
  });
});
