import { describe, expect, test } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
import { RelayReceiver } from "../../../aws";
import { KustomerOutboundWebhook } from "../../../index";
import { knownPath } from "../../../components/aws/known-path";
import { relaySecretText } from "../../../components/aws/relay-secret";
import { METRICS } from "../../../receiver/contract";
import { sealRoute } from "../../../receiver/route-seal";
import { RANDOM, type Registered, registered, valueOf } from "../support/declared";
import { ACCOUNT_ID, REGION } from "../support/on-aws";
import { KEY, QUEUE, TABLE, TOPIC, VPC, called, declareReceiver, jsonOf, ofType } from "./support/receiver";

const URL = `https://abcdefghij.lambda-url.${REGION}.on.aws/`;
/** The mocks give the receiver the same random path for a key. */
const ROUTE = sealRoute(RANDOM, RANDOM);
const arnOf = (service: string, rest: string): string => `arn:aws:${service}:${REGION}:${ACCOUNT_ID}:${rest}`;
const variablesOf = (resource: Registered): Record<string, string> =>
  (resource.inputs.environment as { variables: Record<string, string> }).variables;

describe("a receiver on AWS", () => {
  test("is what the design says, and nothing more", async () => {
    const { resources } = await declareReceiver({ alarms: false });
    const aws = resources.filter(({ type }) => type.startsWith("aws:"));
    expect(aws.map(({ type, name }) => `${type.replace(/^aws:|\/.*(?=:)/g, "")} ${name}`).sort()).toEqual([
      "cloudwatch:Dashboard hub-dashboard",
      "cloudwatch:LogGroup hub-delivery-logs",
      "cloudwatch:LogGroup hub-intake-logs",
      "dynamodb:Table hub-deliveries",
      "iam:Role hub-delivery-role",
      "iam:Role hub-intake-role",
      "iam:RolePolicy hub-delivery-policy",
      "iam:RolePolicy hub-intake-policy",
      "iam:RolePolicy hub-support-delivery-reads",
      "iam:RolePolicy hub-support-intake-reads",
      "lambda:EventSourceMapping hub-event-source",
      "lambda:Function hub-delivery",
      "lambda:Function hub-intake",
      "lambda:FunctionUrl hub-url",
      "lambda:Permission hub-invoke-permission",
      "lambda:Permission hub-url-permission",
      "secretsmanager:Secret hub-support-secret",
      "secretsmanager:SecretVersion hub-support-secret-value",
      "sqs:Queue hub-dead-letters",
      "sqs:Queue hub-events",
      "sqs:QueuePolicy hub-dead-letters-policy",
      "sqs:QueuePolicy hub-events-policy",
      "sqs:RedriveAllowPolicy hub-dead-letters-from",
    ]);
    for (const { parent } of aws) expect(parent).toBe("hub");
  });

  test("takes what a condition leaves out for not said", async () => {
    const names = [
      "region",
      "intake",
      "delivery",
      "alarms",
      "dashboard",
      "logRetentionDays",
      "logLevel",
      "kmsKeyArn",
      "vpc",
    ];
    const more = ["front", "queue", "table", "pointInTimeRecovery", "tags", "transform"];
    const nothing = Object.fromEntries([...names, ...more].map((name) => [name, undefined]));
    const said = await declareReceiver({ ...nothing, intake: { memoryMiB: undefined, unsealedPaths: undefined } });
    const unsaid = await declareReceiver();
    const inputsOf = ({ resources }: typeof said): object => resources.map(({ name, inputs }) => ({ name, inputs }));
    expect(inputsOf(said)).toEqual(inputsOf(unsaid));
  });

  test("names nothing that a second stack could be in the way of", async () => {
    const { resources } = await declareReceiver();
    const named = resources.filter(({ inputs, type }) => type.startsWith("aws:") && inputs.name !== undefined);
    // The secret's name holds the stack's and a random part.
    expect(named.map(({ name }) => name)).toEqual(["hub-support-secret"]);
    expect(called(resources, "hub-support-secret").inputs.name).toBe(`kustomer-relay/shop-prod-hub/${ROUTE}`);
    expect(called(resources, "hub-dashboard").inputs.dashboardName).toBe("shop-prod-hub");
  });

  test("tells outside what it takes to use it, none of it secret", async () => {
    const { receiver } = await declareReceiver();
    const { url, queueUrl, deadLetterQueueUrl, tableName, region, intakeFunctionName, deliveryFunctionName } = receiver;
    const outputs = { url, queueUrl, deadLetterQueueUrl, tableName, region, intakeFunctionName, deliveryFunctionName };
    const { dashboardUrl, secretArns } = receiver;
    expect(await valueOf(pulumi.output({ ...outputs, dashboardUrl, secretArns }))).toEqual({
      url: URL,
      queueUrl: `https://sqs.${REGION}.amazonaws.com/${ACCOUNT_ID}/hub-events-a1b2c3d.fifo`,
      deadLetterQueueUrl: `https://sqs.${REGION}.amazonaws.com/${ACCOUNT_ID}/hub-dead-letters-a1b2c3d.fifo`,
      tableName: "hub-deliveries-a1b2c3d",
      region: REGION,
      intakeFunctionName: "hub-intake-a1b2c3d",
      deliveryFunctionName: "hub-delivery-a1b2c3d",
      dashboardUrl: `https://${REGION}.console.aws.amazon.com/cloudwatch/home?region=${REGION}#dashboards/dashboard/shop-prod-hub`,
      secretArns: { support: arnOf("secretsmanager", "secret:hub-support-secret-a1b2c3d") },
    });
    for (const output of Object.values(outputs)) expect(await pulumi.isSecret(output)).toBe(false);
  });
});

