/**
 * What Pulumi's provider process loads: one dynamic provider per resource, by the resource's name. Stored states refer to
 * this file and these names (see `providers/dynamic/trampoline.ts`), so neither may ever change.
 */
import { adapt } from "./providers/dynamic/adapt";
import { newRun } from "./providers/lifecycle/run";
import { account } from "./providers/airkit/account";
import { conversationHub } from "./providers/airkit/conversation-hub";
import { resource } from "./providers/airkit/resource";
import { routingFlow } from "./providers/airkit/routing-flow";
import { apiKey } from "./providers/kustomer/api-key";
import { outboundWebhook } from "./providers/kustomer/outbound-webhook";
import { receiverControlsFile } from "./providers/receiver/controls-file";
import { receiverRoute } from "./providers/receiver/route";
import { signingSecretFile } from "./providers/receiver/signing-secret-file";

/** The engine starts a process for each run. It shows what a provider prints as a line under the stack. */
const run = newRun({
  show: (warning) => {
    console.warn(`warning: ${warning}`);
  },
});

export const KustomerApiKey = adapt(apiKey, run);
export const KustomerOutboundWebhook = adapt(outboundWebhook, run);
export const SigningSecretFile = adapt(signingSecretFile, run);
export const ReceiverControlsFile = adapt(receiverControlsFile, run);
export const ReceiverRoute = adapt(receiverRoute, run);
export const AirkitAccount = adapt(account, run);
export const AirkitResource = adapt(resource, run);
export const AirkitConversationHub = adapt(conversationHub, run);
export const AirkitRoutingFlow = adapt(routingFlow, run);
