import { setTimeout as sleep } from "node:timers/promises";
import { RelayError } from "../../lifecycle/errors";
import { AmbiguousError } from "../../lifecycle/http";
import { warn } from "../../lifecycle/warn";
import type { OutboundWebhookData } from "../answers";
import type { KustomerClient, OutboundWebhookBody } from "../client";
import { MOST_WEBHOOKS } from "../connection";
import { KustomerError } from "../failure";
import { type Owner, newGeneration, ownerHeader, ownerOf } from "./ownership";

/** What a webhook is registered with, apart from the header that says whose it is. */
export interface Registration extends Omit<OutboundWebhookBody, "headers"> {
  readonly headers: Readonly<Record<string, string>>;
  readonly mark: string;
  readonly rotation: number;
}

/** How often a POST is tried whose fate stays unknown, and when we look whether it was done after all. */
const POSTS = 3;
const LOOKS_AFTER_MS = [0, 1000, 3000];

/** How often one is tried that was refused where leftovers take the room, and how long their own runs get to remove them. */
const REFUSALS = 4;
const SWEEPING_MS = 1500;
/** The answer at the limit is not documented. */
const MAY_MEAN_FULL: readonly number[] = [400, 402, 403, 409, 422];

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
  for (let [unknown, refused] = [0, 0]; ;) {
    try {
      const created = await client.createOutboundWebhook(body);
      const webhook = created ?? (await find(client, { ...registration, generation }, LOOKS_AFTER_MS));
      if (webhook === undefined)
        throw new RelayError(
          `create outbound webhook "${body.name}": Kustomer accepted it but does not list it; run it again`,
        );
      return webhook;
    } catch (error) {
      if (error instanceof AmbiguousError) {
        const found = await find(client, { ...registration, generation }, LOOKS_AFTER_MS);
        if (found !== undefined) return found;
        unknown += 1;
        if (unknown === POSTS)
          throw new RelayError(`${error.message}, and after ${POSTS} attempts it is in no list; run it again`);
      } else if (error instanceof KustomerError && MAY_MEAN_FULL.includes(error.status)) {
        const existing = await client.listOutboundWebhooks().catch(() => undefined);
        refused += 1;
        if (existing === undefined || refused === REFUSALS) throw error;
        if (!(await madeRoom(client, registration, generation, existing, refused)))
          throw existing.length < MOST_WEBHOOKS ? error : atTheLimit(error, body, existing);
      } else throw error;
    }
  }
}

/**
 * A killed run's leftovers may take the last of the places: then they go before the new webhook is made, not after it.
 * Those of other resources go when these are made anew, which may be just now.
 */
async function madeRoom(
  client: KustomerClient,
  registration: Registration,
  generation: string,
  existing: OutboundWebhookData[],
  refused: number,
): Promise<boolean> {
  if (existing.length < MOST_WEBHOOKS) return refused === 1;
  const own = existing.filter((webhook) => isTwin(webhook, registration) && generationOf(webhook) < generation);
  for (const twin of own) await client.deleteOutboundWebhook(twin.id);
  if (own.length > 0) return true;
  if (!existing.some((one) => existing.some((other) => isLeftoverBeside(one, other)))) return false;
  await sleep(SWEEPING_MS);
  return true;
}

/**
 * Removes what earlier attempts at the same webhook left behind: same mark, same rotation, same url. An attempt that is
 * newer than ours means that ours is the leftover, of a run that was killed and is only now getting to its end. Gives back
 * the webhooks that are neither.
 */
export async function sweepTwins(
  client: KustomerClient,
  kept: OutboundWebhookData,
  registration: Registration,
): Promise<OutboundWebhookData[]> {
  const { twins, others } = await twinsAndOthers(client, kept, registration);
  const newer = twins.find((twin) => generationOf(twin) > generationOf(kept));
  if (newer !== undefined) {
    await client.deleteOutboundWebhook(kept.id);
    throw new SupersededError(
      `create outbound webhook "${registration.name}": another run has created it in the meantime (${newer.id}); run \`pulumi up\` again`,
    );
  }
  for (const twin of twins) await client.deleteOutboundWebhook(twin.id);
  // The engine keeps what a killed run was creating, warns of it for ever, and names no command that works in a pipeline.
  if (twins.length > 0)
    warn(
      `outbound webhook "${registration.name}": its earlier registration ${twins.map(({ id }) => id).join(", ")} is removed. ` +
        "If Pulumi warns of pending operations, this run has made up for them; `pulumi refresh --yes --clear-pending-creates` clears them",
    );
  return others;
}

/** Removes the twins of a webhook that is in the state: whatever made them, nobody knows of them. */
export async function sweepForgotten(
  client: KustomerClient,
  known: OutboundWebhookData,
  registration: Registration,
): Promise<OutboundWebhookData[]> {
  const { twins, others } = await twinsAndOthers(client, known, registration);
  for (const twin of twins) await client.deleteOutboundWebhook(twin.id);
  return others;
}

async function twinsAndOthers(
  client: KustomerClient,
  kept: OutboundWebhookData,
  registration: Registration,
): Promise<{ twins: OutboundWebhookData[]; others: OutboundWebhookData[] }> {
  const all = (await client.listOutboundWebhooks()).filter(({ id }) => id !== kept.id);
  const [twins, others] = [true, false].map((wanted) =>
    all.filter((webhook) => isTwin(webhook, registration) === wanted),
  );
  return { twins: twins ?? [], others: others ?? [] };
}

/** Ours is gone again: nothing is left that the state would have to remember. */
export class SupersededError extends RelayError {
  override readonly name = "SupersededError";
}

function isTwin(
  webhook: OutboundWebhookData,
  { mark, rotation, url }: Pick<Registration, "mark" | "rotation" | "url">,
): boolean {
  const owner = ownerOf(webhook.headers);
  return owner?.mark === mark && owner.rotation === rotation && sameUrl(webhook.url, url);
}

/** Whether it goes by itself when `registration` is made, or another that is there. */
export function isLeftover(
  webhook: OutboundWebhookData,
  existing: readonly OutboundWebhookData[],
  registration: Pick<Registration, "mark" | "rotation" | "url">,
): boolean {
  return isTwin(webhook, registration) || existing.some((other) => isLeftoverBeside(webhook, other));
}

/** Whether one is what an earlier attempt left of what the other is. */
function isLeftoverBeside(one: OutboundWebhookData, other: OutboundWebhookData): boolean {
  const owner = ownerOf(other.headers);
  return owner !== undefined && isTwin(one, { ...owner, url: other.url }) && generationOf(one) < owner.generation;
}

function generationOf(webhook: OutboundWebhookData): string {
  return ownerOf(webhook.headers)?.generation ?? "";
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

/** The webhooks of an organisation in a message: which, where to, on or off. */
export function listed(existing: readonly OutboundWebhookData[]): string {
  return existing
    .map(
      (webhook) =>
        `"${webhook.name}" (${webhook.id}) -> ${withoutQuery(webhook.url)}, ${webhook.enabled ? "enabled" : "disabled"}`,
    )
    .join("; ");
}

function atTheLimit(error: KustomerError, body: OutboundWebhookBody, existing: OutboundWebhookData[]): RelayError {
  return new RelayError(
    `${error.message}; Kustomer allows ${MOST_WEBHOOKS} user-made outbound webhooks per organisation and has ${existing.length}: ${listed(existing)}. ` +
      `Delete one that is no longer used (Settings > Platform > Outbound Webhooks), or take one over with \`adopt\`, then run it again to create "${body.name}"`,
  );
}
