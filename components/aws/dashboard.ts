import * as pulumi from "@pulumi/pulumi";
import { type Metric, METRIC_SPACE } from "../../receiver/contract";
import { type Scope, inRegion } from "./scope";

/** What the dashboard shows, by the names that CloudWatch knows. */
export interface Shown {
  readonly region: string;
  readonly queue: string;
  readonly deadLetterQueue: string;
  readonly intake: string;
  readonly delivery: string;
  readonly intakeLogs: string;
  readonly deliveryLogs: string;
  /** Where somebody looks whether events come by business hours. */
  readonly silenceLogs?: string;
}

/** Its name: empty where there is none. */
export function makeDashboard(
  scope: Scope,
  shown: { [K in keyof Shown]: pulumi.Input<string> },
): pulumi.Output<string> {
  if (!scope.settings.dashboard) return pulumi.output("");
  return new scope.aws.Dashboard(
    ...scope.child("dashboard", "dashboard", {
      dashboardName: scope.identity,
      dashboardBody: pulumi.output(shown).apply((names) => JSON.stringify(dashboardBody(scope.identity, names))),
      ...inRegion(scope),
    }),
  ).dashboardName;
}

type Line = readonly [name: string, options?: Readonly<Record<string, string>>];

/** From what comes in to what goes out, and what went wrong beneath. */
export function dashboardBody(identity: string, shown: Shown): object {
  const { namespace, dimension } = METRIC_SPACE;
  const own = (name: Metric, options = {}) => [namespace, name, dimension, identity, options];
  const queue = (queueName: string, name: string, options = {}) => ["AWS/SQS", name, "QueueName", queueName, options];
  const called = (functionName: string, ...lines: Line[]) =>
    lines.map(([name, options = {}]) => ["AWS/Lambda", name, "FunctionName", functionName, options]);
  const sum = { stat: "Sum" };
  const graphs: [title: string, metrics: unknown[]][] = [
    [
      "Requests: stored and refused",
      [
        own("Stored", sum),
        own("Filtered", sum),
        own("SignatureRefused", sum),
        own("Refused", sum),
        own("UnknownAddress", sum),
        own("StoreUnavailable", sum),
      ],
    ],
    [
      "Intake: time to answer (ms)",
      called(
        shown.intake,
        ["UrlRequestLatency", { stat: "Average", label: "average" }],
        ["UrlRequestLatency", { stat: "Maximum", label: "longest" }],
      ),
    ],
    [
      "Intake: 5xx, 4xx, errors, throttles",
      called(shown.intake, ["Url5xxCount", sum], ["Url4xxCount", sum], ["Errors", sum], ["Throttles", sum]),
    ],
    ["Oldest event (s)", [queue(shown.queue, "ApproximateAgeOfOldestMessage", { stat: "Maximum" })]],
    [
      "Events: waiting, under way, dead",
      [
        queue(shown.queue, "ApproximateNumberOfMessagesVisible", { stat: "Maximum", label: "waiting" }),
        queue(shown.queue, "ApproximateNumberOfMessagesNotVisible", { stat: "Maximum", label: "under way or put off" }),
        queue(shown.deadLetterQueue, "ApproximateNumberOfMessagesVisible", { stat: "Maximum", label: "dead letters" }),
      ],
    ],
    ["Deliveries", [own("Delivered", sum), own("Duplicates", sum), own("Retried", sum), own("DeadLettered", sum)]],
    [
      "From Kustomer's request to the destination's answer (ms)",
      [own("DeliveryLatency", { stat: "p50", label: "p50" }), own("DeliveryLatency", { stat: "p99", label: "p99" })],
    ],
    [
      "Delivery: errors, throttles, at once",
      called(shown.delivery, ["Errors", sum], ["Throttles", sum], ["ConcurrentExecutions", { stat: "Maximum" }]),
    ],
    ["Signed with the previous secret (0: it is no longer in use)", [own("PreviousSecretMatched", sum)]],
    ...(shown.silenceLogs === undefined
      ? []
      : [
          ["Silence (1: no event came, in business hours)", [own("Silent", { stat: "Maximum" })]] satisfies [
            string,
            unknown[],
          ],
        ]),
  ];
  const logs = [shown.intakeLogs, shown.deliveryLogs, shown.silenceLogs]
    .filter((group) => group !== undefined)
    .map((group) => `SOURCE '${group}'`)
    .join(" | ");
  return {
    widgets: [
      ...graphs.map(([title, metrics], index) => ({
        type: "metric",
        x: (index % 3) * 8,
        y: Math.floor(index / 3) * 6,
        width: 8,
        height: 6,
        properties: { title, metrics, region: shown.region, period: 60, view: "timeSeries" },
      })),
      {
        type: "log",
        x: 0,
        y: Math.ceil(graphs.length / 3) * 6,
        width: 24,
        height: 6,
        properties: {
          title: "Warnings and errors",
          region: shown.region,
          query: `${logs} | fields @timestamp, @message | filter level in ["warn", "error", "WARN", "ERROR"] | sort @timestamp desc | limit 50`,
          view: "table",
        },
      },
    ],
  };
}
