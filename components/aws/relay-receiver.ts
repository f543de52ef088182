import * as pulumi from "@pulumi/pulumi";
import { VARIABLES } from "../../receiver/contract";
import "./child-args";
import { makeAlarms } from "./alarms";
import type { HostedReceiver, HostedRelay, RelayReceiverArgs } from "./arguments";
import { dashboardUrlOf, regionOf } from "./arn";
import { makeDashboard } from "./dashboard";
import { dynamicEdge } from "./dynamic-edge";
import type { ReceiverEdge } from "./edge";
import { makeFunction } from "./functions";
import { warnOfOverrides } from "./override-warning";
import { deliveryPolicy, intakePolicy } from "./policies";
import { makeUrl } from "./public-url";
import { makeQueues } from "./queues";
import { type KnownPlace, type Place, makeRelay, makeRouteKey } from "./relays";
import { RECEIVER_TYPE, type Scope, identityOf, inRegion, scopeOf, tagged } from "./scope";
import { makeSilenceWatch } from "./silence";
import { settingsOf } from "./settings";
import { makeTable } from "./table";

/**
 * The receiver, hosted on AWS so that nobody runs a machine for it: a Function URL, the intake function behind it, a FIFO queue,
 * and the delivery function. An event is acknowledged once SQS has it, delivered in the order of its conversation, and tried
 * for 13 days. Several relays may share one receiver, each with a path, a signing secret and a destination of its own.
 *
 * Needs version 7 of Pulumi's provider for AWS (`@pulumi/aws`). A change of `region`, `queue` or `table` makes the part anew;
 * everything else is changed in place. All mistakes in the arguments are reported at once, before anything is touched. Holds no
 * secret in its outputs.
 *
 * @example
 * const receiver = new RelayReceiver("receiver", { alarms: { actions: [topic.arn] } });
 * new KustomerRelay("support", { …, receiver: { kind: "aws", receiver } });
 *
 * @example without KustomerRelay
 * const relay = receiver.addRelay("support");
 * const webhook = new KustomerOutboundWebhook("support", { url: relay.url });
 * relay.connect({ signingSecret: webhook.signingSecret, destination: { url: "https://bots.example.com/in" } });
 */
export class RelayReceiver extends pulumi.ComponentResource implements HostedReceiver {
  readonly url: pulumi.Output<string>;
  readonly queueUrl: pulumi.Output<string>;
  readonly deadLetterQueueUrl: pulumi.Output<string>;
  readonly tableName: pulumi.Output<string>;
  readonly region: pulumi.Output<string>;
  readonly intakeFunctionName: pulumi.Output<string>;
  readonly deliveryFunctionName: pulumi.Output<string>;
  readonly dashboardUrl: pulumi.Output<string>;

  /** @internal */
  readonly place: pulumi.Output<KnownPlace>;

  private readonly scope: Scope;
  private readonly placeOfRelays: Place;
  private readonly relays = new Map<string, HostedRelay>();

