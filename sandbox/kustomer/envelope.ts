import type { Profile } from "../profile";
import type { State, StoredKey } from "../store";
import type { TransactionRecord, WebhookRecord } from "../types";

type Org = State["org"];

export interface Resource {
  type: string;
  id: string;
  attributes: Record<string, unknown>;
  relationships: Record<string, unknown>;
  links: { self: string };
}

export const related = (type: string, id: string, self: string): object => ({
  data: { type, id },
  links: { self },
});

const ofOrg = (org: Org): object => related("org", org.id, `/v1/orgs/${org.id}`);
const organisationOf = (org: Org, { organisationNamedBy }: Profile): object =>
  organisationNamedBy.endsWith("objects") ? { org: ofOrg(org) } : {};
const ofApp = { data: { type: "app", id: "an_app" } };
const ofUser = (id: string): object => related("user", id, `/v1/users/${id}`);

/** Documented (OAS): attributes and relationships, the token included; the list adds modifiedAt and modifiedBy. */
export function webhookResource(webhook: WebhookRecord, org: Org, profile: Profile, inList = false): Resource {
  const terse = profile.optionalAttributes === "omitted";
  const { headers, isError, updatedAt, createdAt } = webhook;
  return {
    type: profile.webhookType,
    id: webhook.id,
    attributes: {
      name: webhook.name,
      enabled: webhook.enabled,
      url: webhook.url,
      ...(terse && !isError ? {} : { isError }),
      events: arranged(webhook.events, profile),
      ...(terse && headers.length === 0 ? {} : { headers: arranged(headers, profile) }),
      token: webhook.token,
      createdAt,
      ...(terse && updatedAt === createdAt ? {} : { updatedAt }),
      ...(inList ? { modifiedAt: updatedAt } : {}),
      ...(profile.extraAttributes ? { rev: 3, appDisabled: false, origin: { via: "api" } } : {}),
    },
    relationships: {
      ...organisationOf(org, profile),
      createdBy: ofUser(webhook.createdBy),
      ...(inList ? { modifiedBy: ofUser(webhook.createdBy) } : {}),
      ...(webhook.createdByApp === true && profile.appOfWebhook === "named" ? { app: ofApp } : {}),
    },
    links: { self: `/v1/outbound-webhooks/${webhook.id}` },
  };
}

/** Documented (OAS): attribute names and types; the spelling of their values is left to the profile. */
export function transactionResource(transaction: TransactionRecord, org: Org, profile: Profile): Resource {
  const { id, webhookId, eventName, sentAt, nextRetry } = transaction;
  return {
    type: profile.transactionType,
    id,
    attributes: {
      webhookId,
      sentAt: profile.sentAtUnit === "seconds" ? Math.floor(sentAt / 1000) : sentAt,
      nextRetry: nextRetry === null ? null : spellTime(nextRetry, profile),
      status: spellStatus(transaction, profile),
      eventName,
      ...(profile.extraAttributes ? { attempt: transaction.attempt } : {}),
    },
    relationships: { org: ofOrg(org), hook: { data: { type: profile.webhookType } } },
    links: { self: `/v1/outbound-webhooks/transactions/${id}` },
  };
}

/** Documented (OAS, API-TOKDC), except the expiry and the IP restriction, whose names one connector gives. */
export function tokenResource(key: StoredKey, org: Org, profile: Profile): Resource {
  return {
    type: profile.tokenType,
    id: key.id,
    attributes: {
      lastTokenChars: key.lastTokenChars,
      name: key.name,
      ipAddress: "127.0.0.1",
      userAgent: "",
      roles: [...key.roles],
      createdAt: key.createdAt,
      updatedAt: key.updatedAt,
      lastAccessedAt: key.lastAccessedAt,
      ...(profile.tokenExpiry === "expireAt" ? { expireAt: key.expiresAt, cidr: [] } : {}),
      ...(profile.extraAttributes ? { userType: key.userType } : {}),
    },
    relationships: { ...organisationOf(org, profile), user: ofUser(key.userId) },
    links: { self: `/v1/auth/tokens/${key.id}` },
  };
}

export function enveloped(data: Resource | Resource[], profile: Profile): Record<string, unknown> {
  return { data, ...(profile.extraAttributes ? { included: [] } : {}) };
}

/** A list in the profile's order. */
export function ordered<T>(items: readonly T[], profile: Profile): T[] {
  if (profile.listOrder === "insertion") return [...items];
  if (profile.listOrder === "reverse") return items.toReversed();
  return items
    .map((item) => ({ item, place: Math.random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item);
}

const arranged = <T>(items: readonly T[], profile: Profile): T[] =>
  profile.arrayOrder === "kept" ? [...items] : items.toReversed();

const spellTime = (at: number, profile: Profile): string =>
  profile.nextRetryFormat === "iso" ? new Date(at).toISOString() : String(at);

function spellStatus({ succeeded, outcome }: TransactionRecord, profile: Profile): string {
  return profile.transactionStatus === "outcome" ? (succeeded ? "success" : "failed") : String(outcome);
}
