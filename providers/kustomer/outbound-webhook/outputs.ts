import type { OutboundWebhookData } from "../answers";
import type { KustomerEvent } from "./events";
import type { OutboundWebhookInputs, OutboundWebhookOutputs } from "./fields";
import { isOwnerHeader, ownerOf } from "./ownership";
import { sameUrl } from "./registration";
import { isSigningSecret } from "./signing-secret";

/** The webhook as Kustomer has it, in the words of the declaration: spelling that means the same is no difference. */
export function outputsFrom(
  declared: OutboundWebhookInputs & Partial<OutboundWebhookOutputs>,
  webhook: OutboundWebhookData,
  signingSecret: string,
): OutboundWebhookOutputs {
  return {
    name: webhook.name,
    url: sameUrl(webhook.url, declared.url) ? declared.url : webhook.url,
    events: [...new Set(webhook.events)].sort() as KustomerEvent[],
    headers: ownHeaders(webhook, declared.headers),
    enabled: webhook.enabled,
    watchSeconds: declared.watchSeconds,
    rotation: declared.rotation,
    ...(declared.adopt === undefined ? {} : { adopt: declared.adopt }),
    mark: declared.mark,
    isError: webhook.isError,
    webhookId: webhook.id,
    signingSecret: isSigningSecret(webhook.signingSecret) ? webhook.signingSecret : signingSecret,
    generation: ownerOf(webhook.headers)?.generation ?? declared.generation ?? "",
    createdAt: webhook.createdAt ?? declared.createdAt ?? "",
    updatedAt: webhook.updatedAt ?? declared.updatedAt ?? "",
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
