/**
 * What the two functions may do, and what everybody must: IAM documents, as plain values. No statement that allows something
 * has a wildcard for its resource, but for the one that says why.
 */

export interface Policy {
  readonly Version: "2012-10-17";
  readonly Statement: readonly Statement[];
}

export interface Statement {
  readonly Sid: string;
  readonly Effect: "Allow" | "Deny";
  readonly Action: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly Principal?: "*" | { readonly Service: string };
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

function policy(...statements: readonly (Statement | undefined)[]): Policy {
  return { Version: "2012-10-17", Statement: statements.filter((statement) => statement !== undefined) };
}

/** Who may take a function's role: Lambda, and nobody else. */
export const ASSUMED_BY_LAMBDA: Policy = policy({
  Sid: "LambdaRunsTheFunction",
  Effect: "Allow",
  Action: "sts:AssumeRole",
  Principal: { Service: "lambda.amazonaws.com" },
});

export interface IntakeResources {
  readonly logGroupArn: string;
  readonly queueArn: string;
  readonly kmsKeyArn?: string | undefined;
  readonly inVpc: boolean;
}

export function intakePolicy({ logGroupArn, queueArn, kmsKeyArn, inVpc }: IntakeResources): Policy {
  return policy(
    writeLogs(logGroupArn),
    { Sid: "StoreEvents", Effect: "Allow", Action: "sqs:SendMessage", Resource: queueArn },
    useKey(kmsKeyArn, ["sqs", "secretsmanager"]),
    ...(inVpc ? NETWORK_INTERFACES : []),
  );
}

export interface DeliveryResources extends IntakeResources {
  readonly deadLetterQueueArn: string;
  readonly tableArn: string;
}

export function deliveryPolicy(resources: DeliveryResources): Policy {
  const { logGroupArn, queueArn, deadLetterQueueArn, tableArn, kmsKeyArn, inVpc } = resources;
  return policy(
    writeLogs(logGroupArn),
    {
      Sid: "TakeEvents",
      Effect: "Allow",
      // What Lambda's poller needs, and to put a message off.
      Action: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ChangeMessageVisibility"],
      Resource: queueArn,
    },
    { Sid: "GiveUpEvents", Effect: "Allow", Action: "sqs:SendMessage", Resource: deadLetterQueueArn },
    // Claims are updates under a condition, which also give back what is there. Overrides of controls are only read.
    { Sid: "DeliverOnce", Effect: "Allow", Action: ["dynamodb:UpdateItem", "dynamodb:GetItem"], Resource: tableArn },
    useKey(kmsKeyArn, ["sqs", "secretsmanager", "dynamodb"]),
    ...(inVpc ? NETWORK_INTERFACES : []),
  );
}

/** CloudWatch knows no resources for this action: whoever may ask for one metric may ask for any. */
export function silencePolicy({ logGroupArn }: Pick<IntakeResources, "logGroupArn">): Policy {
  return policy(writeLogs(logGroupArn), {
    Sid: "SeeWhatWasReceived",
    Effect: "Allow",
    Action: "cloudwatch:GetMetricStatistics",
    Resource: "*",
  });
}

/** One relay's secret. A policy of its own for each relay, so that the role names every secret in full. */
export function secretPolicy(secretArn: string): Policy {
  return policy({
    Sid: "ReadTheRelay",
    Effect: "Allow",
    Action: ["secretsmanager:GetSecretValue", "secretsmanager:ListSecretVersionIds"],
    Resource: secretArn,
  });
}

/** Nobody reads or writes a queue without TLS, whatever else they may. */
export function tlsOnly(queueArn: string): Policy {
  return policy({
    Sid: "TlsOnly",
    Effect: "Deny",
    Principal: "*",
    Action: "sqs:*",
    Resource: queueArn,
    Condition: { Bool: { "aws:SecureTransport": "false" } },
  });
}

/** The group is made beforehand, so the right to make one is left out. A stream's name is Lambda's to choose. */
function writeLogs(logGroupArn: string): Statement {
  return {
    Sid: "WriteLogs",
    Effect: "Allow",
    Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
    Resource: `${logGroupArn}:*`,
  };
}

/** Through the services that hold what is encrypted, never directly. */
function useKey(kmsKeyArn: string | undefined, services: readonly string[]): Statement | undefined {
  if (kmsKeyArn === undefined) return undefined;
  const region = kmsKeyArn.split(":")[3] ?? "";
  return {
    Sid: "UseTheKey",
    Effect: "Allow",
    Action: ["kms:Decrypt", "kms:GenerateDataKey"],
    Resource: kmsKeyArn,
    Condition: { StringEquals: { "kms:ViaService": services.map((service) => `${service}.${region}.amazonaws.com`) } },
  };
}

/**
 * Lambda puts a function into a VPC with the function's own role, and asks for these on all resources: the interfaces do not
 * exist yet, and `Describe…` knows no resources (https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html). The
 * second statement takes them from the function's code: only there `lambda:SourceFunctionArn` is set.
 */
const NETWORK_ACTIONS = [
  "ec2:CreateNetworkInterface",
  "ec2:DescribeNetworkInterfaces",
  "ec2:DescribeSubnets",
  "ec2:DeleteNetworkInterface",
  "ec2:AssignPrivateIpAddresses",
  "ec2:UnassignPrivateIpAddresses",
];

const NETWORK_INTERFACES: readonly Statement[] = [
  { Sid: "LambdaJoinsTheVpc", Effect: "Allow", Action: NETWORK_ACTIONS, Resource: "*" },
  {
    Sid: "ButNotTheCode",
    Effect: "Deny",
    Action: NETWORK_ACTIONS,
    Resource: "*",
    Condition: { Null: { "lambda:SourceFunctionArn": "false" } },
  },
];