describe("its queues", () => {
  test("keep order, keep events for a fortnight, encrypt them, and take messages of 1 MiB", async () => {
    const { resources } = await declareReceiver();
    for (const name of ["hub-events", "hub-dead-letters"])
      expect(called(resources, name).inputs).toMatchObject({
        fifoQueue: true,
        deduplicationScope: "messageGroup",
        fifoThroughputLimit: "perMessageGroupId",
        messageRetentionSeconds: 14 * 24 * 3600,
        maxMessageSize: 1024 * 1024,
        sqsManagedSseEnabled: true,
      });
  });

  test("give an event out again after six times the delivery function's time, as AWS asks", async () => {
    for (const timeoutSeconds of [10, 60, 300]) {
      const { resources } = await declareReceiver({ delivery: { timeoutSeconds } });
      expect(called(resources, "hub-delivery").inputs.timeout).toBe(timeoutSeconds);
      expect(called(resources, "hub-events").inputs.visibilityTimeoutSeconds).toBe(6 * timeoutSeconds);
    }
  });

  test("refuse whoever comes without TLS", async () => {
    const { resources } = await declareReceiver();
    for (const queue of ["hub-events", "hub-dead-letters"]) {
      const policy = called(resources, `${queue}-policy`);
      expect(policy.dependencies.queueUrl).toEqual([queue]);
      expect(jsonOf(policy, "policy")).toEqual({
        Version: "2012-10-17",
        Statement: [
          {
            Sid: "TlsOnly",
            Effect: "Deny",
            Principal: "*",
            Action: "sqs:*",
            Resource: arnOf("sqs", `${queue}-a1b2c3d.fifo`),
            Condition: { Bool: { "aws:SecureTransport": "false" } },
          },
        ],
      });
    }
  });

  test("move what kills the function to the dead letters, which take from this queue alone", async () => {
    const { resources } = await declareReceiver();
    expect(jsonOf(called(resources, "hub-events"), "redrivePolicy")).toEqual({
      deadLetterTargetArn: arnOf("sqs", "hub-dead-letters-a1b2c3d.fifo"),
      maxReceiveCount: 1000,
    });
    const from = called(resources, "hub-dead-letters-from");
    expect(from.dependencies.queueUrl).toEqual(["hub-dead-letters"]);
    expect(jsonOf(from, "redriveAllowPolicy")).toEqual({
      redrivePermission: "byQueue",
      sourceQueueArns: [arnOf("sqs", "hub-events-a1b2c3d.fifo")],
    });
  });

  test("may be one's own, which are left as they are", async () => {
    const { receiver, resources } = await declareReceiver({ queue: QUEUE });
    expect(ofType(resources, "sqs.Queue").concat(ofType(resources, "sqs.QueuePolicy"))).toEqual([]);
    expect(ofType(resources, "sqs.RedriveAllowPolicy")).toEqual([]);
    expect(called(resources, "hub-event-source").inputs.eventSourceArn).toBe(QUEUE.arn);
    expect(await valueOf(receiver.queueUrl)).toBe(`https://sqs.${REGION}.amazonaws.com/${ACCOUNT_ID}/ours.fifo`);
    expect(variablesOf(called(resources, "hub-delivery")).RELAY_DEAD_LETTER_QUEUE_URL).toBe(
      `https://sqs.${REGION}.amazonaws.com/${ACCOUNT_ID}/ours-dead.fifo`,
    );
    expect(called(resources, "hub-alarm-oldest-event").inputs.dimensions).toEqual({ QueueName: "ours.fifo" });
  });
});

