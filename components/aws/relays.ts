import * as pulumi from "@pulumi/pulumi";
import type { HostedRelay, HostedRelayArgs } from "./arguments";
import { secretPrefixOf } from "./functions";
import { knownPath } from "./known-path";
import { secretPolicy } from "./policies";
import { refuseMistakes, relaySecretText } from "./relay-secret";
import type { RelayScope, Scope } from "./scope";

/** What a receiver has for its relays: plain values, and nothing secret, so that a state can hand it on. */
export interface Place {
  readonly routeKey: pulumi.Input<string>;
  /** The functions' roles, by name. */
  readonly roles: Readonly<Record<"intake" | "delivery", pulumi.Input<string>>>;
  readonly deliverySeconds: pulumi.Input<number>;
  readonly unsealedPaths: pulumi.Input<readonly string[]>;
  readonly region?: pulumi.Input<string> | undefined;
  readonly kmsKeyArn?: pulumi.Input<string> | undefined;
  readonly tags?: pulumi.Input<Record<string, pulumi.Input<string>>> | undefined;
}

/** A place as it stands in the receiver's state. */
export type KnownPlace = pulumi.Unwrap<Place> & {
  /** What must be there for as long as a relay is, by URN. */
  readonly stands: readonly string[];
};

/**
 * What the paths of a receiver's relays are sealed with, and the intake knows them by. It is made like a path, and no secret either:
 * whoever knew it could make the intake look for secrets that are not there, and nothing else.
 */
export function makeRouteKey(scope: Scope): pulumi.Output<string> {
  return new scope.Route(...scope.child(undefined, "route-key", {})).path;
}

/**
 * One relay's place: a path that nobody can guess, a secret of that name, and the right of both functions to read it. What is
 * in the secret comes later, since the signing secret is only made once Kustomer knows the path.
 */
export function makeRelay(scope: RelayScope, relay: string, url: pulumi.Output<string>, place: Place): HostedRelay {
  const { routeKey, roles, deliverySeconds, unsealedPaths, region, kmsKeyArn, tags } = place;
  const of = { receiver: scope.name, relay };
  const where = { ...(region !== undefined && { region }) };
  const [, , own] = scope.child(undefined, relay, {});
  const route = new scope.Route(`${scope.name}-${relay}-route`, { sealKey: routeKey }, own);
  const path = pulumi
    .all([route.path, routeKey, route.urn, unsealedPaths])
    .apply(([path, key, urn, unsealed]) => knownPath(of, { path, key, urn }, unsealed));
  const secret = new scope.aws.Secret(
    ...scope.child("secret", `${relay}-secret`, {
      name: pulumi.interpolate`${secretPrefixOf(scope.identity)}/${path}`,
      description: `Relay ${relay}: signing secret and destination`,
      // Gone at once when it is deleted: Kustomer and the state of the stack have what is in it.
      recoveryWindowInDays: 0,
      ...(kmsKeyArn !== undefined && { kmsKeyId: kmsKeyArn }),
      ...where,
      ...(tags !== undefined && { tags }),
    }),
  );
  const readable = (["intake", "delivery"] as const).map(
    (what) =>
      new scope.aws.RolePolicy(
        ...scope.child(undefined, `${relay}-${what}-reads`, {
          role: roles[what],
          policy: secret.arn.apply((arn) => JSON.stringify(secretPolicy(arn))),
        }),
      ),
  );
  return {
    url: pulumi.all([url, path, ...readable.map(({ id }) => id)]).apply(([base, path]) => `${base}${path}`),
    secretArn: secret.arn,
    connect: ({ signingSecret, destination, paused, maxPerSecond, filter }: HostedRelayArgs) => {
      const { url: _, ...settings } = destination;
      const controls = withoutBlanks({ paused, maxPerSecond, filter });
      refuseMistakes(of, typeof deliverySeconds === "number" ? deliverySeconds : undefined, settings, controls);
      const value = pulumi.output({
        relay,
        signingSecret,
        destination: withoutBlanks(destination),
        ...(Object.keys(controls).length > 0 && { controls }),
      });
      new scope.aws.SecretVersion(
        ...scope.child(
          undefined,
          `${relay}-secret-value`,
          {
            secretId: secret.id,
            secretString: pulumi.secret(
              pulumi
                .all([value, deliverySeconds])
                .apply(([value, deliverySeconds]) => relaySecretText(of, deliverySeconds, value)),
            ),
            ...where,
          },
          // The secret's former value stays beside the new one, as AWSPREVIOUS, for events that were signed with it; the
          // provider would take that label away along with the version that it replaced.
          { retainOnDelete: true },
        ),
      );
    },
  };
}

/** What is not said does not stand in the secret either. */
function withoutBlanks<T extends object>(given: T): T {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as T;
}