  constructor(
    name: string,
    args: RelayReceiverArgs = {},
    opts?: pulumi.ComponentResourceOptions,
    /** @internal */
    edge: ReceiverEdge = dynamicEdge,
  ) {
    const settings = settingsOf(name, args);
    super(RECEIVER_TYPE, name, {}, opts);
    const scope = scopeOf(this, name, identityOf(name), args, settings, edge);
    const { kmsKeyArn, vpc } = args;
    const queues = makeQueues(scope);
    const table = makeTable(scope);
    warnOfOverrides(scope, this, table.name);

    const routeKey = makeRouteKey(scope);

    const intakeInVpc = vpc?.intakeToo === true;
    const intake = makeFunction(scope, "intake", {
      description: "Takes Kustomer's events and answers once they are stored",
      memorySize: settings.intake.memoryMiB,
      timeout: settings.intake.timeoutSeconds,
      reservedConcurrentExecutions: settings.intake.reservedConcurrency,
      inVpc: intakeInVpc,
      environment: {
        [VARIABLES.queueUrl]: queues.events.url,
        [VARIABLES.routeKey]: routeKey,
        ...(settings.intake.unsealedPaths.length > 0 && {
          [VARIABLES.unsealedRoutes]: settings.intake.unsealedPaths.join(","),
        }),
        [VARIABLES.maxBodyKiB]: String(settings.intake.maxBodyKiB),
        ...(settings.intake.maxAgeMinutes !== undefined && {
          [VARIABLES.maxAgeMinutes]: String(settings.intake.maxAgeMinutes),
        }),
      },
      policy: (logGroupArn) =>
        pulumi.output({ logGroupArn, queueArn: queues.events.arn, kmsKeyArn, inVpc: intakeInVpc }).apply(intakePolicy),
    });
    const functionUrl = makeUrl(scope, intake.name);
    const url = pulumi
      .output(args.front?.(functionUrl.functionUrl) ?? functionUrl.functionUrl)
      .apply((given) => addressOf(name, given));

    const delivery = makeFunction(scope, "delivery", {
      description: "Delivers stored events to their destinations",
      memorySize: settings.delivery.memoryMiB,
      timeout: settings.delivery.timeoutSeconds,
      inVpc: vpc !== undefined,
      environment: {
        [VARIABLES.queueUrl]: queues.events.url,
        [VARIABLES.deadLetterQueueUrl]: queues.deadLetters.url,
        [VARIABLES.table]: table.name,
        [VARIABLES.maximumConcurrency]: String(settings.delivery.maximumConcurrency),
        [VARIABLES.giveUpAfterDays]: String(settings.delivery.giveUpAfterDays),
      },
      policy: (logGroupArn) =>
        pulumi
          .output({
            logGroupArn,
            queueArn: queues.events.arn,
            deadLetterQueueArn: queues.deadLetters.arn,
            tableArn: table.arn,
            kmsKeyArn,
            inVpc: vpc !== undefined,
          })
          .apply(deliveryPolicy),
    });
    new scope.aws.EventSourceMapping(
      ...scope.child("eventSource", "event-source", {
        eventSourceArn: queues.events.arn,
        functionName: delivery.arn,
        // The most that a FIFO queue gives at once.
        batchSize: 10,
        functionResponseTypes: ["ReportBatchItemFailures"],
        scalingConfig: { maximumConcurrency: settings.delivery.maximumConcurrency },
        ...inRegion(scope),
        ...tagged(scope),
      }),
    );

    const region = intake.arn.apply(regionOf);
    makeAlarms(scope, {
      queueName: queues.events.name,
      deadLetterQueueName: queues.deadLetters.name,
      intakeName: intake.name,
      deliveryName: delivery.name,
    });
    const silence = makeSilenceWatch(scope);
    const dashboard = makeDashboard(scope, {
      region,
      queue: queues.events.name,
      deadLetterQueue: queues.deadLetters.name,
      intake: intake.name,
      delivery: delivery.name,
      intakeLogs: intake.logGroup,
      deliveryLogs: delivery.logGroup,
      ...(silence && { silenceLogs: silence.logGroup }),
    });

    this.scope = scope;
    this.placeOfRelays = {
      routeKey,
      roles: { intake: intake.role.name, delivery: delivery.role.name },
      deliverySeconds: settings.delivery.timeoutSeconds,
      unsealedPaths: settings.intake.unsealedPaths,
      ...inRegion(scope),
      ...(kmsKeyArn !== undefined && { kmsKeyArn }),
      ...tagged(scope),
    };
    this.place = pulumi.output({
      ...this.placeOfRelays,
      stands: [intake.role.urn, delivery.role.urn, functionUrl.urn],
    });
    this.url = url;
    this.queueUrl = queues.events.url;
    this.deadLetterQueueUrl = queues.deadLetters.url;
    this.tableName = table.name;
    this.region = region;
    this.intakeFunctionName = intake.name;
    this.deliveryFunctionName = delivery.name;
    this.dashboardUrl = pulumi
      .all([intake.arn, dashboard])
      .apply(([arn, called]) => (called === "" ? "" : dashboardUrlOf(arn, called)));
    this.registerOutputs({
      url,
      queueUrl: this.queueUrl,
      deadLetterQueueUrl: this.deadLetterQueueUrl,
      tableName: this.tableName,
      region,
      intakeFunctionName: this.intakeFunctionName,
      deliveryFunctionName: this.deliveryFunctionName,
      dashboardUrl: this.dashboardUrl,
      place: this.place,
    });
  }

  /**
   * A place for one more relay: an address of its own, and once it is connected, its secret. `KustomerRelay` does this by itself.
   * The name tells it from the receiver's other relays, in logs too.
   */
  addRelay(name: string): HostedRelay {
    if (this.relays.has(name))
      throw new pulumi.RunError(
        `receiver "${this.scope.name}" has a relay "${name}" already; give each relay a name of its own`,
      );
    const relay = makeRelay(this.scope, name, this.url, this.placeOfRelays);
    this.relays.set(name, relay);
    return relay;
  }

  /** The ARNs of the secrets of the relays that were added so far, by the relays' names. */
  get secretArns(): pulumi.Output<Record<string, string>> {
    return pulumi.output(Object.fromEntries([...this.relays].map(([name, { secretArn }]) => [name, secretArn])));
  }
}

/** It ends in a slash, as a Function URL does: relays' paths follow. */
function addressOf(name: string, given: string): string {
  if (!given.startsWith("https://"))
    throw new pulumi.RunError(
      `receiver "${name}": front: must give an https address, as Kustomer asks for; it gives ${given}`,
    );
  return given.endsWith("/") ? given : `${given}/`;
}
