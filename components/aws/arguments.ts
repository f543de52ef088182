import type * as pulumi from "@pulumi/pulumi";
import type { FilterRule } from "../../receiver/filter";
import type { Weekday } from "../../receiver/silence";
import type { Transform } from "../relay/transform";

/** How a receiver on AWS is built. Everything has a default; what a default is for stands beside it. */
export interface RelayReceiverArgs {
  /** The region, for example `eu-central-1`. Default: the AWS provider's. A change replaces everything. */
  region?: pulumi.Input<string> | undefined;
  /** The function that Kustomer's requests reach. */
  intake?:
    | {
        /**
         * MiB, 128 to 10240. Default 256: with less the first request after a pause takes some 10 ms longer, with more nothing
         * gets faster.
         */
        memoryMiB?: number | undefined;
        /** Default 10. Kustomer waits a few seconds; what takes longer than this is given up and comes again. */
        timeoutSeconds?: number | undefined;
        /**
         * How many requests are taken at once, set aside for the intake alone, so that deliveries cannot starve it; ten times as
         * many a second is the most its URL takes, the rest is answered 429. Default 20, hence 200 a second. `"none"` sets
         * nothing aside: for accounts whose limit leaves no room (AWS keeps 100 unreserved, and new accounts have 10 in all).
         */
        reservedConcurrency?: number | "none" | undefined;
        /** The largest body, in KiB; more is answered 413. At most 760, which is what a message of SQS holds once encoded. Default 760. */
        maxBodyKiB?: number | undefined;
        /**
         * Paths of relays that were made before paths had a seal, by which the intake knows them. `pulumi preview` says which. Default:
         * none; whatever has no seal is refused without asking anybody.
         */
        unsealedPaths?: string[] | undefined;
        /** Refuse events older than this, in minutes, at least 65: Kustomer tries for 64. Default: no limit. */
        maxAgeMinutes?: number | undefined;
      }
    | undefined;
  /** The function that posts the events to the destination. */
  delivery?:
    | {
        /** MiB, 128 to 10240. Default 256. */
        memoryMiB?: number | undefined;
        /**
         * Default 60, from 10 to 900. It has to exceed the destination's `timeoutSeconds` by 5. The queue gives a message out
         * again after six times as long, as AWS asks: a shorter time is a shorter pause after a crash.
         */
        timeoutSeconds?: number | undefined;
        /** How many batches of up to ten events are delivered at once, 2 to 1000: what the destination bears. Default 10. */
        maximumConcurrency?: number | undefined;
        /**
         * How long an event is tried before it becomes a dead letter, in days. Default and at most 13: after 14 SQS would delete
         * it, and tell nobody.
         */
        giveUpAfterDays?: number | undefined;
      }
    | undefined;
  /** What tells a person. `false`: no alarms. */
  alarms?: false | ReceiverAlarms | undefined;
  /** A dashboard of the receiver. Default true; AWS gives three for nothing, each further one costs $3 a month. */
  dashboard?: boolean | undefined;
  /** How long the functions' logs are kept, in days, one of those that CloudWatch offers. Default 30. They hold no event. */
  logRetentionDays?: number | undefined;
  /** `debug` logs every event by its id. Default `info`. */
  logLevel?: "debug" | "info" | "warn" | "error" | undefined;
  /**
   * ARN of a KMS key of yours (of the key, not of an alias) for queues, table and secrets. Default: keys that AWS keeps, which
   * cost nothing. The logs hold no event and stay with AWS's key.
   */
  kmsKeyArn?: pulumi.Input<string> | undefined;
  /**
   * Subnets and security groups for the delivery function, where the destination is reached from a private network or by a
   * fixed address alone. The subnets need a way to SQS, DynamoDB, Secrets Manager and the destination. `intakeToo` puts the
   * intake there as well, which nothing but a rule of your company asks for. Default: no VPC.
   */
  vpc?:
    | {
        /** Two or more, in different zones. */
        subnetIds: pulumi.Input<pulumi.Input<string>[]>;
        /** They have to let https out. */
        securityGroupIds: pulumi.Input<pulumi.Input<string>[]>;
        /** Puts the intake into the VPC as well. */
        intakeToo?: boolean | undefined;
      }
    | undefined;
  /**
   * Builds what stands in front of the Function URL, and gives its https address: for a firewall or a domain of your own, neither
   * of which a Function URL can have. Kustomer gets addresses below it; paths and headers have to be passed on as they are.
   * Default: nothing. A change gives every relay's webhook another address.
   *
   * @example { front: (functionUrl) => pulumi.interpolate`https://${distributionTo(functionUrl).domainName}/` }
   */
  front?: ((functionUrl: pulumi.Output<string>) => pulumi.Input<string>) | undefined;
  /**
   * A FIFO queue and its FIFO dead-letter queue that exist, by ARN. They are left as they are; what they should be like:
   * docs/aws.md. Default: two are made. A change leaves what waits in the former queue there.
   */
  queue?:
    | {
        /** ARN of the queue. */
        arn: pulumi.Input<string>;
        /** ARN of its dead-letter queue. */
        deadLetterArn: pulumi.Input<string>;
      }
    | undefined;
  /** A table that exists, by ARN: key `id` (text), time to live `expiresAt`. Default: one is made, paid by request. */
  table?:
    | {
        /** ARN of the table. */
        arn: pulumi.Input<string>;
      }
    | undefined;
  /**
   * Whether the table can be restored to any moment of the last 35 days. Default false: it says which events are delivered
   * already, for some days, and without it a few are delivered twice.
   */
  pointInTimeRecovery?: boolean | undefined;
  /** On everything that takes tags. */
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>> | undefined;
  /** A last word on the arguments and options of each child: an object to merge, or a function that changes them. */
  transform?: { [Child in ReceiverChild]?: Transform<ArgsOfChild<Child>> | undefined } | undefined;
}

