import { RelayError } from "../lifecycle/errors";
import type { AuthTokenData, OutboundWebhookData } from "./answers";
import type { KustomerClient } from "./client";
import { isOwnerHeader } from "./outbound-webhook/owner-header";
import { ownerOf } from "./outbound-webhook/ownership";

/** An existing outbound webhook, whoever made it. */
export interface OutboundWebhookInfo {
  /** Kustomer's id of it. */
  readonly webhookId: string;
  /** Its name in Kustomer. */
  readonly name: string;
  /** Where events are sent. */
  readonly url: string;
  /** The events that are sent. */
  readonly events: string[];
  /** Name to value, without this package's own header. */
  readonly headers: Record<string, string>;
  /** Whether events are sent. */
  readonly enabled: boolean;
  /** Kustomer's own error flag: true when deliveries keep failing. */
  readonly isError: boolean;
  /** Whether it carries the mark of a resource of this package. */
  readonly managed: boolean;
  /** The signing secret; empty where Kustomer does not show it. The whole lookup is a secret output because of it. */
  readonly signingSecret: string;
}

/** An existing API key. Its token is shown only once, when the key is made, so a lookup cannot have it. */
export interface ApiKeyInfo {
  /** Kustomer's id of it. */
  readonly keyId: string;
  /** Its name in Kustomer. */
  readonly name: string;
  /** All roles it has. */
  readonly roles: string[];
  /** The last characters of its token; empty where Kustomer does not say. */
  readonly lastTokenChars: string;
  /** ISO 8601; empty for never. */
  readonly expiresAt: string;
}

/** One webhook among all of an organisation. */
export type Which = { readonly id: string } | { readonly name: string };

export async function lookUpWebhooks(client: KustomerClient): Promise<OutboundWebhookInfo[]> {
  return (await client.listOutboundWebhooks()).map(webhookInfo);
}

/** Fails when there is none, or several have the name. */
export async function lookUpWebhook(client: KustomerClient, which: Which): Promise<OutboundWebhookInfo> {
  const all = await client.listOutboundWebhooks();
  const found = all.filter((webhook) => ("id" in which ? webhook.id === which.id : webhook.name === which.name));
  const [webhook] = found;
  if (webhook !== undefined && found.length === 1) return webhookInfo(webhook);
  const wanted = "id" in which ? `with the id ${which.id}` : `named "${which.name}"`;
  const there = all.map((one) => `"${one.name}" (${one.id})`).join(", ");
  throw new RelayError({
    doing: `look up the outbound webhook ${wanted}`,
    what: `there ${found.length === 0 ? "is none" : `are ${found.length}`}; the organisation has ${there === "" ? "no webhooks" : there}`,
    next: found.length === 0 ? "" : "use an id",
  });
}

export async function lookUpApiKeys(client: KustomerClient): Promise<ApiKeyInfo[]> {
  return (await client.listApiKeys()).map(keyInfo);
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