describe("its table", () => {
  test("is paid by request, forgets by itself, and is restorable where asked for", async () => {
    const { resources } = await declareReceiver();
    expect(called(resources, "hub-deliveries").inputs).toEqual({
      billingMode: "PAY_PER_REQUEST",
      hashKey: "id",
      attributes: [{ name: "id", type: "S" }],
      ttl: { attributeName: "expiresAt", enabled: true },
      pointInTimeRecovery: { enabled: false },
    });
    const restorable = await declareReceiver({ pointInTimeRecovery: true });
    expect(called(restorable.resources, "hub-deliveries").inputs.pointInTimeRecovery).toEqual({ enabled: true });
  });

  test("may be one's own", async () => {
    const { receiver, resources } = await declareReceiver({ table: TABLE });
    expect(ofType(resources, "dynamodb.Table")).toEqual([]);
    expect(await valueOf(receiver.tableName)).toBe("ours");
    expect(variablesOf(called(resources, "hub-delivery")).RELAY_TABLE).toBe("ours");
  });
});

describe("its functions", () => {
  test("run on Node 24 and arm64 out of the package's bundles, each with a role and a log group of its own", async () => {
    const { resources } = await declareReceiver();
    for (const what of ["intake", "delivery"]) {
      const made = called(resources, `hub-${what}`);
      expect(made.inputs).toMatchObject({
        runtime: "nodejs24.x",
        architectures: ["arm64"],
        handler: "index.handler",
        memorySize: 256,
        role: `arn:aws:iam::${ACCOUNT_ID}:role/hub-${what}-role-a1b2c3d`,
        loggingConfig: { logFormat: "JSON", logGroup: `hub-${what}-logs-a1b2c3d`, systemLogLevel: "WARN" },
      });
      expect((made.inputs.code as { path: string }).path).toMatch(new RegExp(`dist/receiver/aws/functions/${what}$`));
      expect(called(resources, `hub-${what}-logs`).inputs.retentionInDays).toBe(30);
    }
  });

  test("are told where everything is, and no secret", async () => {
    const { resources } = await declareReceiver({ intake: { maxAgeMinutes: 90 }, delivery: { giveUpAfterDays: 2 } });
    const queue = `https://sqs.${REGION}.amazonaws.com/${ACCOUNT_ID}`;
    const both = {
      RELAY_RECEIVER: "shop-prod-hub",
      RELAY_SECRET_PREFIX: "kustomer-relay/shop-prod-hub",
      RELAY_LOG_LEVEL: "info",
      RELAY_QUEUE_URL: `${queue}/hub-events-a1b2c3d.fifo`,
    };
    expect(variablesOf(called(resources, "hub-intake"))).toEqual({
      ...both,
      RELAY_ROUTE_KEY: RANDOM,
      RELAY_MAX_BODY_KIB: "760",
      RELAY_MAX_AGE_MINUTES: "90",
    });
    expect(variablesOf(called(resources, "hub-delivery"))).toEqual({
      ...both,
      RELAY_DEAD_LETTER_QUEUE_URL: `${queue}/hub-dead-letters-a1b2c3d.fifo`,
      RELAY_TABLE: "hub-deliveries-a1b2c3d",
      RELAY_MAXIMUM_CONCURRENCY: "10",
      RELAY_GIVE_UP_AFTER_DAYS: "2",
    });
  });

  test("do not get in each other's way: the intake has executions of its own, the delivery a limit", async () => {
    const { resources } = await declareReceiver({ intake: { reservedConcurrency: 7 } });
    expect(called(resources, "hub-intake").inputs.reservedConcurrentExecutions).toBe(7);
    expect(called(resources, "hub-delivery").inputs).not.toHaveProperty("reservedConcurrentExecutions");
    expect(called(resources, "hub-event-source").inputs).toMatchObject({ scalingConfig: { maximumConcurrency: 10 } });
    const shared = await declareReceiver({ intake: { reservedConcurrency: "none" } });
    expect(called(shared.resources, "hub-intake").inputs.reservedConcurrentExecutions).toBe(-1);
  });

  test("get events ten at a time, and give back those that failed", async () => {
    const { resources } = await declareReceiver();
    expect(called(resources, "hub-event-source")).toMatchObject({
      inputs: { batchSize: 10, functionResponseTypes: ["ReportBatchItemFailures"] },
      dependencies: { eventSourceArn: ["hub-events"], functionName: ["hub-delivery"] },
    });
  });

  test("are made once they may do what they have to", async () => {
    const { resources } = await declareReceiver();
    for (const what of ["intake", "delivery"])
      expect(called(resources, `hub-${what}`).request.dependenciesList).toContainEqual(
        expect.stringContaining(`::hub-${what}-policy`),
      );
  });

  test("join a VPC: the delivery, and the intake only where it has to", async () => {
    const config = { subnetIds: VPC.subnetIds, securityGroupIds: VPC.securityGroupIds };
    const one = await declareReceiver({ vpc: VPC });
    expect(called(one.resources, "hub-delivery").inputs.vpcConfig).toEqual(config);
    expect(called(one.resources, "hub-intake").inputs).not.toHaveProperty("vpcConfig");
    const both = await declareReceiver({ vpc: { ...VPC, intakeToo: true } });
    expect(called(both.resources, "hub-intake").inputs.vpcConfig).toEqual(config);
  });
});

