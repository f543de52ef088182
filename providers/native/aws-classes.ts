import * as pulumi from "@pulumi/pulumi";
import type { AwsClasses } from "../../components/aws/edge";

/** Of AWS's plugin, for a program that does not say another: the oldest that the package takes. */
export const AWS_VERSION = "7.48.0";

/**
 * What a receiver is made of on AWS, as `@pulumi/aws` would declare it to the engine: that package is large, and no more of it
 * than the names of types would be used.
 */
const TYPES: Readonly<Record<Exclude<keyof AwsClasses, "getTableItem">, string>> = {
  Dashboard: "aws:cloudwatch/dashboard:Dashboard",
  EventRule: "aws:cloudwatch/eventRule:EventRule",
  EventTarget: "aws:cloudwatch/eventTarget:EventTarget",
  EventSourceMapping: "aws:lambda/eventSourceMapping:EventSourceMapping",
  Function: "aws:lambda/function:Function",
  FunctionUrl: "aws:lambda/functionUrl:FunctionUrl",
  LogGroup: "aws:cloudwatch/logGroup:LogGroup",
  MetricAlarm: "aws:cloudwatch/metricAlarm:MetricAlarm",
  Permission: "aws:lambda/permission:Permission",
  Queue: "aws:sqs/queue:Queue",
  QueuePolicy: "aws:sqs/queuePolicy:QueuePolicy",
  RedriveAllowPolicy: "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy",
  Role: "aws:iam/role:Role",
  RolePolicy: "aws:iam/rolePolicy:RolePolicy",
  Secret: "aws:secretsmanager/secret:Secret",
  SecretVersion: "aws:secretsmanager/secretVersion:SecretVersion",
  Table: "aws:dynamodb/table:Table",
};

/** Of its outputs those that are used. What is not passed at all, the SDK does not give back. */
const OUTPUTS = { arn: undefined, dashboardName: undefined, functionUrl: undefined, name: undefined, url: undefined };

const SECRETS: Readonly<Partial<Record<string, string[]>>> = {
  SecretVersion: ["secretBinary", "secretString", "secretStringWo"],
};

function classOf(name: string, type: string) {
  return class extends pulumi.CustomResource {
    constructor(called: string, args: pulumi.Inputs, opts?: pulumi.CustomResourceOptions) {
      const secrets = SECRETS[name];
      const own = { version: AWS_VERSION, ...(secrets && { additionalSecretOutputs: secrets }) };
      super(type, called, { ...OUTPUTS, ...args }, pulumi.mergeOptions(own, opts));
    }
  };
}

export const awsClasses = {
  ...Object.fromEntries(Object.entries(TYPES).map(([name, type]) => [name, classOf(name, type)])),
  getTableItem: (args: pulumi.Inputs, opts?: pulumi.InvokeOptions) =>
    pulumi.runtime.invoke("aws:dynamodb/getTableItem:getTableItem", args, { version: AWS_VERSION, ...opts }),
} as unknown as AwsClasses;
