import type { Clock } from "../clock";
import { METRIC_SPACE, VARIABLES } from "../contract";
import { messageOf } from "../errors";
import { type BusinessHours, expectedSince } from "../silence";
import { type AwsCall, createAwsCall } from "./client";
import { type Environment, Variables } from "./environment";
import { send } from "./http";
import { createLog } from "./log";

export interface SilenceOptions {
  readonly clock?: Clock;
}

/** CloudWatch makes metrics of log lines some minutes later: what came within that may not be seen yet. */
const SETTLED_MS = 300_000;
const TIMEOUT_MS = 10_000;
/** The most that CloudWatch gives at once. */
const MOST_VALUES = 1_440;
const MINUTE_MS = 60_000;

/**
 * Called every few minutes: says, as a metric with an alarm, whether an event should have come by now. The business hours are
 * judged here because an alarm knows UTC alone, and no summer time.
 */
export function createSilenceHandler(environment: Environment, options: SilenceOptions = {}): () => Promise<void> {
  const variables = new Variables(environment);
  const { region, credentials } = variables.platform();
  const receiver = variables.text(VARIABLES.receiver);
  const log = createLog(receiver, variables.level());
  const everyMinutes = variables.number(VARIABLES.expectEventEveryMinutes, 0, 1, Infinity);
  const hours = variables.text(VARIABLES.businessHours);
  variables.check();
  const businessHours = JSON.parse(hours) as BusinessHours;

  const call = createAwsCall({ send, region, credentials, environment });
  const clock = options.clock ?? Date.now;
  return async () => {
    const now = clock();
    const since = expectedSince(now - SETTLED_MS, everyMinutes, businessHours);
    if (since === undefined) {
      log.measure("debug", "no event is expected at this hour", { Silent: [0] });
      return;
    }
    const received = await countReceived(call, receiver, since, now).catch((error: unknown) => {
      log.write("error", "what was received could not be read", { problem: messageOf(error) });
      throw error;
    });
    const facts = { since: new Date(since).toISOString(), received };
    if (received > 0) log.measure("debug", "events come", { Silent: [0] }, facts);
    else log.measure("warn", "no event has come", { Silent: 1 }, facts);
  };
}

/** How often the intake said that it received something. Not the sum: an event that a filter keeps back is said as zero stored. */
async function countReceived(call: AwsCall, receiver: string, since: number, now: number): Promise<number> {
  const minutesEach = Math.ceil((now - since) / MINUTE_MS / MOST_VALUES);
  const { Datapoints = [] } = await call<{ Datapoints?: readonly { readonly SampleCount?: number }[] }>(
    "monitoring",
    "GetMetricStatistics",
    {
      Namespace: METRIC_SPACE.namespace,
      MetricName: "Stored",
      Dimensions: [{ Name: METRIC_SPACE.dimension, Value: receiver }],
      StartTime: Math.floor(since / 1000),
      EndTime: Math.ceil(now / 1000),
      Period: minutesEach * 60,
      Statistics: ["SampleCount"],
    },
    TIMEOUT_MS,
  );
  return Datapoints.reduce((sum, { SampleCount = 0 }) => sum + SampleCount, 0);
}
