/**
 * What Pulumi's provider process loads: one dynamic provider per resource, by the resource's name. Stored states refer to
 * this file and these names (see `providers/dynamic/trampoline.ts`), so neither may ever change.
 */
import { adapt } from "./providers/dynamic/adapt";
import { account } from "./providers/airkit/account";
import { conversationHub } from "./providers/airkit/conversation-hub";
import { resource } from "./providers/airkit/resource";
import { routingFlow } from "./providers/airkit/routing-flow";
import { apiKey } from "./providers/kustomer/api-key";
import { outboundWebhook } from "./providers/kustomer/outbound-webhook";
import { receiverRoute } from "./providers/receiver/route";
import { signingSecretFile } from "./providers/receiver/signing-secret-file";

export const KustomerApiKey = adapt(apiKey);
export const KustomerOutboundWebhook = adapt(outboundWebhook);
export const SigningSecretFile = adapt(signingSecretFile);
export const ReceiverRoute = adapt(receiverRoute);
export const AirkitAccount = adapt(account);
export const AirkitResource = adapt(resource);
export const AirkitConversationHub = adapt(conversationHub);
export const AirkitRoutingFlow = adapt(routingFlow);