describe("its address", () => {
  test("is open to everybody by both permissions that AWS asks for, under the ids that the provider leaves alone", async () => {
    const { resources } = await declareReceiver();
    const everybody = { function: "hub-intake-a1b2c3d", principal: "*" };
    expect(ofType(resources, "lambda.Permission").map(({ inputs }) => inputs)).toEqual([
      {
        ...everybody,
        statementId: "FunctionURLAllowPublicAccess",
        action: "lambda:InvokeFunctionUrl",
        functionUrlAuthType: "NONE",
      },
      {
        ...everybody,
        statementId: "FunctionURLAllowInvokeAction",
        action: "lambda:InvokeFunction",
        invokedViaFunctionUrl: true,
      },
    ]);
  });

  test("comes after the permissions, so that the provider makes none of its own, which nobody would remove", async () => {
    const { resources } = await declareReceiver();
    const url = called(resources, "hub-url");
    expect(url.inputs).toMatchObject({ authorizationType: "NONE", functionName: "hub-intake-a1b2c3d" });
    for (const permission of ["hub-url-permission", "hub-invoke-permission"])
      expect(url.request.dependenciesList).toContainEqual(expect.stringContaining(`::${permission}`));
  });
});

describe("what stands in front", () => {
  test("gets the Function URL, and its own address is the one that Kustomer is given", async () => {
    const seen: string[] = [];
    const front = (functionUrl: pulumi.Output<string>) =>
      functionUrl.apply((url) => {
        seen.push(url);
        return "https://events.example.com/kustomer";
      });
    const { receiver } = await declareReceiver({ front });
    expect(seen).toEqual([URL]);
    expect(await valueOf(receiver.url)).toBe("https://events.example.com/kustomer/");
    const urls: pulumi.Output<string>[] = [];
    await registered(() => urls.push(new RelayReceiver("hub", { front }).addRelay("support").url));
    expect(await Promise.all(urls.map(valueOf))).toEqual([`https://events.example.com/kustomer/${ROUTE}`]);
  });
});

