import { setTimeout as sleep } from "node:timers/promises";
import { RelayError } from "../../lifecycle/errors";
import type { Settings } from "../../lifecycle/settings";
import { warn } from "../../lifecycle/warn";
import type { Activation } from "./activation";
import { type OutboundWebhookData, momentOf } from "../answers";
import type { KustomerClient } from "../client";
import { webhookLimitOf } from "../connection";
import type { OutboundWebhookInputs, OutboundWebhookOutputs } from "./fields";
import { ownerOf } from "./ownership";
import { isLeftover, listed } from "./registration";

/**
 * One webhook takes the place of another in a rotation. Both exist for a while, so there has to be room for both, and the
 * former one goes last: once what depends on the secret has the new one, and the new one has stayed on.
 *
 * What is kept here lasts for one run of the engine, whose provider process serves one organisation.
 */

/** Those that are to be replaced and whose successors are not made yet, by mark: a run plans several before it makes the first. */
const planned = new Map<string, OutboundWebhookOutputs>();

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
  planned.set(inputs.mark, known);
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

/** With a webhook goes what it has still to send again; what happens once its successor is there is sent by both. */
async function warnOfWaiting(client: KustomerClient, known: OutboundWebhookOutputs): Promise<void> {
  const due = await dueAgain(client, known);
  if (due.length > 0)
    warn(`${inWords(known, due)}: \`pulumi up\` waits ${PATIENCE_MS / 1000} seconds for them, ${WHAT_TO_DO}`);
}

/** Waits for what the former webhook is to send again soon; then its successor may be made. */
export async function waitForPredecessor(client: KustomerClient, mark: string): Promise<void> {
  const former = planned.get(mark);
  if (former === undefined) return;
  const end = Date.now() + PATIENCE_MS;
  let due = await dueAgain(client, former);
  while (due.length > 0 && Math.min(...due) < end) {
    // Nothing changes before then: each look is a request.
    await sleep(Math.max(Math.min(...due) + UNDER_WAY_MS - Date.now(), LOOK_AGAIN_MS));
    due = await dueAgain(client, former);
  }
  planned.delete(mark);
  if (due.length > 0) warn(`${inWords(former, due)}; that is too long to wait for: ${WHAT_TO_DO}`);
}

/** A first try is made again after a minute, a second one after another (DOC-EV). */
const PATIENCE_MS = 150_000;
/** An attempt is on record when it is over. */
const UNDER_WAY_MS = 5_000;
const LOOK_AGAIN_MS = 1_000;
const WHAT_TO_DO = "to lose none, see to its destination and rotate once they have been made";

/** When deliveries are to be made again, in milliseconds. */
async function dueAgain(client: KustomerClient, { webhookId }: OutboundWebhookOutputs): Promise<number[]> {
  const attempts = await client.listTransactions(webhookId).catch(() => []);
  return attempts.map(({ nextRetry }) => momentOf(nextRetry)).filter((at) => at > Date.now() - UNDER_WAY_MS);
}

function inWords({ name, webhookId }: OutboundWebhookOutputs, due: readonly number[]): string {
  const last = new Date(Math.max(...due)).toISOString();
  return `outbound webhook "${name}" (${webhookId}) has ${due.length} deliveries to make again, the last of them at ${last}, which Kustomer gives up when a rotation deletes it`;
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

/** Before the former one goes. */
export async function confirmSuccessor({ mark }: OutboundWebhookOutputs): Promise<void> {
  const activation = unwatched.get(mark);
  unwatched.delete(mark);
  await activation?.confirm();
}
