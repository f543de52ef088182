import { MockMonitor } from "@pulumi/pulumi/runtime/mocks";
import { getMonitor } from "@pulumi/pulumi/runtime/settings";
import { RelayProvider } from "../../providers/relay-provider";
import * as resources from "../../providers/resources";
import { stackSettings } from "../../providers/stack-settings";
import type { RelayEdge } from "./edge";

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
  },

  settingsOf(relay) {
    // A unit test has neither organisation nor key, and nothing is asked of either.
    if (getMonitor() instanceof MockMonitor) return undefined;
    // Its own or the one of a component around it: the SDK hands providers down.
    const provider = relay.getProvider("pulumi-nodejs:kustomer:OutboundWebhook");
    if (provider === undefined) return stackSettings();
    return provider instanceof RelayProvider ? provider.known : undefined;
  },
};
