import * as iam from "@pulumi/aws/iam";
import * as secretsmanager from "@pulumi/aws/secretsmanager";
import * as pulumi from "@pulumi/pulumi";
import { ReceiverRoute } from "../../providers/resources";
import type { HostedRelay, HostedRelayArgs } from "./arguments";
import { type HostedFunction, secretPrefixOf } from "./functions";
import { secretPolicy } from "./policies";
import { destinationProblems } from "./rules";
import { type Scope, inRegion, tagged } from "./scope";

/**
 * One relay's place: a path that nobody can guess, a secret of that name, and the right of both functions to read it. What is
 * in the secret comes later, since the signing secret is only made once Kustomer knows the path.
 */
export function makeRelay(
  scope: Scope,
  relay: string,
  url: pulumi.Output<string>,
  functions: Readonly<Record<"intake" | "delivery", HostedFunction>>,
): HostedRelay {
  const [, , own] = scope.child(undefined, relay, {});
  const route = new ReceiverRoute(`${scope.name}-${relay}-route`, {}, own);
  const secret = new secretsmanager.Secret(
    ...scope.child("secret", `${relay}-secret`, {
      name: pulumi.interpolate`${secretPrefixOf(scope.identity)}/${route.path}`,
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
      new iam.RolePolicy(
        ...scope.child(undefined, `${relay}-${what}-reads`, {
          role: functions[what].role.name,
          policy: secret.arn.apply((arn) => JSON.stringify(secretPolicy(arn))),
        }),
      ),
  );
  return {
    url: pulumi.all([url, route.path, ...readable.map(({ id }) => id)]).apply(([base, path]) => `${base}${path}`),
    secretArn: secret.arn,
    connect: ({ signingSecret, destination }: HostedRelayArgs) => {
      refuseMistakes(scope, relay, destination);
      new secretsmanager.SecretVersion(
        ...scope.child(
          undefined,
          `${relay}-secret-value`,
          {
            secretId: secret.id,
            secretString: pulumi.secret(
              pulumi.jsonStringify({ relay, signingSecret, destination: withoutBlanks(destination) }),
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

function refuseMistakes(scope: Scope, relay: string, { url: _, ...settings }: HostedRelayArgs["destination"]): void {
  const problems = destinationProblems(settings, scope.settings.delivery.timeoutSeconds);
  if (problems.length > 0)
    throw new pulumi.RunError(
      `relay "${relay}" of receiver "${scope.name}": destination.${problems.join("; destination.")}`,
    );
}

/** What is not said does not stand in the secret either. */
function withoutBlanks<T extends object>(given: T): T {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as T;
}
