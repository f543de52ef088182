import * as pulumi from "@pulumi/pulumi";
import type { Settings } from "../../providers/lifecycle/settings";
import type { KustomerRelayArgs } from "./arguments";

/**
 * A person enters the new signing secret in Airkit some time after `up` has made it. Meanwhile Airkit refuses events, which
 * only a receiver would keep: so a preview in which the secret changes says it while there is a choice.
 */
export function warnOfRefusedEvents(
  relay: pulumi.Resource,
  name: string,
  { airkit, receiver }: KustomerRelayArgs,
  settings: Settings | undefined,
  ids: RelayIds,
): void {
  const isEnteredByHand = (settings?.get("airkit:driver") ?? "operator") === "operator" && settings !== undefined;
  if (!pulumi.runtime.isDryRun() || airkit === undefined || receiver !== undefined || !isEnteredByHand) return;
  void isReplaced(ids).then((replaced) => {
    if (replaced) void pulumi.log.warn(refusedEvents(name), relay);
  });
}

interface RelayIds {
  readonly webhook: pulumi.Output<string>;
  readonly routingFlow: pulumi.Output<string> | undefined;
}

/** A preview knows the id of every object that stays: of the Routing Flow, unless the whole relay is new. */
async function isReplaced({ webhook, routingFlow }: RelayIds): Promise<boolean> {
  return routingFlow !== undefined && (await isKnown(routingFlow)) && !(await isKnown(webhook));
}

/** Every output of the SDK has it; its types leave it out. */
function isKnown(output: pulumi.Output<unknown>): Promise<boolean> {
  return (output as pulumi.Output<unknown> & { readonly isKnown: Promise<boolean> }).isKnown;
}

function refusedEvents(name: string): string {
  return (
    `relay "${name}": its webhook gets a new signing secret. From \`pulumi up\` until somebody has entered the secret in Airkit's Routing Flow, ` +
    "Airkit refuses every event, and Kustomer gives an event up after a few tries. Two ways out: put a receiver in between " +
    '(`receiver: { kind: "self-hosted" | "aws", … }`), which keeps events until Airkit takes them; or run it in a quiet hour, ' +
    "with the page of the Routing Flow open in Airkit's console"
  );
}
