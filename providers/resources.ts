/**
 * The resources, as Pulumi classes. What each takes, what it gives and what a change does stands in its lifecycle's file.
 */
import { type AccountArgs, account, type accountFields } from "./airkit/account";
import { type ConversationHubArgs, conversationHub, type conversationHubFields } from "./airkit/conversation-hub";
import { type ResourceArgs as ResourceSettings, resource, type resourceFields } from "./airkit/resource";
import { type RoutingFlowArgs, routingFlow, type routingFlowFields } from "./airkit/routing-flow";
import { type ResourceArgs, resourceClass } from "./dynamic/resource";
import { apiKey } from "./kustomer/api-key";
import type { ApiKeyArgs, apiKeyFields } from "./kustomer/api-key/fields";
import { outboundWebhook } from "./kustomer/outbound-webhook";
import type { OutboundWebhookArgs, outboundWebhookFields } from "./kustomer/outbound-webhook/fields";
import {
  type ReceiverControlsFileArgs as ControlsArgs,
  receiverControlsFile,
  type receiverControlsFileFields,
} from "./receiver/controls-file";
import { type ReceiverRouteArgs as RouteArgs, receiverRoute, type receiverRouteFields } from "./receiver/route";
import {
  type SigningSecretFileArgs as FileArgs,
  signingSecretFile,
  type signingSecretFileFields,
} from "./receiver/signing-secret-file";

/**
 * The API key with which Airkit calls Kustomer: adopted from an admin who made it, or issued where the provider names an
 * issuer. `token` is a secret. Another `token`, other `roles` or a raised `rotation` bring another key: what uses it is
 * updated, and the former one goes after `overlapHours`.
 *
 * @example
 * const key = new KustomerApiKey("relay", { token: config.requireSecret("kustomerToken") });
 */
export class KustomerApiKey extends resourceClass<typeof apiKeyFields>(apiKey) {}

/**
 * An outbound webhook: Kustomer signs events with its `signingSecret`, which it makes itself, and sends them to `url`.
 * A change of `rotation` replaces; everything else is changed in place.
 *
 * @example
 * const webhook = new KustomerOutboundWebhook("relay", { url: "https://relay.example.com/kustomer" });
 * export const { signingSecret } = webhook;
 */
export class KustomerOutboundWebhook extends resourceClass<typeof outboundWebhookFields>(outboundWebhook) {}

/**
 * A connected account of Airkit, with which it signs in to Kustomer. A change of `integration` replaces, and so does naming
 * another account; everything else is changed in place.
 *
 * @example
 * const account = new AirkitAccount("support", { apiKey: key.token, accountId: "0b0e…" });
 */
export class AirkitAccount extends resourceClass<typeof accountFields>(account) {}

/**
 * A Resource of Airkit: the place that Kustomer's events are sent to. Naming another one replaces; everything else is
 * changed in place.
 *
 * @example
 * const resource = new AirkitResource("support", { datasourceId: account.accountId, resourceId: "5f2c…" });
 * const url = resource.resourceId.apply((resourceId) => receiveMessageUrl({ resourceId }));
 */
export class AirkitResource extends resourceClass<typeof resourceFields>(resource) {}

/**
 * A Conversation Hub of Airkit. Naming another one replaces; everything else is changed in place.
 *
 * @example
 * const hub = new AirkitConversationHub("support", { channelResourceIds: ["77aa…"], hubId: "c1d9…" });
 */
export class AirkitConversationHub extends resourceClass<typeof conversationHubFields>(conversationHub) {}

/**
 * A Routing Flow of Airkit: hands the conversations of a hub to Kustomer. With the operator driver it is created as
 * `pending`; `steps` says what is left to do. A change of `type` or `relayType` replaces; everything else is changed in place.
 *
 * @example
 * new AirkitRoutingFlow("support", {
 *   hubId: hub.hubId, webhookSecretKey: webhook.signingSecret, datasourceId: account.accountId,
 * });
 */
export class AirkitRoutingFlow extends resourceClass<typeof routingFlowFields>(routingFlow) {}

/**
 * The file out of which a self-hosted receiver reads its signing secrets: one a line, the current one first. Everything is
 * changed in place; a new secret keeps the former one below it.
 *
 * @example
 * new SigningSecretFile("airkit", { path: "/etc/kustomer-relay/secrets", signingSecret: webhook.signingSecret });
 */
export class SigningSecretFile extends resourceClass<typeof signingSecretFileFields>(signingSecretFile) {}

/**
 * The file out of which a self-hosted receiver reads the controls of a relay that names it as `controlsFile`: `paused`,
 * `maxPerSecond` and `filter`. Everything is changed in place, and noticed within a second or two.
 *
 * @example
 * new ReceiverControlsFile("airkit", { path: "/etc/kustomer-relay/airkit/controls.json", maxPerSecond: 20 });
 */
export class ReceiverControlsFile extends resourceClass<typeof receiverControlsFileFields>(receiverControlsFile) {}

/**
 * The part of a receiver's address that tells one relay from the others and that nobody can guess: `path`, 32 characters, no
 * secret. Made once and kept. A `RelayReceiver` makes one for each relay; declare one yourself for a receiver of your own.
 *
 * @example
 * const route = new ReceiverRoute("support");
 * new KustomerOutboundWebhook("support", { url: pulumi.interpolate`https://relay.example.com/${route.path}` });
 */
export class ReceiverRoute extends resourceClass<typeof receiverRouteFields>(receiverRoute) {}

/** The arguments of each class: every value may be the output of another resource. */
export type KustomerApiKeyArgs = ResourceArgs<ApiKeyArgs>;
export type KustomerOutboundWebhookArgs = ResourceArgs<OutboundWebhookArgs>;
export type AirkitAccountArgs = ResourceArgs<AccountArgs>;
export type AirkitResourceArgs = ResourceArgs<ResourceSettings>;
export type AirkitConversationHubArgs = ResourceArgs<ConversationHubArgs>;
export type AirkitRoutingFlowArgs = ResourceArgs<RoutingFlowArgs>;
export type SigningSecretFileArgs = ResourceArgs<FileArgs>;
export type ReceiverControlsFileArgs = ResourceArgs<ControlsArgs>;
export type ReceiverRouteArgs = ResourceArgs<RouteArgs>;
