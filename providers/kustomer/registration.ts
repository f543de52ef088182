import { setTimeout as sleep } from "node:timers/promises";
import { RelayError } from "../lifecycle/errors";
import { AmbiguousError } from "../lifecycle/http";
import type { OutboundWebhookData } from "./answers";
import type { KustomerClient, OutboundWebhookBody } from "./client";
import { KustomerError } from "./failure";
import { type Owner, newGeneration, ownerHeader, ownerOf } from "./ownership";

/** What a webhook is registered with, apart from the header that says whose it is. */
export interface Registration extends Omit<OutboundWebhookBody, "headers"> {
  readonly headers: Readonly<Record<string, string>>;
  readonly mark: string;
  readonly rotation: number;
}

/** User-made webhooks per organisation (HELP-OW). */
export const MOST_WEBHOOKS = 5;

/** How often a POST is tried whose fate stays unknown, and when we look whether it was done after all. */
const POSTS = 3;
const LOOKS_AFTER_MS = [0, 1000, 3000];

export function bodyOf(registration: Registration, generation: string): OutboundWebhookBody {
  const { name, url, events, headers, enabled } = registration;
  const own = Object.entries(headers).map(([name, value]) => ({ name, value }));
  return { name, url, events, headers: [...own, ownerHeader({ ...registration, generation })], enabled };
}

/**
 * Makes a new webhook, once: POST is not idempotent, so after one whose fate is unknown the list is searched for our mark
 * before it is sent again.
 */
export async function register(client: KustomerClient, registration: Registration): Promise<OutboundWebhookData> {
  const generation = newGeneration();
  const body = bodyOf(registration, generation);
  for (let post = 1; ; post += 1) {
    try {
      const created = await client.createOutboundWebhook(body);
      const webhook = created ?? (await find(client, { ...registration, generation }, LOOKS_AFTER_MS));
      if (webhook === undefined)
        throw new RelayError(
          `create outbound webhook "${body.name}": Kustomer accepted it but does not list it; run it again`,
        );
      return webhook;
    } catch (error) {
      if (!(error instanceof AmbiguousError)) throw await explained(client, body, error);
      const found = await find(client, { ...registration, generation }, LOOKS_AFTER_MS);
      if (found !== undefined) return found;
      if (post === POSTS)
        throw new RelayError(`${error.message}, and after ${POSTS} attempts it is in no list; run it again`);
    }
  }
}

/**
 * Removes what earlier attempts at the same webhook left behind: same mark, same rotation, same url. An attempt that is
 * newer than ours means that ours is the leftover, of a run that was killed and is only now getting to its end.
 */
export async function sweepTwins(
  client: KustomerClient,
  kept: OutboundWebhookData,
  registration: Registration,
): Promise<void> {
  const own = ownerOf(kept.headers);
  const twins = await twinsOf(client, kept, registration);
  const newer = own && twins.find((twin) => (ownerOf(twin.headers)?.generation ?? "") > own.generation);
  if (newer !== undefined) {
    await client.deleteOutboundWebhook(kept.id);
    throw new SupersededError(
      `create outbound webhook "${registration.name}": another run has created it in the meantime (${newer.id}); run \`pulumi up\` again`,
    );
  }
  for (const twin of twins) await client.deleteOutboundWebhook(twin.id);
}

/** Removes the twins of a webhook that is in the state: whatever made them, nobody knows of them. */
export async function sweepForgotten(
  client: KustomerClient,
  known: OutboundWebhookData,
  registration: Registration,
): Promise<void> {
  for (const twin of await twinsOf(client, known, registration)) await client.deleteOutboundWebhook(twin.id);
}

async function twinsOf(
  client: KustomerClient,
  kept: OutboundWebhookData,
  registration: Registration,
): Promise<OutboundWebhookData[]> {
  const all = await client.listOutboundWebhooks();
  return all.filter((webhook) => webhook.id !== kept.id && isTwin(webhook, registration));
}

/** Ours is gone again: nothing is left that the state would have to remember. */
export class SupersededError extends RelayError {
  override readonly name = "SupersededError";
}

function isTwin(webhook: OutboundWebhookData, { mark, rotation, url }: Registration): boolean {
  const owner = ownerOf(webhook.headers);
  return owner?.mark === mark && owner.rotation === rotation && sameUrl(webhook.url, url);
}

export function sameUrl(one: string, other: string): boolean {
  return one === other || (URL.canParse(one) && URL.canParse(other) && new URL(one).href === new URL(other).href);
}

/** Other people's endpoints may carry a key in their query. */
function withoutQuery(url: string): string {
  if (!URL.canParse(url)) return url;
  const { origin, pathname, search } = new URL(url);
  return `${origin}${pathname}${search === "" ? "" : "?…"}`;
}

async function find(
  client: KustomerClient,
  owner: Owner,
  afterMs: readonly number[],
): Promise<OutboundWebhookData | undefined> {
  for (const ms of afterMs) {
    await sleep(ms);
    const found = (await client.listOutboundWebhooks()).find(
      (webhook) => ownerOf(webhook.headers)?.generation === owner.generation,
    );
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The answer at the limit is not documented, so any refusal is looked at: are there as many as there may be? */
async function explained(client: KustomerClient, body: OutboundWebhookBody, error: unknown): Promise<unknown> {
  if (!(error instanceof KustomerError) || ![400, 402, 403, 409, 422].includes(error.status)) return error;
  const existing = await client.listOutboundWebhooks().catch(() => []);
  if (existing.length < MOST_WEBHOOKS) return error;
  const listed = existing.map(
    (webhook) =>
      `"${webhook.name}" (${webhook.id}) -> ${withoutQuery(webhook.url)}, ${webhook.enabled ? "enabled" : "disabled"}`,
  );
  return new RelayError(
    `${error.message}; Kustomer allows ${MOST_WEBHOOKS} user-made outbound webhooks per organisation and has ${existing.length}: ${listed.join("; ")}. ` +
      `Delete one that is no longer used (Settings > Platform > Outbound Webhooks), or take one over with \`adopt\`, then run it again to create "${body.name}"`,
  );
}
