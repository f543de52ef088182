import * as pulumi from "@pulumi/pulumi";
import { driverProblems } from "../../providers/airkit/connection";
import { kustomerSettingsProblems } from "../../providers/kustomer/connection";
import type { Settings } from "../../providers/lifecycle/settings";
import { stackSettings } from "../../providers/stack-settings";
import type { KustomerRelayArgs } from "../kustomer-relay";
import { missingThings } from "./missing";
import { shapeProblems } from "./shape";

/** A relay about to be declared. */
export interface Planned {
  readonly name: string;
  readonly args: KustomerRelayArgs;
  readonly opts?: pulumi.ComponentResourceOptions | undefined;
}

/** What a person has to see to before anything can be made, all of it at once: the engine stops at the first resource. */
export function preflight(relays: readonly Planned[], settings: Settings = stackSettings()): void {
  const problems = relayProblems(relays, settings);
  if (problems.length === 0) return;
  throw new pulumi.RunError(
    `${problems.length === 1 ? "one thing has" : `${problems.length} things have`} to be seen to first; nothing was touched.\n${problems.map((problem) => `- ${problem}`).join("\n")}`,
  );
}

/**
 * In the guide's order; what holds for all relays comes first and once. An explicit provider's settings are not known here,
 * so its resources report on their own.
 */
export function relayProblems(relays: readonly Planned[], settings: Settings): string[] {
  const ofStack = relays.filter(({ opts }) => !isExplicit(opts));
  const drivers = ofStack.some(({ args }) => args.airkit !== undefined) ? driverProblems(settings) : [];
  const common = ofStack.length === 0 ? [] : [...kustomerSettingsProblems(settings), ...drivers];
  const own = relays.flatMap((relay) => {
    const missing = isExplicit(relay.opts) ? [] : missingThings(relay, settings);
    // How to make a hub is also the answer to which hub.
    const problems = [
      ...missing,
      ...shapeProblems(relay.args, !missing.some((problem) => problem.startsWith("hubId:"))),
    ];
    return problems.map((problem) => `relay "${relay.name}": ${problem}`);
  });
  return [...common, ...own];
}

/** Whether other settings than the stack's may hold; a parent may have passed on a provider. */
function isExplicit(opts: pulumi.ComponentResourceOptions | undefined): boolean {
  return opts?.provider !== undefined || opts?.providers !== undefined || opts?.parent !== undefined;
}
