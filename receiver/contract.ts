import type { FilterRule } from "./filter";

/** What the component that declares a receiver on AWS and the functions that run in it agree upon. Each is said here and nowhere else. */

/** The functions' environment variables. */
export const VARIABLES = {
  receiver: "RELAY_RECEIVER",
  logLevel: "RELAY_LOG_LEVEL",
  queueUrl: "RELAY_QUEUE_URL",
  /** Secrets are named `<prefix>/<route>`. */
  secretPrefix: "RELAY_SECRET_PREFIX",
  /** By which the intake knows its routes: their seals' key. */
  routeKey: "RELAY_ROUTE_KEY",
  /** Routes without a seal that are the receiver's all the same, between commas. */
  unsealedRoutes: "RELAY_UNSEALED_ROUTES",
  maxBodyKiB: "RELAY_MAX_BODY_KIB",
  maxAgeMinutes: "RELAY_MAX_AGE_MINUTES",
  deadLetterQueueUrl: "RELAY_DEAD_LETTER_QUEUE_URL",
  table: "RELAY_TABLE",
  maximumConcurrency: "RELAY_MAXIMUM_CONCURRENCY",
  giveUpAfterDays: "RELAY_GIVE_UP_AFTER_DAYS",
  expectEventEveryMinutes: "RELAY_EXPECT_EVENT_EVERY_MINUTES",
  /** As JSON. */
  businessHours: "RELAY_BUSINESS_HOURS",
} as const;

export type VariableName = (typeof VARIABLES)[keyof typeof VARIABLES];

export const LOG_LEVELS = ["debug", "info", "warn", "error"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export const LIMITS = {
  /** A message of SQS is 1 MiB with all it carries; base64 takes four thirds of a body, and headers need some room. */
  maxBodyKiB: 760,
  /** Kustomer sends an event for the last time 64 minutes after the first: a younger limit would refuse genuine retries. */
  leastMaxAgeMinutes: 65,
  /** SQS deletes what is fourteen days old and tells nobody, so events are given up before. */
  maxGiveUpDays: 13,
  /** A paused relay's events are not tried either, so a pause ends with a day to spare, and its alarm rings two days before. */
  maxPauseDays: 12,
  pauseAlarmDays: 10,
  /** Batches that are delivered at the same time, and how many of them if it is not said. */
  maximumConcurrency: { least: 2, most: 1000, otherwise: 10 },
  /** The queue gives an event out again after so many times the delivery function's time, as AWS asks. */
  visibilityTimeouts: 6,
  maxMessageBytes: 1024 * 1024,
  /** Kept free in an event's message for what a dead letter says beside it. */
  deadLetterBytes: 4 * 1024,
  /** All variables of a function may have 4 KiB together. */
  maxUnsealedRoutes: 50,
} as const;

/** Where CloudWatch finds the metrics that the functions' log lines carry. */
export const METRIC_SPACE = { namespace: "KustomerRelay", dimension: "Receiver", rule: "Rule" } as const;

/** All metrics that the functions write, with their units. */
export const METRICS = {
  Stored: "Count",
  /** Events that a relay's filter kept back, in all and by its rule. */
  Filtered: "Count",
  SignatureRefused: "Count",
  /** Requests to a relay's own address that are not as Kustomer's are: a method, a content type, a size, an age. */
  Refused: "Count",
  /** Requests to addresses that are no relay's. */
  UnknownAddress: "Count",
  /** Kustomer was told to come again: the queue did not take an event, or a relay's secret could not be read. */
  StoreUnavailable: "Count",
  PreviousSecretMatched: "Count",
  Delivered: "Count",
  Duplicates: "Count",
  Retried: "Count",
  DeadLettered: "Count",
  DeliveryLatency: "Milliseconds",
  /** Zero while all is well: no event came although one was expected, by business hours. */
  Silent: "Count",
} as const;

export type Metric = keyof typeof METRICS;

/** What a relay's secret holds, as JSON. */
export interface RelaySecret {
  readonly relay: string;
  readonly signingSecret: string;
  readonly destination: {
    readonly url: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly timeoutSeconds?: number;
    readonly keepAnswerExcerpt?: boolean;
    readonly allowLoopbackHttp?: boolean;
  };
  /** What is declared of its deliveries; overrides stand in the table. */
  readonly controls?: DeclaredControls;
}

/** As in receiver.yaml. */
export interface DeclaredControls {
  readonly paused?: boolean | undefined;
  readonly maxPerSecond?: number | undefined;
  readonly filter?: readonly FilterRule[] | undefined;
}