describe("a relay of a receiver", () => {
  test("whose path was made before there were seals keeps its address once the receiver is told of it, and not silently", async () => {
    const unsealed = "f".repeat(32);
    const answers = { "hub-support-route": { path: unsealed, urn: "urn:route" } };
    const found = await registered(
      () => new RelayReceiver("hub", { intake: { unsealedPaths: [unsealed] } }).addRelay("support"),
      answers,
    );
    expect(variablesOf(called(found, "hub-intake")).RELAY_UNSEALED_ROUTES).toBe(unsealed);
    expect(called(found, "hub-support-secret").inputs.name).toBe(`kustomer-relay/shop-prod-hub/${unsealed}`);
    const path = { path: unsealed, key: "key", urn: "urn:route" };
    expect(() => knownPath({ receiver: "hub", relay: "support" }, path, [])).toThrow(
      `relay "support" of receiver "hub": its address ends in ${unsealed}`,
    );
  });

  test("has an address below the receiver's that nobody can guess, known once both functions may read its secret", async () => {
    const urls: pulumi.Output<string>[] = [];
    const resources = await registered(() => {
      const { url } = new RelayReceiver("hub").addRelay("support");
      urls.push(url);
      new KustomerOutboundWebhook("webhook", { url });
    });
    expect(await Promise.all(urls.map(valueOf))).toEqual([URL + ROUTE]);
    expect(called(resources, "webhook").dependencies.url).toEqual([
      "hub-route-key",
      "hub-support-delivery-reads",
      "hub-support-intake-reads",
      "hub-support-route",
      "hub-url",
    ]);
  });

  test("keeps its signing secret and destination in a secret, whose former value outlives a rotation", async () => {
    const resources = await registered(() => {
      new RelayReceiver("hub").addRelay("support").connect({
        signingSecret: pulumi.secret("a-signing-secret"),
        destination: {
          url: pulumi.output("https://bots.example.com/in"),
          headers: { authorization: pulumi.secret("Bearer x") },
          timeoutSeconds: 20,
        },
      });
    });
    const { inputs, request } = called(resources, "hub-support-secret-value");
    const secret = inputs.secretString as { value: string };
    expect(secret).toHaveProperty("4dabf18193072939515e22adb298388d");
    expect(JSON.parse(secret.value)).toEqual({
      relay: "support",
      signingSecret: "a-signing-secret",
      destination: { url: "https://bots.example.com/in", headers: { authorization: "Bearer x" }, timeoutSeconds: 20 },
    });
    expect(request.retainondelete).toBe(true);
    expect(called(resources, "hub-support-secret").inputs).toMatchObject({ recoveryWindowInDays: 0 });
    const clear = JSON.stringify(resources.filter(({ name }) => name !== "hub-support-secret-value"));
    expect(clear).not.toContain("a-signing-secret");
    expect(clear).not.toContain("Bearer x");
  });

  test("may be one of several, each with a secret of its own, but not of the same name", async () => {
    const resources = await registered(() => {
      const receiver = new RelayReceiver("hub");
      for (const name of ["support", "sales"]) receiver.addRelay(name);
      expect(() => receiver.addRelay("sales")).toThrow('receiver "hub" has a relay "sales" already');
    });
    expect(ofType(resources, "secretsmanager.Secret").map(({ name }) => name)).toEqual([
      "hub-support-secret",
      "hub-sales-secret",
    ]);
    expect(ofType(resources, "lambda.Function")).toHaveLength(2);
  });

  test("is refused where its destination would leave the function no time", async () => {
    await registered(() => {
      const relay = new RelayReceiver("hub", { delivery: { timeoutSeconds: 30 } }).addRelay("support");
      expect(() => {
        relay.connect({ signingSecret: "s", destination: { url: "https://x.example.com", timeoutSeconds: 30 } });
      }).toThrow("destination.timeoutSeconds: 30 leaves the delivery function no time");
    });
  });
});

