import * as pulumi from "@pulumi/pulumi";
import type { KustomerClient } from "./kustomer/client";
import { connectToKustomer } from "./kustomer/connection";
import {
  type ApiKeyInfo,
  type OutboundWebhookInfo,
  type Which,
  lookUpApiKeys,
  lookUpWebhook,
  lookUpWebhooks,
} from "./kustomer/lookups";
import type { RelayProvider } from "./relay-provider";
import { stackSettings } from "./stack-settings";

export interface LookupOptions {
  /** Look in this provider's organisation in place of the stack's. */
  readonly provider?: RelayProvider;
}

/**
 * All outbound webhooks of the organisation. The output is a secret, because it holds their signing secrets. Fails when the
 * key lacks the role `org.permission.outbound_webhook.read`.
 *
 * @example
 * const names = getKustomerOutboundWebhooks().apply((webhooks) => webhooks.map((webhook) => webhook.name));
 */
export function getKustomerOutboundWebhooks(options: LookupOptions = {}): pulumi.Output<OutboundWebhookInfo[]> {
  return look(options, lookUpWebhooks);
}

/**
 * One outbound webhook by its id or by its name; fails when there is none, or several have the name. A secret output.
 *
 * @example
 * const { signingSecret } = getKustomerOutboundWebhook({ name: "airkit-relay" });
 */
export function getKustomerOutboundWebhook(
  which: Which,
  options: LookupOptions = {},
): pulumi.Output<OutboundWebhookInfo> {
  return look(options, (client) => lookUpWebhook(client, which));
}

/** All API keys of the organisation. Needs the role `org.permission.security`. */
export function getKustomerApiKeys(options: LookupOptions = {}): pulumi.Output<ApiKeyInfo[]> {
  return pulumi.unsecret(look(options, lookUpApiKeys));
}

function look<T>({ provider }: LookupOptions, ask: (client: KustomerClient) => Promise<T>): pulumi.Output<T> {
  const settings = provider?.settings ?? pulumi.output(stackSettings());
  return pulumi.secret(settings.apply((known) => ask(connectToKustomer(known)))) as pulumi.Output<T>;
}
