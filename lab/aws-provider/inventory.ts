import { sign } from "aws4";
import type { LocalAws } from "./local-aws";

interface Request {
  readonly method: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

const ROOT = { accessKeyId: "test", secretAccessKey: "test" };

/** The text of an answer; undefined where there is no such thing. */
async function ask(aws: LocalAws, service: string, path: string, given: Request): Promise<string | undefined> {
  const { host } = new URL(aws.endpoint);
  const { headers = {} } = sign({ ...given, host, path, service, region: "us-east-1" }, ROOT);
  const answer = await aws.send(given.method, path, headers as Record<string, string>, given.body ?? "");
  if (answer.status >= 200 && answer.status < 300) return answer.body;
  if (answer.status === 404 || answer.body.includes("ResourceNotFound")) return undefined;
  throw new Error(`asking the local AWS for ${service}: ${answer.status} ${answer.body}`);
}

/** The services that take their calls as JSON. */
async function call(
  aws: LocalAws,
  service: string,
  version: string,
  target: string,
  body: object = {},
): Promise<Record<string, unknown>> {
  const headers = { "content-type": `application/x-amz-json-${version}`, "x-amz-target": target };
  const text = await ask(aws, service, "/", { method: "POST", headers, body: JSON.stringify(body) });
  return text === undefined ? {} : (JSON.parse(text) as Record<string, unknown>);
}

/** The older services answer in XML. Each wanted element holds a name and nothing else. */
async function names(aws: LocalAws, service: string, form: Record<string, string>, element: string): Promise<string[]> {
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  const body = new URLSearchParams(form).toString();
  const xml = (await ask(aws, service, "/", { method: "POST", headers, body })) ?? "";
  return [...xml.matchAll(new RegExp(`<${element}>([^<]*)</${element}>`, "g"))].map(([, name = ""]) => name);
}

/** What an AWS holds, as `kind name`, of every kind that the component can make or cause. */
export async function inventory(aws: LocalAws): Promise<string[]> {
  const listed = async (
    service: string,
    version: string,
    target: string,
    list: string,
    name = "",
  ): Promise<string[]> => {
    const found = (await call(aws, service, version, target))[list] as (string | Record<string, string>)[] | undefined;
    return (found ?? []).map((each) => (typeof each === "string" ? each : (each[name] ?? "")));
  };
  const ofLambda = async (path: string, list: string, name: string): Promise<string[]> => {
    const found = JSON.parse((await ask(aws, "lambda", `/2015-03-31/${path}/`, { method: "GET" })) ?? "{}") as Record<
      string,
      Record<string, string>[]
    >;
    return (found[list] ?? []).map((each) => each[name] ?? "");
  };
  const found: Record<string, string[]> = {
    queue: await listed("sqs", "1.0", "AmazonSQS.ListQueues", "QueueUrls"),
    table: await listed("dynamodb", "1.0", "DynamoDB_20120810.ListTables", "TableNames"),
    secret: await listed("secretsmanager", "1.1", "secretsmanager.ListSecrets", "SecretList", "Name"),
    "log group": await listed("logs", "1.1", "Logs_20140328.DescribeLogGroups", "logGroups", "logGroupName"),
    function: await ofLambda("functions", "Functions", "FunctionName"),
    "event source mapping": await ofLambda("event-source-mappings", "EventSourceMappings", "UUID"),
    role: await names(aws, "iam", { Action: "ListRoles", Version: "2010-05-08" }, "RoleName"),
    alarm: await names(aws, "monitoring", { Action: "DescribeAlarms", Version: "2010-08-01" }, "AlarmName"),
    dashboard: await names(aws, "monitoring", { Action: "ListDashboards", Version: "2010-08-01" }, "DashboardName"),
  };
  return Object.entries(found).flatMap(([kind, all]) => all.map((name) => `${kind} ${name}`));
}

/** The statements of a function's policy, by their ids; none where there is no such function. */
export async function permissions(aws: LocalAws, functionName: string): Promise<string[]> {
  const text = await ask(aws, "lambda", `/2015-03-31/functions/${functionName}/policy`, { method: "GET" });
  if (text === undefined) return [];
  const { Policy } = JSON.parse(text) as { Policy: string };
  return (JSON.parse(Policy) as { Statement: { Sid: string }[] }).Statement.map(({ Sid }) => Sid);
}

/** As a person would who thinks that it is not needed. */
export async function removePermission(aws: LocalAws, functionName: string, statement: string): Promise<void> {
  await ask(aws, "lambda", `/2015-03-31/functions/${functionName}/policy/${statement}`, { method: "DELETE" });
}

/** What a secret holds, by label. */
export async function secretVersions(aws: LocalAws, secret: string): Promise<Record<string, string>> {
  const held: Record<string, string> = {};
  for (const label of ["AWSCURRENT", "AWSPREVIOUS"]) {
    const { SecretString: value } = await call(aws, "secretsmanager", "1.1", "secretsmanager.GetSecretValue", {
      SecretId: secret,
      VersionStage: label,
    });
    if (typeof value === "string") held[label] = value;
  }
  return held;
}
