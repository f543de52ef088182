import * as pulumi from "@pulumi/pulumi";
import { VARIABLES } from "../../receiver/contract";
import { type HostedFunction, makeFunction } from "./functions";
import { silencePolicy } from "./policies";
import { type Scope, inRegion, tagged } from "./scope";

const MEMORY_MIB = 128;
const TIMEOUT_SECONDS = 60;

/**
 * Who judges by business hours whether it is too quiet: a small function, called every five minutes. An alarm cannot: it counts
 * minutes, and its metric math knows the hours of UTC alone.
 */
export function makeSilenceWatch(scope: Scope): HostedFunction | undefined {
  const { expectEventEveryMinutes, businessHours } = scope.settings.alarms ?? {};
  if (expectEventEveryMinutes === undefined || businessHours === undefined) return undefined;
  const watch = makeFunction(scope, "silence", {
    description: "Says whether an event should have come by now",
    memorySize: MEMORY_MIB,
    timeout: TIMEOUT_SECONDS,
    inVpc: false,
    environment: {
      [VARIABLES.expectEventEveryMinutes]: String(expectEventEveryMinutes),
      [VARIABLES.businessHours]: JSON.stringify(businessHours),
    },
    policy: (logGroupArn) => pulumi.output(silencePolicy({ logGroupArn })),
  });
  const rule = new scope.aws.EventRule(
    ...scope.child(undefined, "silence-schedule", {
      description: `${scope.identity}: looks whether events come`,
      scheduleExpression: "rate(5 minutes)",
      ...inRegion(scope),
      ...tagged(scope),
    }),
  );
  const permission = new scope.aws.Permission(
    ...scope.child(undefined, "silence-permission", {
      function: watch.name,
      action: "lambda:InvokeFunction",
      principal: "events.amazonaws.com",
      sourceArn: rule.arn,
      ...inRegion(scope),
    }),
  );
  new scope.aws.EventTarget(
    ...scope.child(
      undefined,
      "silence-target",
      { rule: rule.name, arn: watch.arn, ...inRegion(scope) },
      { dependsOn: [permission] },
    ),
  );
  return watch;
}
