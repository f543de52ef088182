import type * as cloudwatch from "@pulumi/aws/cloudwatch";
import type * as dynamodb from "@pulumi/aws/dynamodb";
import type * as iam from "@pulumi/aws/iam";
import type * as lambda from "@pulumi/aws/lambda";
import type * as secretsmanager from "@pulumi/aws/secretsmanager";
import type * as sqs from "@pulumi/aws/sqs";
import type * as pulumi from "@pulumi/pulumi";
import type { ReceiverRoute } from "../../providers/resources";

/** What a receiver needs of the edge that it is declared through. The component is the same. */
export interface ReceiverEdge {
  /** The class of a relay's route. */
  readonly Route: typeof ReceiverRoute;
  readonly aws: AwsClasses;
  /** The folder in which the functions' code is. */
  readonly bundles: string;
}

/** A class of AWS's package, with those of its outputs that a receiver uses. */
type AwsClass<Args, Output extends string = never> = new (
  name: string,
  args: Args,
  opts?: pulumi.CustomResourceOptions,
) => pulumi.CustomResource & Readonly<Record<Output, pulumi.Output<string>>>;

/** All that a receiver is made of on AWS. */
export interface AwsClasses {
  readonly Dashboard: AwsClass<cloudwatch.DashboardArgs, "dashboardName">;
  readonly EventSourceMapping: AwsClass<lambda.EventSourceMappingArgs>;
  readonly EventRule: AwsClass<cloudwatch.EventRuleArgs, "name" | "arn">;
  readonly EventTarget: AwsClass<cloudwatch.EventTargetArgs>;
  readonly Function: AwsClass<lambda.FunctionArgs, "name" | "arn">;
  readonly FunctionUrl: AwsClass<lambda.FunctionUrlArgs, "functionUrl">;
  readonly LogGroup: AwsClass<cloudwatch.LogGroupArgs, "name" | "arn">;
  readonly MetricAlarm: AwsClass<cloudwatch.MetricAlarmArgs>;
  readonly Permission: AwsClass<lambda.PermissionArgs>;
  readonly Queue: AwsClass<sqs.QueueArgs, "name" | "arn" | "url">;
  readonly QueuePolicy: AwsClass<sqs.QueuePolicyArgs>;
  readonly RedriveAllowPolicy: AwsClass<sqs.RedriveAllowPolicyArgs>;
  readonly Role: AwsClass<iam.RoleArgs, "name" | "arn">;
  readonly RolePolicy: AwsClass<iam.RolePolicyArgs>;
  readonly Secret: AwsClass<secretsmanager.SecretArgs, "arn">;
  readonly SecretVersion: AwsClass<secretsmanager.SecretVersionArgs>;
  readonly Table: AwsClass<dynamodb.TableArgs, "name" | "arn">;
  readonly getTableItem: (
    args: dynamodb.GetTableItemArgs,
    opts?: pulumi.InvokeOptions,
  ) => Promise<{ readonly item: string }>;
}