export interface ReceiverAlarms {
  /**
   * What an alarm does, and does again when it is over: ARNs, usually of one SNS topic. Default: nothing; the alarms are seen
   * in the console only.
   *
   * @example { actions: [topic.arn] }
   */
  actions?: pulumi.Input<pulumi.Input<string>[]> | undefined;
  /** How long the oldest event may wait, in minutes. Default 15: the destination has been down, not slow. */
  oldestMinutes?: number | undefined;
  /**
   * Rings when no event was received for so many minutes, at most 1440: nobody else notices that Kustomer has stopped sending.
   * Default: off, because only you know your quiet hours.
   */
  expectEventEveryMinutes?: number | undefined;
  /**
   * The time that counts for `expectEventEveryMinutes`: outside of these hours nobody is called because no event comes. Summer time is
   * the time zone's. Default: all hours. With them a third, small function judges every five minutes.
   *
   * @example { expectEventEveryMinutes: 60, businessHours: { timeZone: "Europe/Berlin", from: "08:00", to: "18:00" } }
   */
  businessHours?: ReceiverBusinessHours | undefined;
}

/** By the same names and rules as in receiver.yaml. */
export interface ReceiverBusinessHours {
  /** Such as Europe/Berlin. */
  timeZone: string;
  /** Default: mon, tue, wed, thu, fri. */
  days?: Weekday[] | undefined;
  /** Of the day, in hours and minutes: 08:00. */
  from: string;
  /** Later than `from`; 24:00 is the end of the day. */
  to: string;
}

/** The kinds of a receiver's children that `transform` can change. */
export type ReceiverChild =
  | "queue"
  | "deadLetterQueue"
  | "table"
  | "logGroup"
  | "role"
  | "intake"
  | "delivery"
  | "url"
  | "eventSource"
  | "alarm"
  | "dashboard"
  | "secret"
  | "silence";

