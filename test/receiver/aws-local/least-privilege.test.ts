import { beforeAll, afterAll, expect, test } from "@jest/globals";
import {
  ASSUMED_BY_LAMBDA,
  deliveryPolicy,
  intakePolicy,
  type Policy,
  secretPolicy,
} from "../../../components/aws/policies";
import type { AwsCall, Credentials } from "../../../receiver/aws/client";
import { Chain, type FunctionName, newRoute } from "../../../sandbox/aws/chain";
import type { LocalEngine } from "../../../sandbox/aws/engine";
import { Sink } from "../../../lab/chaos/sink";
import { putRelay, type Resources } from "../../../sandbox/aws/resources";
import { enforcePolicies, takeRole } from "../../../sandbox/aws/roles";
import { until } from "../support/destination";
import { post } from "../support/receiver";
import { metric, SECRET, someEvent, useTools } from "./support";

/**
 * The whole chain with the roles that the component declares, on the one engine that evaluates policies: moto. It asks about
 * the queue in question by name; of DynamoDB and Secrets Manager it evaluates the action alone.
 */
const tools = useTools();
const ROUTE = newRoute();

/** Busy once. */
const answers = [0];
const sink = new Sink(() => answers.pop() ?? 1, 0.5);

let destinationUrl: string;
let chain: Chain;
let roles: Readonly<Record<FunctionName, Credentials>>;

beforeAll(async () => {
  destinationUrl = await sink.listen();
  chain = await Chain.start(tools(), { engine: "moto", roles: declaredRoles });
});
afterAll(async () => {
  sink.close();
  await chain.stop();
});

async function declaredRoles(engine: LocalEngine, resources: Resources) {
  const destination = { url: destinationUrl, allowLoopbackHttp: true };
  await putRelay(engine.call, resources, ROUTE, { relay: "support", signingSecret: SECRET, destination });
  const SecretId = `${resources.secretPrefix}/${ROUTE}`;
  const described = await engine.call<{ ARN: string }>("secretsmanager", "DescribeSecret", { SecretId }, 5_000);
  const tableArn = resources.queueArn.replace(/:sqs:.*/, (rest) => {
    const [region, account] = rest.split(":").slice(2, 4);
    return `:dynamodb:${region ?? ""}:${account ?? ""}:table/${resources.table}`;
  });
  const intake = {
    logGroupArn: tableArn.replace(/:dynamodb:/, ":logs:").replace(/table\/.*/, "log-group:/aws/lambda/intake"),
    queueArn: resources.queueArn,
    inVpc: false,
  };
  const delivery = { ...intake, deadLetterQueueArn: resources.deadLetterQueueArn, tableArn };
  const role = (name: FunctionName, policies: readonly Policy[]): Promise<Credentials> =>
    takeRole(engine, name, ASSUMED_BY_LAMBDA, policies.map(asMotoAsks));
  roles = {
    intake: await role("intake", [intakePolicy(intake), secretPolicy(described.ARN)]),
    delivery: await role("delivery", [deliveryPolicy(delivery), secretPolicy(described.ARN)]),
  };
  await enforcePolicies(engine);
  return roles;
}

/**
 * On AWS a right to an action of SQS is one to its batch, too; moto asks for the batch by name. And it asks about "*" where it
 * does not know which table or secret a call is about.
 */
function asMotoAsks(policy: Policy): Policy {
  const Statement = policy.Statement.map((statement) => {
    const actions = [statement.Action].flat();
    const batches = actions
      .filter((action) => /^sqs:(Delete|Change|Send)Message/.test(action))
      .map((action) => `${action}Batch`);
    const nameless = actions.every((action) => /^(dynamodb|secretsmanager):/.test(action));
    return { ...statement, Action: [...actions, ...batches], ...(nameless && { Resource: "*" }) };
  });
  return { ...policy, Statement };
}

test("with the declared roles an event is taken in, put off while the destination is busy, and delivered", async () => {
  const event = someEvent();

  expect((await post(chain.urlOf(ROUTE), event.body, { ...event.headers })).status).toBe(200);

  await until(() => sink.counts.get(event.id) === 1, "the delivery", 20_000);
  await until(() => metric(chain, "delivery", "Delivered") === 1, "the note of it", 20_000);
  expect(metric(chain, "delivery", "Retried")).toBe(1);
  expect(chain.functions.delivery.log.filter((line) => /\b403\b/.test(line))).toEqual([]);
});

type Attempt = (call: AwsCall) => Promise<unknown>;

const queue =
  (operation: string, url: "queueUrl" | "deadLetterQueueUrl", more: object = {}): Attempt =>
  (call) =>
    call("sqs", operation, { QueueUrl: chain.resources[url], ...more }, 5_000);
const table =
  (operation: string, more: object = {}): Attempt =>
  (call) =>
    call("dynamodb", operation, { TableName: chain.resources.table, ...more }, 5_000);
const secret =
  (operation: string, more: object = {}): Attempt =>
  (call) =>
    call("secretsmanager", operation, { SecretId: `${chain.resources.secretPrefix}/${ROUTE}`, ...more }, 5_000);

const message = { MessageBody: "eA==", MessageGroupId: "group", MessageDeduplicationId: "message" };
const item = { Key: { id: { S: "an-event" } } };

test.each<[FunctionName, string, Attempt]>([
  ["intake", "take events out of the queue", queue("ReceiveMessage", "queueUrl")],
  ["intake", "empty the queue", queue("PurgeQueue", "queueUrl")],
  ["intake", "give events up", queue("SendMessage", "deadLetterQueueUrl", message)],
  ["intake", "read what was delivered", table("GetItem", item)],
  ["intake", "change its relay's secret", secret("PutSecretValue", { SecretString: "{}" })],
  ["delivery", "put events into the queue", queue("SendMessage", "queueUrl", message)],
  ["delivery", "take dead letters", queue("ReceiveMessage", "deadLetterQueueUrl")],
  ["delivery", "delete a queue", queue("DeleteQueue", "queueUrl")],
  ["delivery", "read everything that was delivered", table("Scan")],
  ["delivery", "forget what was delivered", table("DeleteItem", item)],
  ["delivery", "remove its relay's secret", secret("DeleteSecret")],
])("the %s function may not %s", async (name, _, attempt) => {
  await expect(attempt(chain.engine.callAs(roles[name]))).rejects.toThrow(/answered 403/);
});

test("somebody without a role may do nothing", async () => {
  await expect(queue("SendMessage", "queueUrl", message)(chain.engine.call)).rejects.toThrow(/answered 403/);
});
