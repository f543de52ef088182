import * as pulumi from "@pulumi/pulumi";
import type { HostedReceiver, HostedRelay } from "./arguments";
import type { ReceiverEdge } from "./edge";
import { RECEIVER_OUTPUTS } from "./outputs";
import { type KnownPlace, makeRelay } from "./relays";
import { RECEIVER_TYPE, identityOf } from "./scope";

/** What the state tells of a receiver. What is not passed at all, the SDK does not give back. */
const TOLD = Object.fromEntries([...Object.keys(RECEIVER_OUTPUTS), "place"].map((name) => [name, undefined]));

/**
 * A receiver that another process has declared in this run, of which nothing but the URN is known here. A relay's part of it
 * gets the names and the parent that it has where both are declared by one program.
 */
export class SharedReceiver extends pulumi.ComponentResource implements HostedReceiver {
  declare readonly url: pulumi.Output<string>;
  declare readonly queueUrl: pulumi.Output<string>;
  declare readonly deadLetterQueueUrl: pulumi.Output<string>;
  declare readonly tableName: pulumi.Output<string>;
  declare readonly region: pulumi.Output<string>;
  declare readonly intakeFunctionName: pulumi.Output<string>;
  declare readonly deliveryFunctionName: pulumi.Output<string>;
  declare readonly dashboardUrl: pulumi.Output<string>;
  declare private readonly place: pulumi.Output<KnownPlace>;
  private readonly name: string;
  /**
   * Itself, without children: whoever uses an output of a component depends on all children that it has in this process, and
   * would wait for itself.
   */
  private readonly parent: pulumi.Resource;

  constructor(
    urn: string,
    private readonly edge: ReceiverEdge,
  ) {
    super(RECEIVER_TYPE, nameIn(urn), TOLD, { urn }, true);
    this.name = nameIn(urn);
    this.parent = new pulumi.DependencyResource(urn);
  }

  addRelay(relay: string): HostedRelay {
    const { place, edge, name, parent } = this;
    const dependsOn = place.apply(({ stands }) => stands.map((urn) => new pulumi.DependencyResource(urn)));
    return makeRelay(
      {
        ...edge,
        name,
        identity: identityOf(name),
        child: (_kind, what, args, opts) => [`${name}-${what}`, { ...args }, { parent, dependsOn, ...opts }],
      },
      relay,
      this.url,
      {
        routeKey: place.routeKey,
        roles: { intake: place.roles.intake, delivery: place.roles.delivery },
        deliverySeconds: place.deliverySeconds,
        unsealedPaths: place.apply(({ unsealedPaths }) => unsealedPaths),
        // What the receiver does not have is nothing here, too.
        region: this.placed("region"),
        kmsKeyArn: this.placed("kmsKeyArn"),
        tags: this.placed("tags"),
      },
    );
  }

  private placed<Name extends keyof KnownPlace>(name: Name): pulumi.Output<NonNullable<KnownPlace[Name]>> {
    // An output of nothing is to the SDK what an argument that is not given is.
    return this.place.apply((place) => place[name]) as pulumi.Output<NonNullable<KnownPlace[Name]>>;
  }
}

function nameIn(urn: string): string {
  return urn.split("::").slice(3).join("::");
}
