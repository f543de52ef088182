import * as pulumi from "@pulumi/pulumi";
import type { AuthTokenData, OutboundWebhookData } from "./kustomer/answers";
import type { KustomerClient } from "./kustomer/client";
import { connectToKustomer } from "./kustomer/connection";
import { isOwnerHeader, ownerOf } from "./kustomer/outbound-webhook/ownership";
import { RelayError } from "./lifecycle/errors";
import type { RelayProvider } from "./relay-provider";
import { stackSettings } from "./stack-settings";

/** An existing outbound webhook, whoever made it. */
export interface OutboundWebhookInfo {
  readonly webhookId: string;
  readonly name: string;
  readonly url: string;
  readonly events: string[];
  /** Name to value, without this package's own header. */
  readonly headers: Record<string, string>;
  readonly enabled: boolean;
  readonly isError: boolean;
  /** Whether it carries the mark of a resource of this package. */
  readonly managed: boolean;
  /** The signing secret; empty where Kustomer does not show it. The whole lookup is a secret output because of it. */
  readonly signingSecret: string;
}

/** An existing API key. Its token is shown only once, when the key is made, so a lookup cannot have it. */
export interface ApiKeyInfo {
  readonly keyId: string;
  readonly name: string;
  readonly roles: string[];
  readonly lastTokenChars: string;
  /** ISO 8601; empty for never. */
  readonly expiresAt: string;
}

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
  return look(options, async (client) => (await client.listOutboundWebhooks()).map(webhookInfo));
}

/**
 * One outbound webhook by its id or by its name; fails when there is none, or several have the name. A secret output.
 *
 * @example
 * const { signingSecret } = getKustomerOutboundWebhook({ name: "airkit-relay" });
 */
export function getKustomerOutboundWebhook(
  which: { readonly id: string } | { readonly name: string },
  options: LookupOptions = {},
): pulumi.Output<OutboundWebhookInfo> {
  return look(options, async (client) => {
    const all = await client.listOutboundWebhooks();
    const found = all.filter((webhook) => ("id" in which ? webhook.id === which.id : webhook.name === which.name));
    const [webhook] = found;
    if (webhook !== undefined && found.length === 1) return webhookInfo(webhook);
    const wanted = "id" in which ? `with the id ${which.id}` : `named "${which.name}"`;
    const there = all.map((one) => `"${one.name}" (${one.id})`).join(", ");
    throw new RelayError(
      `look up the outbound webhook ${wanted}: there ${found.length === 0 ? "is none" : `are ${found.length}; use an id`}; the organisation has ${there === "" ? "no webhooks" : there}`,
    );
  });
}

/** All API keys of the organisation. Needs the role `org.permission.security`. */
export function getKustomerApiKeys(options: LookupOptions = {}): pulumi.Output<ApiKeyInfo[]> {
  return pulumi.unsecret(look(options, async (client) => (await client.listApiKeys()).map(keyInfo)));
}

function look<T>({ provider }: LookupOptions, ask: (client: KustomerClient) => Promise<T>): pulumi.Output<T> {
  const settings = provider?.settings ?? pulumi.output(stackSettings());
  return pulumi.secret(settings.apply((known) => ask(connectToKustomer(known)))) as pulumi.Output<T>;
}

function webhookInfo(webhook: OutboundWebhookData): OutboundWebhookInfo {
  return {
    webhookId: webhook.id,
    name: webhook.name,
    url: webhook.url,
    events: [...webhook.events].sort(),
    headers: Object.fromEntries(
      webhook.headers.filter(({ name }) => !isOwnerHeader(name)).map(({ name, value }) => [name, value]),
    ),
    enabled: webhook.enabled,
    isError: webhook.isError,
    managed: ownerOf(webhook.headers) !== undefined,
    signingSecret: webhook.signingSecret ?? "",
  };
}

function keyInfo(key: AuthTokenData): ApiKeyInfo {
  return {
    keyId: key.id,
    name: key.name,
    roles: key.roles,
    lastTokenChars: key.lastTokenChars ?? "",
    expiresAt: key.expiresAt ?? "",
  };
}
