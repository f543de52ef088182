import { type Kept, type Owner, type Seen, ownerFrom, ownerText } from "../../lifecycle/ownership";
import type { OutboundWebhookData } from "../answers";
import type { OutboundWebhookOutputs } from "./fields";
import { OWNER_HEADER, isOwnerHeader } from "./owner-header";
import { sameUrl } from "./url";

/** This kind of object, among the claims that a run holds. */
export const KIND = "outbound webhook";

export interface Header {
  readonly name: string;
  readonly value: string;
}

export function ownerHeader(owner: Owner): Header {
  return { name: OWNER_HEADER, value: ownerText(owner) };
}

/** Whose the webhook with these headers is; `undefined` when it is not one of ours. */
export function ownerOf(headers: readonly Header[]): Owner | undefined {
  return ownerFrom(headers.find((header) => isOwnerHeader(header.name))?.value ?? "");
}

/** A webhook of a list, as ownership looks at it. */
export interface SeenWebhook extends Seen {
  readonly webhook: OutboundWebhookData;
}

/** The webhooks of an organisation; those that send to one of `urls` do what is declared. */
export function seenIn(all: readonly OutboundWebhookData[], ...urls: string[]): SeenWebhook[] {
  return all.map((webhook) => ({
    id: webhook.id,
    owner: ownerOf(webhook.headers),
    fits: urls.some((url) => sameUrl(webhook.url, url)),
    createdAt: webhook.createdAt ?? "",
    webhook,
  }));
}

/** What the state has on record of its webhook. */
export function keptOf({ webhookId, mark, rotation, generation, postedGenerations }: OutboundWebhookOutputs): Kept {
  return { id: webhookId, mark, rotation, generation, posted: postedGenerations };
}