describe("a destination's header that cannot be sent", () => {
  test.each([
    ["X-Tenant", 42, "is not text; put its value into quotes"],
    ["X-Tenant", "a\r\nHost: evil", "holds a line break"],
    ["Content-Length", "5", "is set by HTTP itself"],
  ])("is refused before anything is touched: %s: %j", async (name, value, sentence) => {
    await registered(() => {
      const relay = new RelayReceiver("hub").addRelay("support");
      const headers = { [name]: value } as Record<string, string>;
      expect(() => {
        relay.connect({ signingSecret: "s", destination: { url: "https://x.example.com", headers } });
      }).toThrow(`relay "support" of receiver "hub": destination.headers`);
    });
    const of = { receiver: "hub", relay: "support", deliverySeconds: 60 };
    const destination = { url: "https://x.example.com", headers: { [name]: value as string } };
    expect(() => relaySecretText(of, 60, { relay: "support", signingSecret: "s", destination })).toThrow(sentence);
  });
});

describe("a key of one's own", () => {
  test("encrypts queues, table and secrets", async () => {
    const { resources } = await declareReceiver({ kmsKeyArn: KEY });
    for (const queue of ofType(resources, "sqs.Queue")) {
      expect(queue.inputs.kmsMasterKeyId).toBe(KEY);
      expect(queue.inputs).not.toHaveProperty("sqsManagedSseEnabled");
    }
    expect(called(resources, "hub-deliveries").inputs.serverSideEncryption).toEqual({ enabled: true, kmsKeyArn: KEY });
    expect(called(resources, "hub-support-secret").inputs.kmsKeyId).toBe(KEY);
  });
});

