import type * as cloudwatch from "@pulumi/aws/cloudwatch";
import type * as dynamodb from "@pulumi/aws/dynamodb";
import type * as iam from "@pulumi/aws/iam";
import type * as lambda from "@pulumi/aws/lambda";
import type * as secretsmanager from "@pulumi/aws/secretsmanager";
import type * as sqs from "@pulumi/aws/sqs";

declare module "./arguments" {
  interface ReceiverChildArgs {
    queue: sqs.QueueArgs;
    deadLetterQueue: sqs.QueueArgs;
    table: dynamodb.TableArgs;
    logGroup: cloudwatch.LogGroupArgs;
    role: iam.RoleArgs;
    intake: lambda.FunctionArgs;
    delivery: lambda.FunctionArgs;
    silence: lambda.FunctionArgs;
    url: lambda.FunctionUrlArgs;
    eventSource: lambda.EventSourceMappingArgs;
    alarm: cloudwatch.MetricAlarmArgs;
    dashboard: cloudwatch.DashboardArgs;
    secret: secretsmanager.SecretArgs;
  }
}
