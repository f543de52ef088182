import path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { VARIABLES, type VariableName } from "../../receiver/contract";
import type { AwsClasses } from "./edge";
import { ASSUMED_BY_LAMBDA, type Policy } from "./policies";
import { type Scope, inRegion, tagged } from "./scope";

export interface HostedFunction {
  readonly name: pulumi.Output<string>;
  readonly arn: pulumi.Output<string>;
  readonly role: InstanceType<AwsClasses["Role"]>;
  readonly logGroup: pulumi.Output<string>;
}

export interface FunctionSettings {
  readonly description: string;
  readonly memorySize: number;
  readonly timeout: number;
  readonly environment: Readonly<Partial<Record<VariableName, pulumi.Input<string>>>>;
  readonly reservedConcurrentExecutions?: number;
  readonly inVpc: boolean;
  readonly policy: (logGroupArn: string) => pulumi.Output<Policy>;
}

/** A function with a log group and a role of its own, the code being the package's bundle of the same name. */
export function makeFunction(
  scope: Scope,
  what: "intake" | "delivery" | "silence",
  settings: FunctionSettings,
): HostedFunction {
  const { logRetentionDays, logLevel } = scope.settings;
  const { description, memorySize, timeout, environment, reservedConcurrentExecutions, inVpc } = settings;
  const logGroup = new scope.aws.LogGroup(
    ...scope.child("logGroup", `${what}-logs`, {
      retentionInDays: logRetentionDays,
      ...inRegion(scope),
      ...tagged(scope),
    }),
  );
  const role = new scope.aws.Role(
    ...scope.child("role", `${what}-role`, {
      description: `Role of ${scope.identity}'s ${what} function`,
      assumeRolePolicy: JSON.stringify(ASSUMED_BY_LAMBDA),
      ...tagged(scope),
    }),
  );
  const policy = new scope.aws.RolePolicy(
    ...scope.child(undefined, `${what}-policy`, {
      role: role.name,
      policy: logGroup.arn.apply(settings.policy).apply((document) => JSON.stringify(document)),
    }),
  );
  const { vpc } = scope.args;
  const made = new scope.aws.Function(
    ...scope.child(
      what,
      what,
      {
        description,
        runtime: "nodejs24.x",
        architectures: ["arm64"],
        handler: "index.handler",
        code: new pulumi.asset.FileArchive(path.join(scope.bundles, what)),
        role: role.arn,
        memorySize,
        timeout,
        ...(reservedConcurrentExecutions !== undefined && { reservedConcurrentExecutions }),
        environment: {
          variables: {
            [VARIABLES.receiver]: scope.identity,
            [VARIABLES.secretPrefix]: secretPrefixOf(scope.identity),
            [VARIABLES.logLevel]: logLevel,
            ...environment,
          },
        },
        loggingConfig: {
          logGroup: logGroup.name,
          // Lines are kept as they are written, those with metrics among them, which have no level that Lambda could go by.
          logFormat: "JSON",
          applicationLogLevel: "TRACE",
          // Lambda's own lines only where something went wrong: three of them for every call would cost more than the call.
          systemLogLevel: "WARN",
        },
        ...(vpc && inVpc && { vpcConfig: { subnetIds: vpc.subnetIds, securityGroupIds: vpc.securityGroupIds } }),
        ...inRegion(scope),
        ...tagged(scope),
      },
      // Not before it may write its logs, and join its VPC.
      { dependsOn: [policy] },
    ),
  );
  return { name: made.name, arn: made.arn, role, logGroup: logGroup.name };
}

/** The secrets of a receiver are called `<prefix>/<route>`. */
export function secretPrefixOf(identity: string): string {
  return `kustomer-relay/${identity}`;
}
