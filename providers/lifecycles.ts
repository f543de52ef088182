import { account } from "./airkit/account";
import { conversationHub } from "./airkit/conversation-hub";
import { resource } from "./airkit/resource";
import { routingFlow } from "./airkit/routing-flow";
import { apiKey } from "./kustomer/api-key";
import { outboundWebhook } from "./kustomer/outbound-webhook";
import type { AnyLifecycle } from "./lifecycle/lifecycle";
import { receiverControlsFile } from "./receiver/controls-file";
import { receiverRoute } from "./receiver/route";
import { signingSecretFile } from "./receiver/signing-secret-file";

/** All of them, in the order of the vendor's guide, and the receiver's. `provider.ts` and the reference have the same. */
export const lifecycles: readonly AnyLifecycle[] = [
  apiKey,
  account,
  resource,
  outboundWebhook,
  conversationHub,
  routingFlow,
  signingSecretFile,
  receiverControlsFile,
  receiverRoute,
];
