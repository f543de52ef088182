/**
 * What a receiver on AWS costs, out of the resources that it declares. Prices are those of us-east-1 in dollars, without the
 * free tier, as of 23 November 2026.
 */

/** A resource as it was declared: its type token and its inputs. */
export interface DeclaredResource {
  readonly type: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** Confirmed: read on a page of AWS or in its announcement. The others are from memory of AWS's price list. */
interface Price {
  readonly dollars: number;
  readonly confirmed: boolean;
}

const confirmed = (dollars: number): Price => ({ dollars, confirmed: true });
const remembered = (dollars: number): Price => ({ dollars, confirmed: false });
const MILLION = 1_000_000;

export const PRICES = {
  lambdaRequest: confirmed(0.2 / MILLION),
  lambdaGibSecondArm: remembered(0.000_013_333_4),
  lambdaGibSecondX86: remembered(0.000_016_666_7),
  sqsFifoRequest: remembered(0.5 / MILLION),
  sqsStandardRequest: confirmed(0.4 / MILLION),
  dynamoDbWrite: remembered(0.625 / MILLION),
  logsGigabyte: remembered(0.5),
  secretMonth: confirmed(0.4),
  secretCall: confirmed(0.05 / 10_000),
  alarmMonth: remembered(0.1),
  dashboardMonth: remembered(3),
  metricMonth: remembered(0.3),
} as const satisfies Record<string, Price>;

/** How busy it is. */
export interface Traffic {
  readonly what: string;
  /** Events that one call of the delivery function gets. */
  readonly batch: number;
  /** How long that call takes, its POSTs at the same time. */
  readonly deliveryMs: number;
}

/** The intake's own work and one request to SQS, once it is warm. */
const INTAKE_MS = 15;

export const TRAFFIC = {
  busy: { what: "batches of 10", batch: 10, deliveryMs: 200 },
  quiet: { what: "one at a time", batch: 1, deliveryMs: 150 },
} as const satisfies Record<string, Traffic>;

/** A claim before the POST and a settlement after it, of less than 1 KiB each. */
const WRITES_PER_EVENT = 2;

/** One line of the intake for each event and one of the delivery for each batch, as measured, and CloudWatch's own 26 bytes. */
const LOG_LINE_BYTES = 430 + 26;

/** Lambda's own three lines for a call, where they are kept. */
const PLATFORM_BYTES = 900;

/** Lambda's pollers ask for messages all the time, some 0.6 million times a month. */
const IDLE_RECEIVES = 600_000;

/** Each function reads each relay's two values again every five minutes while it runs. */
const SECRET_CALLS = 2 * 2 * 12 * 24 * 30;

export interface Line {
  readonly what: string;
  readonly dollars: number;
}

export interface Cost {
  readonly perMillionEvents: readonly Line[];
  readonly perMonth: readonly Line[];
}

export function costOf(resources: readonly DeclaredResource[], traffic: Traffic, metrics: number): Cost {
  const all = (type: string): DeclaredResource[] => resources.filter((resource) => resource.type === type);
  const only = (type: string, named = ""): DeclaredResource => {
    const [found, ...others] = all(type).filter(({ name }) => name.endsWith(named));
    if (found === undefined || others.length > 0) throw new Error(`not one ${type} ${named} but ${1 + others.length}`);
    return found;
  };
  const intake = only("aws:lambda/function:Function", "-intake");
  const delivery = only("aws:lambda/function:Function", "-delivery");
  const calls = 1 / traffic.batch;
  return {
    perMillionEvents: [
      { what: "intake function", dollars: MILLION * callCost(intake, INTAKE_MS) },
      {
        what: "queue: send, receive, delete",
        dollars: MILLION * (1 + 2 * calls) * requestCost(only("aws:sqs/queue:Queue", "-events")),
      },
      { what: "delivery function", dollars: MILLION * calls * callCost(delivery, traffic.deliveryMs) },
      {
        what: "table: claim, settle",
        dollars: MILLION * WRITES_PER_EVENT * writeCost(only("aws:dynamodb/table:Table")),
      },
      { what: "logs, with the metrics", dollars: MILLION * (logCost(intake) + calls * logCost(delivery)) },
    ],
    perMonth: [
      {
        what: "secret, one for each relay, and reading it",
        dollars:
          all("aws:secretsmanager/secret:Secret").length *
          (PRICES.secretMonth.dollars + SECRET_CALLS * PRICES.secretCall.dollars),
      },
      {
        what: `alarms, ${all("aws:cloudwatch/metricAlarm:MetricAlarm").length}`,
        dollars: all("aws:cloudwatch/metricAlarm:MetricAlarm").length * PRICES.alarmMonth.dollars,
      },
      { what: `metrics of its own, ${metrics}`, dollars: metrics * PRICES.metricMonth.dollars },
      { what: "dashboard", dollars: all("aws:cloudwatch/dashboard:Dashboard").length * PRICES.dashboardMonth.dollars },
      { what: "asking an empty queue", dollars: IDLE_RECEIVES * requestCost(only("aws:sqs/queue:Queue", "-events")) },
    ],
  };
}

export function sumOf(lines: readonly Line[]): number {
  return lines.reduce((sum, { dollars }) => sum + dollars, 0);
}

function callCost({ inputs }: DeclaredResource, ms: number): number {
  const isArm = Array.isArray(inputs.architectures) && inputs.architectures.includes("arm64");
  const gibSecond = isArm ? PRICES.lambdaGibSecondArm : PRICES.lambdaGibSecondX86;
  return PRICES.lambdaRequest.dollars + (ms / 1000) * (Number(inputs.memorySize) / 1024) * gibSecond.dollars;
}

/** Of a message up to 64 KiB, hence of an event up to 48 KiB. */
function requestCost({ inputs }: DeclaredResource): number {
  return (inputs.fifoQueue === true ? PRICES.sqsFifoRequest : PRICES.sqsStandardRequest).dollars;
}

function writeCost({ inputs, name }: DeclaredResource): number {
  if (inputs.billingMode !== "PAY_PER_REQUEST")
    throw new Error(`${name} is not paid by request: no price for that here`);
  return PRICES.dynamoDbWrite.dollars;
}

function logCost({ inputs }: DeclaredResource): number {
  const { systemLogLevel } = (inputs.loggingConfig ?? {}) as { systemLogLevel?: string };
  const bytes = LOG_LINE_BYTES + (systemLogLevel === "WARN" ? 0 : PLATFORM_BYTES);
  return (bytes / 1e9) * PRICES.logsGigabyte.dollars;
}
