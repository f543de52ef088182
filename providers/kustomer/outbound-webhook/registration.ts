import { type FailureParts, RelayError } from "../../lifecycle/errors";
import { AmbiguousError } from "../../lifecycle/http";
import { type Claim, newGeneration } from "../../lifecycle/ownership";
import type { Run } from "../../lifecycle/run";
import { wait } from "../../lifecycle/wait";
import type { OutboundWebhookData } from "../answers";
import type { KustomerClient, OutboundWebhookBody } from "../client";
import { KustomerError } from "../failure";
import { type SecretPlace, handOver } from "./hand-over";
import { ownerHeader, ownerOf } from "./ownership";
import { isSigningSecret } from "./signing-secret";
import { sameUrl, withoutQuery } from "./url";

/** What a webhook is registered with, apart from the header that says whose it is. */
export interface Registration extends Omit<OutboundWebhookBody, "headers">, Claim {
  readonly headers: Readonly<Record<string, string>>;
  /** A webhook that is made begins to send once its receiver has the secret there. */
  readonly secretFile?: SecretPlace | undefined;
}

/** How often a POST is tried whose fate stays unknown. */
const POSTS = 3;

/** The answer at the limit is not documented. */
const MAY_MEAN_FULL: readonly number[] = [400, 402, 403, 409, 422];

export function bodyOf(registration: Registration, generation: string): OutboundWebhookBody {
  const { name, url, events, headers, enabled } = registration;
  const own = Object.entries(headers).map(([name, value]) => ({ name, value }));
  return { name, url, events, headers: [...own, ownerHeader({ ...registration, generation })], enabled };
}

/**
 * Makes a new webhook, once, and where a receiver waits for its secret one that is off: POST is not idempotent, so after one
 * whose fate is unknown the list is searched for our generation before it is sent again. `there` is what there was before.
 */
export async function register(
  client: KustomerClient,
  registration: Registration,
  generation: string,
  there: readonly OutboundWebhookData[],
  run: Run,
): Promise<OutboundWebhookData> {
  const enabled = registration.enabled && registration.secretFile === undefined;
  const body = bodyOf({ ...registration, enabled }, generation);
  const doing = `create outbound webhook "${body.name}"`;
  for (let [unknown, refused] = [0, 0]; ;) {
    try {
      const webhook = (await client.createOutboundWebhook(body)) ?? (await find(client, body.name, generation, run));
      if (webhook === undefined)
        throw new RelayError({ doing, what: "Kustomer accepted it but does not list it", next: "run it again" });
      // Whether a URL may be used twice is not documented; some APIs give back what is there already.
      if (ownerOf(webhook.headers)?.generation !== generation && there.some(({ id }) => id === webhook.id))
        throw takenUrl(
          doing,
          { what: "Kustomer made none, and answered with one that was there before" },
          registration,
          webhook,
        );
      return webhook;
    } catch (error) {
      if (error instanceof AmbiguousError) {
        const found = await find(client, body.name, generation, run);
        if (found !== undefined) return found;
        unknown += 1;
        if (unknown === POSTS)
          throw new RelayError({
            doing,
            what: `${error.what}, and after ${POSTS} attempts it is in no list`,
            next: "run it again",
          });
      } else if (error instanceof KustomerError && MAY_MEAN_FULL.includes(error.status)) {
        const existing = await client.listOutboundWebhooks().catch(() => undefined);
        if (existing !== undefined && existing.length >= client.webhookLimit)
          throw atTheLimit(client, error, body, existing);
        refused += 1;
        // A place may just have become free.
        if (existing === undefined) throw error;
        const same = existing.find(({ url }) => sameUrl(url, body.url));
        if (error.status === 409 && same !== undefined) throw takenUrl(doing, error, registration, same);
        if (refused > 1) throw error;
      } else throw error;
    }
  }
}

/**
 * Takes over what is there: id and signing secret stay, everything else becomes as declared, and the claim is the newest.
 * `undefined`: it is not there any more.
 */
export async function takeOver(
  client: KustomerClient,
  registration: Registration,
  found: OutboundWebhookData,
  run: Run,
): Promise<{ readonly webhook: OutboundWebhookData; readonly generation: string } | undefined> {
  const generation = newGeneration(ownerOf(found.headers)?.generation);
  await handOver(client, registration, found, run);
  const updated = await client.updateOutboundWebhook(found.id, bodyOf(registration, generation));
  if (updated === undefined) return undefined;
  const { signingSecret } = isSigningSecret(updated.signingSecret) ? updated : found;
  return { webhook: { ...updated, signingSecret }, generation };
}

async function find(
  client: KustomerClient,
  name: string,
  generation: string,
  run: Run,
): Promise<OutboundWebhookData | undefined> {
  for (const ms of client.timing.looksAfterMs) {
    await wait(ms, `create outbound webhook "${name}"`, run.signal);
    const found = (await client.listOutboundWebhooks()).find(
      (webhook) => ownerOf(webhook.headers)?.generation === generation,
    );
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The webhooks of an organisation in a message: which, where to, on or off. */
export function listed(existing: readonly OutboundWebhookData[]): string {
  return existing
    .map(
      (webhook) =>
        `"${webhook.name}" (${webhook.id}) -> ${withoutQuery(webhook.url)}, ${webhook.enabled ? "enabled" : "disabled"}`,
    )
    .join("; ");
}

function atTheLimit(
  { webhookLimit }: KustomerClient,
  error: KustomerError,
  body: OutboundWebhookBody,
  existing: readonly OutboundWebhookData[],
): RelayError {
  const { doing, status, requestId } = error;
  return new RelayError({
    doing,
    status,
    requestId,
    what: error.what,
    said: error.said,
    next:
      `Kustomer allows ${webhookLimit} user-made outbound webhooks per organisation and has ${existing.length}: ${listed(existing)}. ` +
      `Delete one that is no longer used (Settings > Platform > Outbound Webhooks), or take one over with \`adopt\`, then run it again to create "${body.name}"`,
  });
}

/** Kustomer has no second webhook of one URL. */
function takenUrl(
  doing: string,
  { what, said, status, requestId }: FailureParts,
  { mark }: Registration,
  { name, id, headers }: OutboundWebhookData,
): RelayError {
  const next =
    ownerOf(headers)?.mark === mark
      ? `"${name}" (${id}) has its URL and is to be replaced by it: set the resource option \`deleteBeforeReplace\`, with which the former one goes first and in between no event is sent, then run it again`
      : `take "${name}" (${id}) over with \`adopt: "${id}"\`, which keeps its signing secret, or declare another URL, then run it again`;
  return new RelayError({ doing, what, said, status, requestId, next });
}
