import { mergedPlace, type Place } from "../../lifecycle/organisation";
import type { OutboundWebhookData } from "../answers";
import type { OutboundWebhookInputs, OutboundWebhookOutputs } from "./fields";
import { isOwnerHeader } from "./owner-header";
import { ownerOf } from "./ownership";
import { isSigningSecret } from "./signing-secret";
import { sameUrl } from "./url";

/** What a state knows of its webhook beside what is declared. */
type Known = OutboundWebhookInputs &
  Partial<Omit<OutboundWebhookOutputs, keyof OutboundWebhookInputs>> & { readonly isDoubled?: boolean };

/** The webhook as Kustomer has it, in the words of the declaration: spelling that means the same is no difference. */
export function outputsFrom(
  declared: Known,
  webhook: OutboundWebhookData,
  signingSecret: string,
  place: Place,
): OutboundWebhookOutputs {
  const owner = ownerOf(webhook.headers);
  const generation = declared.generation ?? owner?.generation ?? "";
  return {
    name: webhook.name,
    url: sameUrl(webhook.url, declared.url) ? declared.url : webhook.url,
    events: [...new Set(webhook.events)].sort(),
    headers: ownHeaders(webhook, declared.headers),
    enabled: webhook.enabled,
    watchSeconds: declared.watchSeconds,
    rotation: declared.rotation,
    ...(declared.adopt === undefined ? {} : { adopt: declared.adopt }),
    mark: declared.mark,
    deletesFirst: declared.deletesFirst,
    ...(declared.secretFile === undefined ? {} : { secretFile: declared.secretFile }),
    isError: webhook.isError,
    isDoubled: false,
    webhookId: webhook.id,
    signingSecret: isSigningSecret(webhook.signingSecret) ? webhook.signingSecret : signingSecret,
    generation,
    postedGenerations: declared.postedGenerations ?? [generation],
    createdAt: webhook.createdAt ?? declared.createdAt ?? "",
    updatedAt: webhook.updatedAt ?? declared.updatedAt ?? "",
    ...mergedPlace(declared, place),
  };
}

function ownHeaders(webhook: OutboundWebhookData, declared: Readonly<Record<string, string>>): Record<string, string> {
  const spelling = new Map(Object.keys(declared).map((name) => [name.toLowerCase(), name]));
  return Object.fromEntries(
    webhook.headers
      .filter(({ name }) => !isOwnerHeader(name))
      .map(({ name, value }) => [spelling.get(name.toLowerCase()) ?? name, value]),
  );
}