describe("its alarms", () => {
  test("watch age, dead letters, refusals of any kind, errors, throttles and 5xx, each with its own meaning of no value", async () => {
    const { resources } = await declareReceiver({ alarms: { actions: [TOPIC], oldestMinutes: 30 } });
    const alarms = ofType(resources, "cloudwatch.MetricAlarm");
    const watched = alarms.map(({ name, inputs }) => {
      const { namespace, metricName, threshold, treatMissingData, dimensions } = inputs;
      return [
        name.replace("hub-alarm-", ""),
        namespace,
        metricName,
        threshold,
        treatMissingData,
        ...Object.values(dimensions as Record<string, unknown>),
      ];
    });
    const [dead, visible] = ["hub-dead-letters-a1b2c3d.fifo", "ApproximateNumberOfMessagesVisible"];
    const [intake, delivery, no] = ["hub-intake-a1b2c3d", "hub-delivery-a1b2c3d", "notBreaching"];
    expect(watched.sort()).toEqual([
      ["dead-letters", "AWS/SQS", visible, 1, "ignore", dead],
      ["dead-letters-expire", "AWS/SQS", "ApproximateAgeOfOldestMessage", 950_400, "ignore", dead],
      ["delivery-errors", "AWS/Lambda", "Errors", 1, no, delivery],
      ["delivery-throttled", "AWS/Lambda", "Throttles", 1, no, delivery],
      ["events-expire", "AWS/SQS", "ApproximateAgeOfOldestMessage", 864_000, "ignore", "hub-events-a1b2c3d.fifo"],
      ["intake-5xx", "AWS/Lambda", "Url5xxCount", 1, no, intake],
      ["intake-errors", "AWS/Lambda", "Errors", 1, no, intake],
      ["intake-throttled", "AWS/Lambda", "Throttles", 1, no, intake],
      ["oldest-event", "AWS/SQS", "ApproximateAgeOfOldestMessage", 1800, "ignore", "hub-events-a1b2c3d.fifo"],
      ["requests-refused", "KustomerRelay", "Refused", 1, no, "shop-prod-hub"],
      ["signatures-refused", "KustomerRelay", "SignatureRefused", 1, no, "shop-prod-hub"],
      ["unknown-address", "KustomerRelay", "UnknownAddress", 3, no, "shop-prod-hub"],
    ]);
    for (const { inputs } of alarms)
      expect(inputs).toMatchObject({
        comparisonOperator: "GreaterThanOrEqualToThreshold",
        alarmActions: [TOPIC],
        okActions: [TOPIC],
        alarmDescription: expect.stringMatching(/^shop-prod-hub: .+docs\/aws\.md/),
      });
  });

  test("ring when nothing was received for as long as was said, also where CloudWatch has no value at all", async () => {
    const { resources } = await declareReceiver({ alarms: { expectEventEveryMinutes: 90 } });
    expect(called(resources, "hub-alarm-silence").inputs).toMatchObject({
      namespace: "KustomerRelay",
      metricName: "Stored",
      statistic: "SampleCount",
      period: 5400,
      evaluationPeriods: 1,
      threshold: 1,
      comparisonOperator: "LessThanThreshold",
      treatMissingData: "breaching",
    });
  });

  const byHours = {
    expectEventEveryMinutes: 60,
    businessHours: { timeZone: "Europe/Berlin", from: "08:00", to: "18:00" },
  };

  test("ring by business hours as a function judges them, and when nobody judges any more", async () => {
    const { resources } = await declareReceiver({ alarms: { actions: [TOPIC], ...byHours } });
    expect(called(resources, "hub-alarm-silence").inputs).toMatchObject({
      metricName: "Silent",
      statistic: "Maximum",
      threshold: 1,
      period: 900,
      treatMissingData: "missing",
      alarmActions: [TOPIC],
      insufficientDataActions: [TOPIC],
    });
    const watch = called(resources, "hub-silence");
    expect((watch.inputs.code as { path: string }).path).toMatch(/dist\/receiver\/aws\/functions\/silence$/);
    expect(variablesOf(watch)).toMatchObject({
      RELAY_RECEIVER: "shop-prod-hub",
      RELAY_EXPECT_EVENT_EVERY_MINUTES: "60",
      RELAY_BUSINESS_HOURS: JSON.stringify({
        timeZone: "Europe/Berlin",
        days: ["mon", "tue", "wed", "thu", "fri"],
        from: "08:00",
        to: "18:00",
      }),
    });
    expect(called(resources, "hub-silence-schedule").inputs.scheduleExpression).toBe("rate(5 minutes)");
    expect(called(resources, "hub-silence-permission").inputs).toMatchObject({
      function: "hub-silence-a1b2c3d",
      principal: "events.amazonaws.com",
      sourceArn: expect.stringContaining("hub-silence-schedule"),
    });
    const target = called(resources, "hub-silence-target");
    expect(target.dependencies).toMatchObject({ rule: ["hub-silence-schedule"], arn: ["hub-silence"] });
  });

  test.each([
    ["without how often an event is expected", { businessHours: byHours.businessHours }, /goes with expectEventEvery/],
    [
      "in no time zone",
      { ...byHours, businessHours: { ...byHours.businessHours, timeZone: "Berlin" } },
      /Europe\/Berlin/,
    ],
    [
      "that end before they begin",
      { ...byHours, businessHours: { ...byHours.businessHours, from: "19:00" } },
      /before to/,
    ],
    [
      "of fewer minutes a week than are waited for",
      {
        expectEventEveryMinutes: 1440,
        businessHours: { ...byHours.businessHours, days: ["mon" as const] },
      },
      /are 600 minutes a week/,
    ],
  ])("are refused before anything is touched for business hours %s", async (_, alarms, sentence) => {
    await expect(declareReceiver({ alarms })).rejects.toThrow(sentence);
    await expect(declareReceiver({ alarms })).rejects.toThrow("alarms.businessHours");
  });

  test("may be left out, and the dashboard too", async () => {
    const { receiver, resources } = await declareReceiver({ alarms: false, dashboard: false });
    expect(ofType(resources, "cloudwatch.MetricAlarm")).toEqual([]);
    expect(ofType(resources, "cloudwatch.Dashboard")).toEqual([]);
    expect(await valueOf(receiver.dashboardUrl)).toBe("");
  });
});

