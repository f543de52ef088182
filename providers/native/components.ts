import type * as pulumi from "@pulumi/pulumi";
import { KustomerRelay } from "../../components/kustomer-relay";
import type { RelayEdge } from "../../components/relay/edge";
import type { KustomerRelayArgs } from "../../components/relay/arguments";
import type { Settings } from "../lifecycle/settings";
import { lifecycles } from "../lifecycles";
import { type NativeClass, nativeClass } from "./classes";
import { PACKAGE } from "./settings";

/** A component that the engine asks for: what is declared, and what it gives. */
export type Component = (
  name: string,
  inputs: pulumi.Inputs,
  opts: pulumi.ComponentResourceOptions,
  settings: Settings,
) => { readonly resource: pulumi.ComponentResource; readonly outputs: pulumi.Inputs };

/** The children of this edge; their outputs are those of the lifecycles, as with the dynamic classes. */
const classes = {
  ApiKey: classOf("KustomerApiKey"),
  Account: classOf("AirkitAccount"),
  Resource: classOf("AirkitResource"),
  Webhook: classOf("KustomerOutboundWebhook"),
  Hub: classOf("AirkitConversationHub"),
  RoutingFlow: classOf("AirkitRoutingFlow"),
  SecretFile: classOf("SigningSecretFile"),
} as unknown as RelayEdge["classes"];

function classOf(name: string): NativeClass {
  const lifecycle = lifecycles.find((one) => one.name === name);
  if (lifecycle === undefined) throw new Error(`there is no ${name} in the list of lifecycles`);
  return nativeClass(lifecycle);
}

/** The outputs of a relay, as `registerOutputs` has them. */
const RELAY_OUTPUTS = [
  "destinationUrl",
  "webhookUrl",
  "webhookId",
  "signingSecret",
  "apiKeyId",
  "kustomerApiKey",
  "accountId",
  "resourceId",
  "hubId",
  "routingFlowId",
  "operatorSteps",
  "receiver",
  "status",
] as const satisfies readonly (keyof KustomerRelay)[];

export const COMPONENTS: Readonly<Record<string, Component>> = {
  [`${PACKAGE}:index:KustomerRelay`]: (name, inputs, opts, settings) => {
    const edge: RelayEdge = { classes, settingsOf: () => settings };
    // The engine has checked nothing: the component does, as with any program that has no types.
    const relay = new KustomerRelay(name, inputs as unknown as KustomerRelayArgs, opts, edge);
    return { resource: relay, outputs: Object.fromEntries(RELAY_OUTPUTS.map((output) => [output, relay[output]])) };
  },
};
