/**
 * The resources, as Pulumi classes. What each takes, what it gives and what a change does stands in its lifecycle's file.
 */
import { resourceClass } from "./dynamic/resource";
import { type ApiKeyArgs, type ApiKeyOutputs, apiKey } from "./kustomer/api-key";
import { type OutboundWebhookArgs, type OutboundWebhookOutputs, outboundWebhook } from "./kustomer/outbound-webhook";

/**
 * The API key with which Airkit calls Kustomer: adopted from an admin who made it, or issued where the provider names an
 * issuer. `token` is a secret. A change of `roles`, `token` or `rotation` replaces: the new key first, then the old one goes.
 *
 * @example
 * const key = new KustomerApiKey("relay", { token: config.requireSecret("kustomerToken") });
 */
export class KustomerApiKey extends resourceClass<ApiKeyArgs, ApiKeyOutputs>(apiKey) {}

/**
 * An outbound webhook: Kustomer signs events with its `token`, a secret that it makes itself, and sends them to `url`.
 * A change of `rotation` replaces; everything else is changed in place.
 *
 * @example
 * const webhook = new KustomerOutboundWebhook("relay", { url: "https://relay.example.com/kustomer" });
 * export const signingSecret = webhook.token;
 */
export class KustomerOutboundWebhook extends resourceClass<OutboundWebhookArgs, OutboundWebhookOutputs>(
  outboundWebhook,
) {}
