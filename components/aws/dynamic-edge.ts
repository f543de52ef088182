import path from "node:path";
// By module: the package's entry loads all of AWS, which takes half a second.
import * as cloudwatch from "@pulumi/aws/cloudwatch";
import * as dynamodb from "@pulumi/aws/dynamodb";
import * as iam from "@pulumi/aws/iam";
import * as lambda from "@pulumi/aws/lambda";
import * as secretsmanager from "@pulumi/aws/secretsmanager";
import * as sqs from "@pulumi/aws/sqs";
import { ReceiverRoute } from "../../providers/resources";
import type { ReceiverEdge } from "./edge";

/** The edge of TypeScript and JavaScript programs: the one place that needs `@pulumi/aws`. */
export const dynamicEdge: ReceiverEdge = {
  Route: ReceiverRoute,
  aws: {
    Dashboard: cloudwatch.Dashboard,
    EventRule: cloudwatch.EventRule,
    EventTarget: cloudwatch.EventTarget,
    EventSourceMapping: lambda.EventSourceMapping,
    Function: lambda.Function,
    FunctionUrl: lambda.FunctionUrl,
    LogGroup: cloudwatch.LogGroup,
    MetricAlarm: cloudwatch.MetricAlarm,
    Permission: lambda.Permission,
    Queue: sqs.Queue,
    QueuePolicy: sqs.QueuePolicy,
    RedriveAllowPolicy: sqs.RedriveAllowPolicy,
    Role: iam.Role,
    RolePolicy: iam.RolePolicy,
    Secret: secretsmanager.Secret,
    SecretVersion: secretsmanager.SecretVersion,
    Table: dynamodb.Table,
    getTableItem: dynamodb.getTableItem,
  },
  bundles: path.join(dist(), "receiver/aws/functions"),
};

/** Where the build puts what it makes: this file may be one of the sources, or there already. */
function dist(): string {
  const above = path.resolve(__dirname, "../..");
  return path.basename(above) === "dist" ? above : path.join(above, "dist");
}
