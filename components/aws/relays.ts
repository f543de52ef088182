import * as pulumi from "@pulumi/pulumi";
import type { HostedRelay, HostedRelayArgs } from "./arguments";
import { type HostedFunction, secretPrefixOf } from "./functions";
import { knownPath } from "./known-path";
import { secretPolicy } from "./policies";
import { refuseMistakes, relaySecretText } from "./relay-secret";
import { type Scope, inRegion, tagged } from "./scope";

/** Where relays get their places. */
export interface Place {
  readonly url: pulumi.Output<string>;
  readonly routeKey: pulumi.Output<string>;
  readonly functions: Readonly<Record<"intake" | "delivery", HostedFunction>>;
}

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
export function makeRelay(scope: Scope, relay: string, { url, routeKey, functions }: Place): HostedRelay {
  const of = { receiver: scope.name, relay, deliverySeconds: scope.settings.delivery.timeoutSeconds };
  const [, , own] = scope.child(undefined, relay, {});
  const route = new scope.Route(`${scope.name}-${relay}-route`, { sealKey: routeKey }, own);
  const path = pulumi
    .all([route.path, routeKey, route.urn])
    .apply(([path, key, urn]) => knownPath(of, { path, key, urn }, scope.settings.intake.unsealedPaths));
  const secret = new scope.aws.Secret(
    ...scope.child("secret", `${relay}-secret`, {
      name: pulumi.interpolate`${secretPrefixOf(scope.identity)}/${path}`,
      description: `Relay ${relay}: signing secret and destination`,
      // Gone at once when it is deleted: Kustomer and the state of the stack have what is in it.
      recoveryWindowInDays: 0,
      ...(scope.args.kmsKeyArn !== undefined && { kmsKeyId: scope.args.kmsKeyArn }),
      ...inRegion(scope),
      ...tagged(scope),
    }),
  );
  const readable = (["intake", "delivery"] as const).map(
    (what) =>
      new scope.aws.RolePolicy(
        ...scope.child(undefined, `${relay}-${what}-reads`, {
          role: functions[what].role,
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
      refuseMistakes(of, settings, controls);
      new scope.aws.SecretVersion(
        ...scope.child(
          undefined,
          `${relay}-secret-value`,
          {
            secretId: secret.id,
            secretString: pulumi.secret(
              pulumi
                .output({
                  relay,
                  signingSecret,
                  destination: withoutBlanks(destination),
                  ...(Object.keys(controls).length > 0 && { controls }),
                })
                .apply((value) => relaySecretText(of, value)),
            ),
            ...inRegion(scope),
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
