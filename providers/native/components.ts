import path from "node:path";
import type * as pulumi from "@pulumi/pulumi";
import type { ReceiverEdge } from "../../components/aws/edge";
import { RECEIVER_OUTPUTS } from "../../components/aws/outputs";
import { RelayReceiver } from "../../components/aws/relay-receiver";
import { RECEIVER_TYPE } from "../../components/aws/scope";
import { SharedReceiver } from "../../components/aws/shared-receiver";
import { KustomerRelay } from "../../components/kustomer-relay";
import type { RelayEdge } from "../../components/relay/edge";
import type { KustomerRelayArgs } from "../../components/relay/arguments";
import type { Settings } from "../lifecycle/settings";
import { RELAY_OUTPUTS } from "../../components/relay/outputs";
import { lifecycles } from "../lifecycles";
import { awsClasses } from "./aws-classes";
import { type NativeClass, nativeClass } from "./classes";
import { InvalidRequest } from "./invalid-request";
import { pluginVersion } from "./shipped-schema";
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
  ControlsFile: classOf("ReceiverControlsFile"),
} as unknown as RelayEdge["classes"];

function classOf(name: string): NativeClass {
  const lifecycle = lifecycles.find((one) => one.name === name);
  if (lifecycle === undefined) throw new Error(`there is no ${name} in the list of lifecycles`);
  return nativeClass(lifecycle);
}

export const receiverEdge: ReceiverEdge = {
  Route: classOf("ReceiverRoute") as unknown as ReceiverEdge["Route"],
  aws: awsClasses,
  bundles: path.join(__dirname, "functions"),
};

export const COMPONENTS: Readonly<Record<string, Component>> = {
  [`${PACKAGE}:index:KustomerRelay`]: (name, inputs, opts, settings) => {
    const edge: RelayEdge = {
      classes,
      settingsOf: () => settings,
      // That AWS's plugin is missing, the engine says with the first resource of it.
      receiverProblems: () => [],
      newReceiver: (...given) => new RelayReceiver(...given, receiverEdge),
    };
    // The engine has checked nothing: the component does, as with any program that has no types.
    const relay = new KustomerRelay(name, inputs as unknown as KustomerRelayArgs, opts, edge);
    return { resource: relay, outputs: outputsOf(relay, RELAY_OUTPUTS) };
  },

  [RECEIVER_TYPE]: (name, inputs, opts) => {
    const receiver = new RelayReceiver(name, inputs, opts, receiverEdge);
    return { resource: receiver, outputs: outputsOf(receiver, RECEIVER_OUTPUTS) };
  },
};

/** What a program refers to as a whole: a receiver that several relays share comes by its URN. */
export const REFERENCES: pulumi.runtime.ResourceModule = {
  version: pluginVersion(),
  construct: (_name, type, urn) => {
    if (type === RECEIVER_TYPE) return new SharedReceiver(urn, receiverEdge);
    throw new InvalidRequest(`there is no component ${type}`);
  },
};

function outputsOf<Name extends string>(
  component: Readonly<Record<NoInfer<Name>, pulumi.Output<unknown>>>,
  outputs: Readonly<Record<Name, unknown>>,
): pulumi.Inputs {
  return Object.fromEntries((Object.keys(outputs) as Name[]).map((name) => [name, component[name]]));
}