/**
 * What the kinds of children are made with, as far as it is said: `pulumi-kustomer-relay/aws` says it of all (`child-args.ts`).
 * Whoever does not use that may do without `@pulumi/aws`, types included.
 */
export interface ReceiverChildArgs {
  other: Record<string, pulumi.Input<unknown>>;
}

export type ArgsOfChild<Child extends ReceiverChild> = Child extends keyof ReceiverChildArgs
  ? ReceiverChildArgs[Child]
  : ReceiverChildArgs["other"];

/** The destination of one relay, as the delivery function needs it. */
export interface ReceiverDestination {
  /** Sent with every event, beside what Kustomer sent. Kept with the signing secret, and as secret. */
  headers?: pulumi.Input<Record<string, pulumi.Input<string>>> | undefined;
  /** How long to wait for one answer. Default 30; at most the delivery function's own less 5. */
  timeoutSeconds?: number | undefined;
  /** Whether a dead letter keeps the beginning of the answer that it was refused with, up to 512 bytes. Default true. */
  keepAnswerExcerpt?: boolean | undefined;
  /** Lets the destination be plain http to a loopback address: for tests. */
  allowLoopbackHttp?: boolean | undefined;
}

/** A receiver as `KustomerRelay` uses it: `RelayReceiver` of `pulumi-kustomer-relay/aws`. */
export interface HostedReceiver extends HostedReceiverOutputs {
  addRelay(name: string): HostedRelay;
}

export interface HostedReceiverOutputs {
  /** The address of the receiver; a relay's own is below it. */
  readonly url: pulumi.Output<string>;
  /** Of the queue in which events wait. */
  readonly queueUrl: pulumi.Output<string>;
  /** Of the queue with the events that were given up. */
  readonly deadLetterQueueUrl: pulumi.Output<string>;
  /** Of the table with the ids of delivered events. */
  readonly tableName: pulumi.Output<string>;
  /** Where it runs. */
  readonly region: pulumi.Output<string>;
  /** The function that Kustomer's requests reach. */
  readonly intakeFunctionName: pulumi.Output<string>;
  /** The function that posts the events. */
  readonly deliveryFunctionName: pulumi.Output<string>;
  /** Of the dashboard; empty where there is none. */
  readonly dashboardUrl: pulumi.Output<string>;
}

/** One relay's place in a receiver. */
export interface HostedRelay {
  /** Where Kustomer sends this relay's events. It is known once the functions may read the relay's secret. */
  readonly url: pulumi.Output<string>;
  /** Of the secret that holds the signing secret and the destination. */
  readonly secretArn: pulumi.Output<string>;
  /** Stores what the functions need. Before, the intake answers 503 or 404 and Kustomer comes again. */
  connect(args: HostedRelayArgs): void;
}

/** What holds of one relay's deliveries; commands set something else above it while it runs. By the same names as in receiver.yaml. */
export interface ReceiverControls {
  /** Events are taken and kept, none is delivered. Default false. `kustomer-relay resume` lets them flow all the same. */
  paused?: boolean | undefined;
  /**
   * The most requests to the destination in a second, over all functions: a whole number up to 1000, or a fraction from 0.1.
   * Default: no limit. On AWS each request then costs one more write to the table.
   */
  maxPerSecond?: number | undefined;
  /**
   * Which events go on: all its rules must hold that apply to an event. What does not go on is acknowledged, counted by its
   * rule, and never stored. Try it with `kustomer-relay filter test`. Default: every event.
   *
   * @example [{ name: "own-words", not: { path: "data.attributes.direction", equals: "out" } }]
   */
  filter?: FilterRule[] | undefined;
}

export interface HostedRelayArgs extends ReceiverControls {
  /** The outbound webhook's `token`. Secret. A change keeps the former one valid beside it. */
  signingSecret: pulumi.Input<string>;
  /** Where the events go. */
  destination: ReceiverDestination & { url: pulumi.Input<string> };
}
