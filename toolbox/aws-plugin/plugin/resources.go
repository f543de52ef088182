package main

import (
	"strings"

	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

type fields = map[string]*tfbridge.SchemaInfo

// resources maps Terraform's types to those of `@pulumi/aws`. Names follow from the schema by the bridge's rules; a field is
// listed where Pulumi's provider departs from them.
func resources() map[string]*tfbridge.ResourceInfo {
	return map[string]*tfbridge.ResourceInfo{
		"aws_cloudwatch_dashboard":         as("cloudwatch", "Dashboard", fields{"dashboard_body": document()}),
		"aws_cloudwatch_event_rule":        as("cloudwatch", "EventRule", fields{"name": named("name", 64)}),
		"aws_cloudwatch_event_target":      as("cloudwatch", "EventTarget", nil),
		"aws_cloudwatch_log_group":         as("cloudwatch", "LogGroup", fields{"name": named("name", 255)}),
		"aws_cloudwatch_log_metric_filter": as("cloudwatch", "LogMetricFilter", fields{"name": named("name", 255)}),
		"aws_cloudwatch_metric_alarm":      as("cloudwatch", "MetricAlarm", fields{"alarm_name": named("name", 255)}),

		"aws_dynamodb_table": as("dynamodb", "Table", fields{"name": named("name", 255)}),

		"aws_iam_policy":                 as("iam", "Policy", fields{"name": named("name", 128), "policy": document()}),
		"aws_iam_role":                   as("iam", "Role", fields{"name": named("name", 64), "assume_role_policy": document()}),
		"aws_iam_role_policy":            as("iam", "RolePolicy", fields{"name": named("name", 128), "policy": document()}),
		"aws_iam_role_policy_attachment": replacedInPlace(as("iam", "RolePolicyAttachment", nil)),

		"aws_kms_alias": as("kms", "Alias", fields{"name": tfbridge.AutoNameTransform("name", 238, func(name string) string {
			return "alias/" + strings.TrimPrefix(name, "alias/")
		})}),
		"aws_kms_key": as("kms", "Key", fields{"policy": document()}),

		"aws_lambda_event_source_mapping": as("lambda", "EventSourceMapping", nil),
		"aws_lambda_function": as("lambda", "Function", fields{
			"function_name": named("name", 64),
			// Programs give an archive; the provider wants a zip file, and its hash for diffs.
			"filename": {Name: "code", Asset: &tfbridge.AssetTranslation{
				Kind:      tfbridge.FileArchive,
				Format:    resource.ZIPArchive,
				HashField: "source_code_hash",
			}},
			"architectures": {Name: "architectures", MaxItemsOne: tfbridge.False()},
		}),
		"aws_lambda_function_event_invoke_config": as("lambda", "FunctionEventInvokeConfig", nil),
		"aws_lambda_function_url":                 as("lambda", "FunctionUrl", nil),
		"aws_lambda_permission": as("lambda", "Permission", fields{
			"function_name": {Name: "function"},
			"statement_id":  named("statementId", 100),
		}),

		"aws_secretsmanager_secret":         as("secretsmanager", "Secret", fields{"name": named("name", 512), "policy": document()}),
		"aws_secretsmanager_secret_policy":  as("secretsmanager", "SecretPolicy", fields{"policy": document()}),
		"aws_secretsmanager_secret_version": as("secretsmanager", "SecretVersion", nil),

		"aws_sqs_queue":                      as("sqs", "Queue", fields{"name": queueName(), "policy": document()}),
		"aws_sqs_queue_policy":               as("sqs", "QueuePolicy", fields{"policy": document()}),
		"aws_sqs_queue_redrive_allow_policy": as("sqs", "RedriveAllowPolicy", nil),
		"aws_sqs_queue_redrive_policy":       as("sqs", "RedrivePolicy", nil),
	}
}

// dataSources are what the component looks up.
func dataSources() map[string]*tfbridge.DataSourceInfo {
	return map[string]*tfbridge.DataSourceInfo{
		"aws_dynamodb_table_item": {Tok: tfbridge.MakeDataSource("aws", "dynamodb", "getTableItem")},
	}
}

func as(module, name string, overrides fields) *tfbridge.ResourceInfo {
	return &tfbridge.ResourceInfo{Tok: tfbridge.MakeResource("aws", module, name), Fields: overrides}
}

// replacedInPlace is for links: creating the same one first and deleting the old one after would leave none.
func replacedInPlace(info *tfbridge.ResourceInfo) *tfbridge.ResourceInfo {
	info.DeleteBeforeReplace = true
	return info
}

// named is a name that Pulumi makes up from the resource's, with seven random characters, where the program gives none.
func named(property string, most int) *tfbridge.SchemaInfo {
	return tfbridge.AutoName(property, most, "-")
}

func queueName() *tfbridge.SchemaInfo {
	return tfbridge.AutoNameWithCustomOptions("name", tfbridge.AutoNameOptions{
		Separator: "-",
		Maxlen:    75, // 80, less what a FIFO queue's name has to end in
		Randlen:   7,
		PostTransform: func(queue *tfbridge.PulumiResource, name string) (string, error) {
			if fifo, ok := queue.Properties["fifoQueue"]; ok && fifo.IsBool() && fifo.BoolValue() {
				return name + ".fifo", nil
			}
			return name, nil
		},
	})
}

// document is JSON that programs give as text or as an object.
func document() *tfbridge.SchemaInfo {
	return &tfbridge.SchemaInfo{Transform: tfbridge.TransformJSONDocument}
}
