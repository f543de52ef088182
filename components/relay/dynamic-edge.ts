import { createRequire } from "node:module";
import { MockMonitor } from "@pulumi/pulumi/runtime/mocks";
import { getMonitor } from "@pulumi/pulumi/runtime/settings";
import { RelayProvider } from "../../providers/relay-provider";
import * as resources from "../../providers/resources";
import { stackSettings } from "../../providers/stack-settings";
import type * as aws from "../aws/relay-receiver";
import type { RelayEdge } from "./edge";

const load = createRequire(__filename);

/** The edge of TypeScript and JavaScript programs. */
export const dynamicEdge: RelayEdge = {
  classes: {
    ApiKey: resources.KustomerApiKey,
    Account: resources.AirkitAccount,
    Resource: resources.AirkitResource,
    Webhook: resources.KustomerOutboundWebhook,
    Hub: resources.AirkitConversationHub,
    RoutingFlow: resources.AirkitRoutingFlow,
    SecretFile: resources.SigningSecretFile,
    ControlsFile: resources.ReceiverControlsFile,
  },

  settingsOf(relay) {
    // A unit test has neither organisation nor key, and nothing is asked of either.
    if (getMonitor() instanceof MockMonitor) return undefined;
    // Its own or the one of a component around it: the SDK hands providers down.
    const provider = relay.getProvider("pulumi-nodejs:kustomer:OutboundWebhook");
    if (provider === undefined) return stackSettings();
    return provider instanceof RelayProvider ? provider.known : undefined;
  },

  receiverProblems() {
    try {
      load.resolve("@pulumi/aws/package.json");
      return [];
    } catch {
      return ["kind: a receiver on AWS needs the package @pulumi/aws: run `npm install @pulumi/aws@7`"];
    }
  },

  newReceiver(name, args, opts) {
    // Only now: who has no receiver on AWS need not have `@pulumi/aws`.
    const { RelayReceiver } = load("../aws/relay-receiver") as typeof aws;
    return new RelayReceiver(name, args, opts);
  },
};
