import { RelayError, messageOf } from "../../lifecycle/errors";
import type { Run } from "../../lifecycle/run";
import { addSecret } from "../../lifecycle/secrets-on-disk";
import type { Writing } from "../../lifecycle/text-on-disk";
import { wait } from "../../lifecycle/wait";
import type { OutboundWebhookData } from "../answers";
import type { KustomerClient } from "../client";
import { readSigningSecret } from "./read-signing-secret";

/** The file out of which a self-hosted receiver reads its signing secrets. */
export type SecretPlace = Writing;

/** A receiver looks at its file every second, and reads it once it has been the same for up to another one. */
const NOTICED_AFTER_MS = 3_000;

/**
 * A receiver without the secret answers 503, and one with another secret 401, which Kustomer may take for final. So the secret
 * goes to the receiver's file first, and events go to the receiver afterwards.
 */
export async function handOver(
  client: KustomerClient,
  { secretFile }: { readonly secretFile?: SecretPlace | undefined },
  webhook: OutboundWebhookData,
  run: Run,
): Promise<void> {
  if (secretFile === undefined) return;
  const secret = await readSigningSecret(client, webhook);
  const doing = `write the signing secret of outbound webhook "${webhook.name}" (${webhook.id}) to ${secretFile.path}`;
  const isNews = await addSecret(secretFile, secret).catch((error: unknown) => {
    throw new RelayError({
      doing,
      what: messageOf(error),
      next: "no event was sent to the receiver yet; change the folder's permissions or choose another path, then run `pulumi up` again",
    });
  });
  if (isNews) await wait(NOTICED_AFTER_MS, doing, run.signal);
}
