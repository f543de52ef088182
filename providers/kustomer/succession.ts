import { RelayError } from "../lifecycle/errors";
import type { Settings } from "../lifecycle/settings";
import { warn } from "../lifecycle/warn";
import type { Activation } from "./activation";
import { type OutboundWebhookData, momentOf } from "./answers";
import type { KustomerClient } from "./client";
import { webhookLimitOf } from "./connection";
import type { OutboundWebhookInputs, OutboundWebhookOutputs } from "./outbound-webhook";
import { ownerOf } from "./ownership";
import { isLeftover, listed } from "./registration";

/**
 * One webhook takes the place of another in a rotation. Both exist for a while, so there has to be room for both, and the
 * former one goes last: once what depends on the secret has the new one, and the new one has stayed on.
 *
 * What is kept here lasts for one run of the engine, whose provider process serves one organisation.
 */

/** The marks of those that are to be replaced and whose successors are not made yet: a run plans several before it makes the first. */
const planned = new Set<string>();

/** The successors that have not been watched yet, by mark. */
const unwatched = new Map<string, Activation>();

/**
 * Refuses a rotation for which there is no room, while nothing has been touched yet. Whether app-installed webhooks count, and
 * which they are, is not documented; hence the setting.
 */
export async function requireRoom(
  client: KustomerClient,
  known: OutboundWebhookOutputs,
  inputs: OutboundWebhookInputs,
  settings: Settings,
): Promise<void> {
  if (known.rotation === inputs.rotation) return;
  // Where it cannot be told now, creating will tell.
  const existing = await client.listOutboundWebhooks().catch(() => undefined);
  if (existing === undefined) return;
  planned.add(inputs.mark);
  const limit = webhookLimitOf(settings);
  const free = Math.max(0, limit - existing.filter((webhook) => !isLeftover(webhook, existing, inputs)).length);
  if (free < planned.size)
    throw new RelayError(
      `rotate outbound webhook "${known.name}" (${known.webhookId}): nothing was touched, because for a while its successor needs a place beside it, and ` +
        `${planned.size > 1 ? `${planned.size} webhooks of this organisation are to be rotated, but ` : ""}${free === 0 ? "no place is" : `just ${free} of ${limit} places ${free === 1 ? "is" : "are"}`} free: ${listed(existing)}. ` +
        `${planned.size > 1 && free > 0 ? "Rotate fewer at once, or delete" : "Delete"} one that is no longer used (Settings > Platform > Outbound Webhooks), then run it again. ` +
        `Where some were installed by apps and do not count, say how many there may be: ${settings.howToSet("kustomer:webhookLimit")}`,
    );
  await warnOfWaiting(client, known);
}

/** With the webhook Kustomer gives up what it has still to send again; only what happens from now on goes to both. */
async function warnOfWaiting(client: KustomerClient, { name, webhookId }: OutboundWebhookOutputs): Promise<void> {
  const attempts = await client.listTransactions(webhookId).catch(() => []);
  const waiting = attempts.filter(({ nextRetry }) => momentOf(nextRetry) > Date.now());
  if (waiting.length === 0) return;
  const last = Math.max(...waiting.map(({ nextRetry }) => momentOf(nextRetry)));
  warn(
    `outbound webhook "${name}" (${webhookId}) has ${waiting.length} deliveries to make again, the last of them at ${new Date(last).toISOString()}, ` +
      "which Kustomer gives up when a rotation deletes it: to lose none, see to its destination and rotate once they have been made",
  );
}

/** Whether the webhook that was just made follows one that is still there: then it is watched when that is about to go. */
export function follows(others: readonly OutboundWebhookData[], successor: OutboundWebhookInputs): boolean {
  return others.some((webhook) => {
    const owner = ownerOf(webhook.headers);
    return owner?.mark === successor.mark && owner.rotation !== successor.rotation;
  });
}

export function watchLater(mark: string, activation: Activation): void {
  unwatched.set(mark, activation);
}

export function isMade(mark: string): void {
  planned.delete(mark);
}

/** Before the former one goes. */
export async function successorStaysOn({ mark }: OutboundWebhookOutputs): Promise<void> {
  const activation = unwatched.get(mark);
  unwatched.delete(mark);
  await activation?.confirm();
}
