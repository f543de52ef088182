import { RelayError } from "../../lifecycle/errors";
import { remember } from "../../lifecycle/secrets";
import type { OutboundWebhookData } from "../answers";
import type { KustomerClient } from "../client";
import { isSigningSecret } from "./signing-secret";

/** The answer to a create may be masked or bare; the webhook itself has the secret (DOC-DEL). */
export async function readSigningSecret(client: KustomerClient, webhook: OutboundWebhookData): Promise<string> {
  const secret = isSigningSecret(webhook.signingSecret)
    ? webhook.signingSecret
    : (await client.getOutboundWebhook(webhook.id))?.signingSecret;
  remember(secret);
  if (isSigningSecret(secret)) return secret;
  throw new RelayError({
    doing: `outbound webhook "${webhook.name}" (${webhook.id})`,
    what: "Kustomer does not show its signing secret",
    next: "check that the key has the role org.permission.outbound_webhook, then run `pulumi up` again",
  });
}