test("the dashboard shows every metric that the functions write, and what AWS measures", async () => {
  const businessHours = { timeZone: "UTC", from: "08:00", to: "18:00" };
  const { resources } = await declareReceiver({ alarms: { expectEventEveryMinutes: 60, businessHours } });
  const { widgets } = jsonOf(called(resources, "hub-dashboard"), "dashboardBody") as {
    widgets: { type: string; properties: { metrics?: unknown[][]; query?: string; region: string } }[];
  };
  const shown = widgets.flatMap(({ properties: { metrics = [] } }) =>
    metrics.map(([space, name]) => `${String(space)} ${String(name)}`),
  );
  expect(shown).toEqual(expect.arrayContaining(Object.keys(METRICS).map((name) => `KustomerRelay ${name}`)));
  expect(shown).toEqual(expect.arrayContaining(["AWS/SQS ApproximateAgeOfOldestMessage", "AWS/Lambda Url5xxCount"]));
  expect(widgets.every(({ properties: { region } }) => region === REGION)).toBe(true);
  expect(widgets.at(-1)?.properties.query).toContain(
    "SOURCE 'hub-intake-logs-a1b2c3d' | SOURCE 'hub-delivery-logs-a1b2c3d' | SOURCE 'hub-silence-logs-a1b2c3d'",
  );
});

describe("what is passed on", () => {
  test("tags reach everything that takes them", async () => {
    const tags = { team: "support" };
    const { resources } = await declareReceiver({ tags });
    const types = ["iam.Role", "lambda.Function", "sqs.Queue", "dynamodb.Table", "cloudwatch.LogGroup"];
    const more = ["cloudwatch.MetricAlarm", "secretsmanager.Secret", "lambda.EventSourceMapping"];
    for (const type of [...types, ...more]) {
      expect(ofType(resources, type)).not.toHaveLength(0);
      for (const { inputs } of ofType(resources, type)) expect(inputs.tags).toEqual(tags);
    }
  });

  test("a region reaches everything that is in one", async () => {
    const { resources } = await declareReceiver({ region: "ap-southeast-2" });
    for (const { type, inputs } of resources.filter(({ type }) => type.startsWith("aws:")))
      expect([type, inputs.region]).toEqual([type, type.startsWith("aws:iam/") ? undefined : "ap-southeast-2"]);
  });

  test("a last word on a kind of child reaches all of that kind, and no other", async () => {
    const { resources } = await declareReceiver({
      transform: {
        intake: { memorySize: 1024 },
        deadLetterQueue: (_, opts) => {
          opts.protect = true;
        },
        alarm: (args, _, name) => {
          args.alarmDescription = name;
        },
      },
    });
    expect(called(resources, "hub-intake").inputs.memorySize).toBe(1024);
    expect(called(resources, "hub-delivery").inputs.memorySize).toBe(256);
    expect(called(resources, "hub-dead-letters").request.protect).toBe(true);
    expect(called(resources, "hub-events").request.protect ?? false).toBe(false);
    expect(called(resources, "hub-alarm-intake-5xx").inputs.alarmDescription).toBe("hub-alarm-intake-5xx");
  });
});
