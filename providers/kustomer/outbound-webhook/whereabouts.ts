import { type Place, requireProofOfAbsence, requireSameOrganisation } from "../../lifecycle/organisation";
import type { Run } from "../../lifecycle/run";
import { wait } from "../../lifecycle/wait";
import type { OutboundWebhookData } from "../answers";
import type { KustomerClient } from "../client";
import { requireMayList } from "../empty-list";
import { KustomerError } from "../failure";
import { TO_LIST_WEBHOOKS } from "../roles";

const LOOK_AGAIN_MS = 1000;
/** The answer to an id that there is not is not documented. */
const REFUSED_ID: readonly number[] = [400, 422];

/** What a state knows that helps to find its webhook, and to tell that it is the right place to look. */
export interface Sought extends Partial<Place> {
  readonly webhookId: string;
  readonly createdAt?: string;
}

export interface Whereabouts {
  /** `undefined`: it is gone. */
  readonly webhook: OutboundWebhookData | undefined;
  /** All of the organisation. */
  readonly all: readonly OutboundWebhookData[];
}

/**
 * Looks for the webhook of a state. That it is gone is only said by a list of its own organisation that does not have it:
 * another organisation, a wrong address, or an answer that is none, throws.
 */
export async function locate(client: KustomerClient, doing: string, known: Sought, run: Run): Promise<Whereabouts> {
  requireSameOrganisation(doing, known, client.settingsPlace);
  const shownUntil = shownAtLast(client, known);
  for (;;) {
    const { webhook, all } = await look(client, known.webhookId);
    if (webhook !== undefined) {
      requireSameOrganisation(doing, known, client.placeOf([webhook]));
      return { webhook, all };
    }
    if (Date.now() >= shownUntil) {
      requireProofOfAbsence(doing, known, await client.comparablePlace(all, known));
      if (all.length === 0) await requireMayList(client, doing, TO_LIST_WEBHOOKS);
      return { webhook, all };
    }
    await wait(Math.max(1, Math.min(LOOK_AGAIN_MS, shownUntil - Date.now())), doing, run.signal);
  }
}

/** Looks for a webhook that no state knows. */
export async function look(client: KustomerClient, webhookId: string): Promise<Whereabouts> {
  const all = await client.listOutboundWebhooks();
  // That a list has those of apps too is not documented.
  return { webhook: all.find(({ id }) => id === webhookId) ?? (await askFor(client, webhookId)), all };
}

/** The list was read, so nothing is wrong with address and key: what is wrong with the request can only be the id. */
function askFor(client: KustomerClient, webhookId: string): Promise<OutboundWebhookData | undefined> {
  return client.getOutboundWebhook(webhookId).catch((error: unknown) => {
    if (error instanceof KustomerError && REFUSED_ID.includes(error.status)) return undefined;
    throw error;
  });
}

/** A webhook that was just made may not be shown yet. */
function shownAtLast({ timing: { lagMs } }: KustomerClient, { createdAt = "" }: Sought): number {
  const [made, now] = [Date.parse(createdAt), Date.now()];
  return Number.isNaN(made) ? now : Math.min(made, now) + lagMs;
}
