import * as pulumi from "@pulumi/pulumi";
import { driverProblems } from "../../providers/airkit/connection";
import { kustomerSettingsProblems } from "../../providers/kustomer/connection";
import type { Settings } from "../../providers/lifecycle/settings";
import type { KustomerRelayArgs } from "./arguments";
import { dynamicEdge } from "./dynamic-edge";
import type { RelayEdge } from "./edge";
import { groupsIn } from "./groups";
import { missingThings } from "./missing";
import { shapeProblems } from "./shape";

/** A relay about to be declared. */
export interface Planned {
  readonly name: string;
  readonly args: KustomerRelayArgs;
  /** Of the provider that its children get; `undefined` where they cannot be known while the program runs. */
  readonly settings: Settings | undefined;
}

/** Everything that a person must fix before anything can be made, at once: the engine stops at the first resource. */
export function preflight(relays: readonly Planned[], edge: RelayEdge = dynamicEdge): void {
  const problems = relayProblems(relays, edge);
  if (problems.length === 0) return;
  throw new pulumi.RunError(
    `${problems.length === 1 ? "1 problem" : `${problems.length} problems`} must be fixed first; nothing was changed:\n${problems.map((problem) => `- ${problem}`).join("\n")}`,
  );
}

/** In the guide's order; what holds for several relays comes first and once. */
export function relayProblems(relays: readonly Planned[], edge: RelayEdge = dynamicEdge): string[] {
  const common = [...Map.groupBy(relays, ({ settings }) => settings)].flatMap(([settings, those]) =>
    settings === undefined ? [] : settingsProblems(settings, those),
  );
  const own = relays.flatMap(({ name, args, settings }) => {
    const missing = settings === undefined ? [] : missingThings(name, groupsIn(args), settings);
    // How to make a hub is also the answer to which hub.
    const asksForHub = !missing.some(({ what }) => what === "hub");
    const problems = [...missing.map(({ problem }) => problem), ...shapeProblems(args, asksForHub, edge)];
    return problems.map((problem) => `relay "${name}": ${problem}`);
  });
  return [...common, ...own];
}

function settingsProblems(settings: Settings, relays: readonly Planned[]): string[] {
  const hasAirkit = relays.some(({ args }) => groupsIn(args).airkit !== undefined);
  return [...kustomerSettingsProblems(settings), ...(hasAirkit ? driverProblems(settings) : [])];
}
