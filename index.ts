/** The public API on one page. */

// The whole relay as one component
export { KustomerRelay } from "./components/kustomer-relay";
export type {
  AirkitHalf,
  DeclaredObject,
  ExistingObject,
  KustomerRelayArgs,
  RelayTransforms,
} from "./components/relay/arguments";
export type { AwsReceiver, ReceiverChoice, ReceiverInfo } from "./components/relay/receiver";
export type { RelayStatus } from "./components/relay/status";
export type { Transform } from "./components/relay/transform";

// The receiver on AWS is `pulumi-kustomer-relay/aws`, which alone needs @pulumi/aws; what a relay says of it
export type {
  HostedReceiver,
  ReceiverAlarms,
  ReceiverDestination,
  RelayReceiverArgs,
} from "./components/aws/arguments";

// Resources
export { KustomerApiKey, KustomerOutboundWebhook } from "./providers/resources";
export { AirkitAccount, AirkitConversationHub, AirkitResource, AirkitRoutingFlow } from "./providers/resources";
export { ReceiverRoute, type ReceiverRouteArgs } from "./providers/resources";
export { ReceiverControlsFile, type ReceiverControlsFileArgs } from "./providers/resources";
export { SigningSecretFile, type SigningSecretFileArgs } from "./providers/resources";
export type { KustomerApiKeyArgs, KustomerOutboundWebhookArgs } from "./providers/resources";
export type {
  AirkitAccountArgs,
  AirkitConversationHubArgs,
  AirkitResourceArgs,
  AirkitRoutingFlowArgs,
} from "./providers/resources";

// Providers: several organisations in one stack
export { RelayProvider, type RelayProviderArgs } from "./providers/relay-provider";

// Lookups of what exists
export { getKustomerApiKeys, getKustomerOutboundWebhook, getKustomerOutboundWebhooks } from "./providers/lookups";
export type { LookupOptions } from "./providers/lookups";
export type { ApiKeyInfo, OutboundWebhookInfo } from "./providers/kustomer/lookups";

// Names and values that the two systems use
export { KUSTOMER_EVENTS, type KustomerEvent, RELAY_EVENTS } from "./providers/kustomer/outbound-webhook/events";
export { RELAY_ROLES } from "./providers/kustomer/api-key/roles";
export { REGIONAL_HOSTS } from "./providers/kustomer/connection";
export { AIRKIT_REALMS, type AirkitRealm, receiveMessageUrl } from "./providers/airkit/destination-url";
export { AIRKIT_CAPABILITIES } from "./providers/airkit/resource";

// What an operator has left to do
export type { OperatorStep } from "./providers/airkit/operator-step";
export { operatorStepText } from "./providers/airkit/operator-words";
