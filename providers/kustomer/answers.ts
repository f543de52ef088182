import * as z from "zod";
import type { Answerer } from "../lifecycle/understand";

export const KUSTOMER: Answerer = {
  name: "Kustomer",
  reference: "its reference",
  next: "run it again; if it stays, look whether something in between answers in its place, a proxy for example, and report it",
};

/**
 * What Kustomer's answers hold of what we use. Unknown attributes are dropped; attributes whose presence no document
 * promises have a stand-in. `data.type` is documented nowhere and never looked at.
 */
const header = z.object({ name: z.string(), value: z.string() });

/** The organisation that an object names among its relationships (OAS). */
const ofOrganisation = z.object({ data: z.object({ id: z.string() }) });

const outboundWebhookData = z
  .object({
    id: z.string().min(1),
    attributes: z.object({
      name: z.string(),
      url: z.string(),
      events: z.array(z.string()),
      headers: z.array(header).nullish(),
      enabled: z.boolean().nullish(),
      isError: z.boolean().nullish(),
      token: z.string().nullish(),
      createdAt: z.string().nullish(),
      updatedAt: z.string().nullish(),
    }),
    relationships: z
      .object({ app: z.unknown(), org: ofOrganisation.catch({ data: { id: "" } }) })
      .partial()
      .nullish(),
  })
  .transform(({ id, attributes, relationships }) => ({
    id,
    name: attributes.name,
    url: attributes.url,
    events: attributes.events,
    headers: attributes.headers ?? [],
    // A webhook created without `enabled` delivers (observed in a working integration), so silence means on.
    enabled: attributes.enabled ?? true,
    isError: attributes.isError ?? false,
    signingSecret: attributes.token ?? undefined,
    createdAt: attributes.createdAt ?? undefined,
    updatedAt: attributes.updatedAt ?? undefined,
    organisation: relationships?.org?.data.id ?? "",
    // That an app's webhook names the app is inferred; where it does not, nothing tells it from others.
    ofApp: (relationships?.app ?? undefined) !== undefined,
  }));

export type OutboundWebhookData = z.infer<typeof outboundWebhookData>;

export const transactionData = z
  .object({
    attributes: z
      .object({
        // A number, so not an ISO date; whether seconds or milliseconds is not documented.
        sentAt: z.union([z.number(), z.string()]),
        status: z.union([z.string(), z.number()]).transform(String),
        eventName: z.string(),
        // ISO 8601 in one place, a number in another; all we ask is whether there is one.
        nextRetry: z.union([z.string(), z.number()]).nullable(),
      })
      .partial(),
  })
  .transform(({ attributes }) => attributes);

export type TransactionData = z.infer<typeof transactionData>;

/** A time in a transaction, in milliseconds since the epoch, 0 for none: a number whose unit is told by its size, or a date. */
export function momentOf(time: string | number | null | undefined): number {
  const number = Number(time);
  if (Number.isFinite(number) && number > 0) return number > 1e11 ? number : number * 1000;
  const parsed = Date.parse(String(time));
  return Number.isNaN(parsed) ? 0 : parsed;
}

const authTokenData = z
  .object({
    id: z.string().min(1),
    attributes: z.object({
      name: z.string().nullish(),
      roles: z.array(z.string()).nullish(),
      lastTokenChars: z.string().nullish(),
      // The wire name of the expiry is known from one connector only.
      expireAt: z.string().nullish(),
      expiresAt: z.string().nullish(),
      createdAt: z.string().nullish(),
    }),
    relationships: z
      .object({ org: ofOrganisation.catch({ data: { id: "" } }) })
      .partial()
      .nullish(),
  })
  .transform(({ id, attributes, relationships }) => ({
    id,
    organisation: relationships?.org?.data.id ?? "",
    name: attributes.name ?? "",
    roles: attributes.roles ?? [],
    lastTokenChars: attributes.lastTokenChars ?? undefined,
    expiresAt: attributes.expireAt ?? attributes.expiresAt ?? undefined,
    createdAt: attributes.createdAt ?? undefined,
  }));

export type AuthTokenData = z.infer<typeof authTokenData>;

const roleData = z.object({ id: z.string() }).transform(({ id }) => id);

/** JSON:API's envelope around one object. */
const envelope = <T extends z.ZodType>(data: T) =>
  z.object({ data: data as z.ZodType<z.infer<T>> }).transform((answer) => answer.data);

/** How JSON:API may say that there is none. */
export const nothing = z.object({ data: z.null() });

/** A part of a list, and where the rest of it is. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | undefined;
}

/** JSON:API's envelope around a list; `next` is a relative path, null or absent at the end. */
const list = <T extends z.ZodType>(item: T) =>
  z
    .object({ data: z.array(item as z.ZodType<z.infer<T>>), links: z.object({ next: z.string().nullish() }).nullish() })
    .transform(({ data, links }): Page<z.infer<T>> => ({ items: data, next: links?.next ?? undefined }));

// Made once: zod compiles a schema when it is first used.
export const oneOutboundWebhook = envelope(outboundWebhookData);
export const oneAuthToken = envelope(authTokenData);
export const outboundWebhookList = list(outboundWebhookData);
export const transactionList = list(transactionData);
export const authTokenList = list(authTokenData);
export const roleList = list(roleData);

/** The twelve names come bare, without an envelope (DOC-CAT). */
export const subscribableEvents = z.object({ events: z.array(z.string()) }).transform((answer) => answer.events);
