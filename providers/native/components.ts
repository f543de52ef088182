import type * as pulumi from "@pulumi/pulumi";
import { KustomerRelay } from "../../components/kustomer-relay";
import type { RelayEdge } from "../../components/relay/edge";
import type { KustomerRelayArgs } from "../../components/relay/arguments";
import type { Settings } from "../lifecycle/settings";
import { RELAY_OUTPUTS } from "../../components/relay/outputs";
import { lifecycles } from "../lifecycles";
import { type NativeClass, nativeClass } from "./classes";
import { PACKAGE } from "../types";

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

export const COMPONENTS: Readonly<Record<string, Component>> = {
  [`${PACKAGE}:index:KustomerRelay`]: (name, inputs, opts, settings) => {
    const edge: RelayEdge = { ...noReceiver, classes, settingsOf: () => settings };
    // The engine has checked nothing: the component does, as with any program that has no types.
    const relay = new KustomerRelay(name, inputs as unknown as KustomerRelayArgs, opts, edge);
    return { resource: relay, outputs: outputsOf(relay) };
  },
};

function outputsOf(relay: KustomerRelay): pulumi.Inputs {
  const names = Object.keys(RELAY_OUTPUTS) as (keyof typeof RELAY_OUTPUTS)[];
  return Object.fromEntries(names.map((name) => [name, relay[name]]));
}

/** It is made of resources of another package, which this plugin does not bring along. */
const noReceiver: Pick<RelayEdge, "receiverProblems" | "newReceiver"> = {
  receiverProblems: () => [
    'kind: a receiver on AWS is declared by TypeScript programs and the ready-made stack alone (docs/languages.md says why); use kind "self-hosted", or "url" with the address of a receiver that runs already',
  ],
  newReceiver: () => {
    throw new Error("a receiver on AWS was refused before");
  },
};
