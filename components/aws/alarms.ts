import type * as pulumi from "@pulumi/pulumi";
import { LIMITS, type Metric, METRIC_SPACE } from "../../receiver/contract";
import { type Scope, inRegion, tagged } from "./scope";

/** What the alarms look at. */
export interface Watched {
  readonly queueName: pulumi.Output<string>;
  readonly deadLetterQueueName: pulumi.Output<string>;
  readonly intakeName: pulumi.Output<string>;
  readonly deliveryName: pulumi.Output<string>;
}

type AlarmSettings = NonNullable<Scope["settings"]["alarms"]>;

interface Alarm {
  readonly what: string;
  /** What it means and where the rest is said: the first line that a person who is called sees. */
  readonly description: string;
  readonly namespace: string;
  readonly metricName: string;
  readonly dimensions: Readonly<Record<string, pulumi.Input<string>>>;
  readonly statistic: "Maximum" | "Sum" | "SampleCount";
  readonly threshold: number;
  readonly comparisonOperator?: "LessThanThreshold";
  /**
   * What no value means. Of something that happens: that it did not (`notBreaching`). Of something that is there, such as messages
   * in a queue that SQS takes no figures of for a while: that it is as it was (`ignore`). Of what is said all the time: that nobody is
   * there to say it (`missing`).
   */
  readonly treatMissingData: "notBreaching" | "ignore" | "breaching" | "missing";
  readonly period?: number;
  readonly evaluationPeriods?: number;
  readonly insufficientDataActions?: AlarmSettings["actions"];
}

const DAY_SECONDS = 24 * 3600;

/** SQS deletes a dead letter after 14 days; three days are left to replay it. */
const DEAD_LETTER_DAYS = 11;

/** An event that Kustomer sends to the wrong address comes so often in five minutes. Who only looks around comes once or twice. */
const TRIES_IN_FIVE_MINUTES = 3;

export function makeAlarms(scope: Scope, watched: Watched): void {
  const { alarms } = scope.settings;
  if (alarms === undefined) return;
  for (const { what, description, ...alarm } of alarmsOf(scope.identity, watched, alarms)) {
    new scope.aws.MetricAlarm(
      ...scope.child("alarm", `alarm-${what}`, {
        alarmDescription: `${scope.identity}: ${description} What to do: docs/aws.md of pulumi-kustomer-relay, "${what}".`,
        comparisonOperator: "GreaterThanOrEqualToThreshold",
        period: 60,
        evaluationPeriods: 1,
        alarmActions: alarms.actions,
        okActions: alarms.actions,
        ...alarm,
        ...inRegion(scope),
        ...tagged(scope),
      }),
    );
  }
}

function alarmsOf(
  identity: string,
  watched: Watched,
  { actions, oldestMinutes, expectEventEveryMinutes, businessHours }: AlarmSettings,
): Alarm[] {
  const queue = (name: pulumi.Output<string>) => ({ namespace: "AWS/SQS", dimensions: { QueueName: name } });
  const called = (name: pulumi.Output<string>) => ({ namespace: "AWS/Lambda", dimensions: { FunctionName: name } });
  const own = (metricName: Metric) => ({
    namespace: METRIC_SPACE.namespace,
    metricName,
    dimensions: { [METRIC_SPACE.dimension]: identity },
  });
  const happens = { statistic: "Sum", period: 300, treatMissingData: "notBreaching" } as const;
  const any = { ...happens, threshold: 1 } as const;
  return [
    {
      what: "oldest-event",
      description: `events have been waiting for ${oldestMinutes} minutes.`,
      ...queue(watched.queueName),
      metricName: "ApproximateAgeOfOldestMessage",
      statistic: "Maximum",
      threshold: oldestMinutes * 60,
      treatMissingData: "ignore",
      evaluationPeriods: 3,
    },
    {
      what: "events-expire",
      description: "an event has waited for so long that SQS will delete it: a pause, or a destination that is down.",
      ...queue(watched.queueName),
      metricName: "ApproximateAgeOfOldestMessage",
      statistic: "Maximum",
      threshold: LIMITS.pauseAlarmDays * DAY_SECONDS,
      treatMissingData: "ignore",
      period: 300,
    },
    {
      what: "dead-letters",
      description: "there are events that could not be delivered.",
      ...queue(watched.deadLetterQueueName),
      metricName: "ApproximateNumberOfMessagesVisible",
      statistic: "Maximum",
      threshold: 1,
      treatMissingData: "ignore",
    },
    {
      what: "dead-letters-expire",
      description: "a dead letter is about to be deleted by SQS.",
      ...queue(watched.deadLetterQueueName),
      metricName: "ApproximateAgeOfOldestMessage",
      statistic: "Maximum",
      threshold: DEAD_LETTER_DAYS * DAY_SECONDS,
      treatMissingData: "ignore",
      period: 300,
    },
    {
      what: "signatures-refused",
      description: "requests came with a signature that no secret made.",
      ...own("SignatureRefused"),
      ...any,
    },
    {
      what: "requests-refused",
      description: "requests to a relay's address were not as Kustomer's are, or too large, or too old.",
      ...own("Refused"),
      ...any,
    },
    {
      what: "unknown-address",
      description: "requests come to an address that is no relay's.",
      ...own("UnknownAddress"),
      ...happens,
      threshold: TRIES_IN_FIVE_MINUTES,
    },
    {
      what: "intake-5xx",
      description: "Kustomer was told to come again.",
      ...called(watched.intakeName),
      metricName: "Url5xxCount",
      ...any,
    },
    {
      what: "intake-errors",
      description: "the intake function failed.",
      ...called(watched.intakeName),
      metricName: "Errors",
      ...any,
    },
    {
      what: "intake-throttled",
      description: "more requests came at once than the intake may take.",
      ...called(watched.intakeName),
      metricName: "Throttles",
      ...any,
    },
    {
      what: "delivery-errors",
      description: "the delivery function failed.",
      ...called(watched.deliveryName),
      metricName: "Errors",
      ...any,
    },
    {
      what: "delivery-throttled",
      description: "the account's limit leaves no room for deliveries.",
      ...called(watched.deliveryName),
      metricName: "Throttles",
      ...any,
      evaluationPeriods: 3,
    },
    ...(expectEventEveryMinutes === undefined
      ? []
      : businessHours === undefined
        ? [silence(expectEventEveryMinutes, own("Stored"))]
        : [silenceByHours(expectEventEveryMinutes, own("Silent"), actions)]),
  ];
}

type OwnMetric = Pick<Alarm, "namespace" | "metricName" | "dimensions">;

/** Three times in this does the function of silence.ts say how it is. */
const SAID_WITHIN_SECONDS = 900;

/** At its beginning there is no value yet, which is no silence; that there are none any more, somebody has to know. */
function silenceByHours(minutes: number, silent: OwnMetric, actions: AlarmSettings["actions"]): Alarm {
  return {
    what: "silence",
    description: `no event was received for ${minutes} minutes of business hours.`,
    ...silent,
    statistic: "Maximum",
    threshold: 1,
    period: SAID_WITHIN_SECONDS,
    treatMissingData: "missing",
    insufficientDataActions: actions,
  };
}

/** The one alarm that rings because there are no values. */
function silence(minutes: number, stored: OwnMetric): Alarm {
  return {
    what: "silence",
    description: `no event was received for ${minutes} minutes.`,
    ...stored,
    // How often it is said, and not its sum: an event that a filter keeps back is said as zero stored.
    statistic: "SampleCount",
    threshold: 1,
    comparisonOperator: "LessThanThreshold",
    period: minutes * 60,
    treatMissingData: "breaching",
  };
}
