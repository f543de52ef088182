import { sign } from "aws4";
import { messageOf } from "../errors";
import type { Send } from "./http";

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** The services spoken to, with what their JSON protocol calls itself. */
const SERVICES = {
  sqs: { name: "SQS", target: "AmazonSQS", version: "1.0", endpoint: "SQS" },
  dynamodb: { name: "DynamoDB", target: "DynamoDB_20120810", version: "1.0", endpoint: "DYNAMODB" },
  secretsmanager: { name: "Secrets Manager", target: "secretsmanager", version: "1.1", endpoint: "SECRETS_MANAGER" },
} as const;

export type Service = keyof typeof SERVICES;

/** One operation of a service; resolves with its output, rejects with AwsError. */
export type AwsCall = <Output>(
  service: Service,
  operation: string,
  input: object,
  timeoutMs: number,
) => Promise<Output>;

export interface AwsParts {
  readonly send: Send;
  readonly region: string;
  /** Asked for every request: Lambda's are good for as long as the process lives, a person's may not be. */
  readonly credentials: () => Credentials;
  /** Where a service is when not at AWS: the standard variables AWS_ENDPOINT_URL and AWS_ENDPOINT_URL_<SERVICE>. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly random?: () => number;
}

/** A service said no, or nothing: which operation, which status, which request. */
export class AwsError extends Error {
  override readonly name = "AwsError";

  constructor(
    message: string,
    /** The service's own word for it, such as ResourceNotFoundException; `no-answer` when it gave none. */
    readonly code: string,
    readonly body: Readonly<Record<string, unknown>> = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

const TRIES = 3;
const FIRST_PAUSE_MS = 50;
const THROTTLED =
  /Throttl|RequestLimitExceeded|ProvisionedThroughputExceeded|TooManyRequests|SlowDown|TransactionInProgress/;
/** A message of the largest size takes a while on a slow line, but a connection that is dead should cost less than all the time. */
const SHARE_OF_A_TRY = 0.5;
const READ_AT_MOST_BYTES = 16 * 1024 * 1024;

/**
 * The JSON protocol that SQS, DynamoDB and Secrets Manager share. Everything asked here may be asked twice: sends are
 * deduplicated by SQS, writes are conditional. So what failed by chance is tried again, as long as the time allows.
 */
export function createAwsCall(parts: AwsParts): AwsCall {
  return async <Output>(service: Service, operation: string, input: object, timeoutMs: number): Promise<Output> => {
    const endsAt = performance.now() + timeoutMs;
    for (let tried = 1; ; tried += 1) {
      const left = endsAt - performance.now();
      const tryMs = tried === TRIES ? left : Math.max(left * SHARE_OF_A_TRY, Math.min(left, 1_000));
      const result = await callOnce(parts, service, operation, input, tryMs);
      if ("output" in result) return result.output as Output;
      const pause = FIRST_PAUSE_MS * 2 ** tried * (0.5 + 0.5 * (parts.random ?? Math.random)());
      if (!result.again || tried === TRIES || performance.now() + pause >= endsAt) throw result.error;
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  };
}

type Result = { readonly output: unknown } | { readonly error: AwsError; readonly again: boolean };

async function callOnce(
  { send, region, credentials, environment }: AwsParts,
  service: Service,
  operation: string,
  input: object,
  timeoutMs: number,
): Promise<Result> {
  const { name, target, version, endpoint } = SERVICES[service];
  const what = `${name} ${operation}`;
  const url = endpointOf(service, endpoint, region, environment);
  const body = JSON.stringify(input);
  const headers: Record<string, string> = {
    "content-type": `application/x-amz-json-${version}`,
    "x-amz-target": `${target}.${operation}`,
  };
  const host = new URL(url).host;
  const signed = sign({ host, path: "/", method: "POST", service, region, headers, body }, credentials());
  try {
    const answer = await send({
      url,
      headers: signed.headers as Record<string, string>,
      body,
      timeoutMs,
      readAtMost: READ_AT_MOST_BYTES,
    });
    const output = parse(answer.body);
    if (answer.status === 200 && output) return { output };
    const code = codeIn(output, answer.headers["x-amzn-query-error"]);
    const requestId = String(answer.headers["x-amzn-requestid"] ?? "none");
    const said = messageIn(output);
    const error = new AwsError(
      `${what} answered ${answer.status} ${code}${said === undefined ? "" : `: ${said}`} (request id ${requestId})`,
      code,
      output,
    );
    return { error, again: answer.status >= 500 || answer.status === 429 || THROTTLED.test(code) };
  } catch (error) {
    const cause = error instanceof Error ? { cause: error } : undefined;
    return { error: new AwsError(`${what} got no answer: ${messageOf(error)}`, "no-answer", {}, cause), again: true };
  }
}

function endpointOf(service: Service, name: string, region: string, environment: AwsParts["environment"]): string {
  const given = environment[`AWS_ENDPOINT_URL_${name}`] ?? environment.AWS_ENDPOINT_URL;
  if (given !== undefined && given !== "") return given.endsWith("/") ? given : `${given}/`;
  return `https://${service}.${region}.amazonaws.com${region.startsWith("cn-") ? ".cn" : ""}/`;
}

function parse(body: Buffer): Record<string, unknown> | undefined {
  if (body.length === 0) return {};
  try {
    const value: unknown = JSON.parse(body.toString("utf8"));
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    // Not every refusal on the way is the service's own: a proxy answers in HTML.
    return undefined;
  }
}

/** `com.amazonaws.sqs#QueueDoesNotExist`, `AWS.SimpleQueueService.NonExistentQueue;Sender` and plain names. */
function codeIn(output: Record<string, unknown> | undefined, queryError: string | string[] | undefined): string {
  const type = output?.__type ?? output?.code;
  if (typeof type === "string") return type.slice(type.lastIndexOf("#") + 1).slice(0, 128);
  return typeof queryError === "string" ? (queryError.split(";", 1)[0] ?? "") : "without a reason";
}

function messageIn(output: Record<string, unknown> | undefined): string | undefined {
  const message = output?.message ?? output?.Message;
  return typeof message === "string" && message !== "" ? message.slice(0, 500) : undefined;
}
