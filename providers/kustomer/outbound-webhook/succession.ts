import { RelayError } from "../../lifecycle/errors";
import { requireSameOrganisation } from "../../lifecycle/organisation";
import { HeldClaims, choose } from "../../lifecycle/ownership";
import type { Run } from "../../lifecycle/run";
import type { Settings } from "../../lifecycle/settings";
import { wait } from "../../lifecycle/wait";
import { momentOf } from "../answers";
import type { KustomerClient } from "../client";
import { noteStraying } from "../place";
import type { KustomerConnection } from "../connection";
import type { OutboundWebhookInputs, OutboundWebhookOutputs } from "./fields";
import type { Activation } from "./activation";
import { KIND, seenIn } from "./ownership";
import { listed } from "./registration";

/**
 * One webhook takes the place of another, in a rotation or because the engine replaces it. Both exist for a while, so there
 * has to be room for both, and the predecessor goes last: once what depends on the secret has the new one, and the
 * successor has stayed on.
 */
class Succession {
  /** The marks of webhooks that a state holds, by the mark that their resource has now. */
  readonly predecessors = new Map<string, string>();
  /** Those that are to be rotated and whose successors are not made yet, by mark: a run plans several before it makes the first. */
  readonly planned = new Map<string, { readonly known: OutboundWebhookOutputs; readonly needsPlace: boolean }>();
  /** The successors that have not been watched yet, by their predecessors' marks. */
  readonly unwatched = new Map<string, Activation>();
}

/** `check` has seen a webhook with what was declared before: a state holds it. */
export function noteHeld(former: OutboundWebhookInputs, declared: Partial<OutboundWebhookInputs>, run: Run): void {
  run.of(HeldClaims).note(KIND, former);
  noteStraying(former, declared, run);
  if (declared.mark !== undefined) run.of(Succession).predecessors.set(declared.mark, former.mark);
}

/**
 * Refuses a rotation for which there is no room, while nothing has been touched yet. Whether app-installed webhooks count, and
 * which they are, is not documented; hence the setting.
 */
export async function requireRoom(
  { kustomer: client, run }: KustomerConnection,
  known: OutboundWebhookOutputs,
  inputs: OutboundWebhookInputs,
  settings: Settings,
): Promise<void> {
  const doing = `replace outbound webhook "${known.name}" (${known.webhookId})`;
  requireSameOrganisation(doing, known, client.settingsPlace);
  if (known.rotation === inputs.rotation) return;
  // Where it cannot be told now, creating will tell.
  const existing = await client.listOutboundWebhooks().catch(() => undefined);
  if (existing === undefined) return;
  const { planned } = run.of(Succession);
  const { takeOver } = choose(inputs, seenIn(existing, inputs.url), false);
  planned.set(inputs.mark, { known, needsPlace: takeOver === undefined && !inputs.deletesFirst });
  const limit = client.webhookLimit;
  const free = Math.max(0, limit - existing.length);
  const wanted = [...planned.values()].filter(({ needsPlace }) => needsPlace).length;
  if (free < wanted)
    throw new RelayError({
      doing: `rotate outbound webhook "${known.name}" (${known.webhookId})`,
      what:
        "nothing was touched, because for a while its successor needs a place beside it, and " +
        `${wanted > 1 ? `${wanted} webhooks of this organisation are to be rotated, but ` : ""}${free === 0 ? "no place is" : `just ${free} of ${limit} places ${free === 1 ? "is" : "are"}`} free: ${listed(existing)}`,
      next:
        `${wanted > 1 && free > 0 ? "rotate fewer at once, or delete" : "delete"} one that is no longer used (Settings > Platform > Outbound Webhooks), then run it again. ` +
        `Where some were installed by apps and do not count, say how many there may be: ${settings.howToSet("kustomer:webhookLimit")}. ` +
        "The resource option `deleteBeforeReplace` needs no place, but in between no event is sent",
    });
  await warnOfWaiting(client, known, run);
}

/** With a webhook goes what it has still to send again; what happens once its successor is there is sent by both. */
async function warnOfWaiting(client: KustomerClient, known: OutboundWebhookOutputs, run: Run): Promise<void> {
  const due = await dueAgain(client, known);
  if (due.length > 0)
    run.warn(`${inWords(known, due)}: \`pulumi up\` waits ${PATIENCE_MS / 1000} seconds for them, ${WHAT_TO_DO}`);
}

/** Waits for what the former webhook is to send again soon; then its successor may be made. */
export async function waitForPredecessor(client: KustomerClient, mark: string, run: Run): Promise<void> {
  const { planned } = run.of(Succession);
  const former = planned.get(mark)?.known;
  if (former === undefined) return;
  const end = Date.now() + PATIENCE_MS;
  let due = await dueAgain(client, former);
  while (due.length > 0 && Math.min(...due) < end) {
    // Nothing changes before then: each look is a request.
    const ms = Math.max(Math.min(...due) + UNDER_WAY_MS - Date.now(), LOOK_AGAIN_MS);
    await wait(ms, `rotate outbound webhook "${former.name}" (${former.webhookId})`, run.signal);
    due = await dueAgain(client, former);
  }
  planned.delete(mark);
  if (due.length > 0) run.warn(`${inWords(former, due)}; that is too long to wait for: ${WHAT_TO_DO}`);
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

/** Whether an owner mark is that of this resource, also from before it was renamed. */
export function isOwnMark(mark: string | undefined, inputs: OutboundWebhookInputs, run: Run): boolean {
  return mark !== undefined && (mark === inputs.mark || mark === run.of(Succession).predecessors.get(inputs.mark));
}

/** Whether a state holds another webhook of this resource, whose place this one takes. */
export function isSuccessor({ mark }: OutboundWebhookInputs, run: Run): boolean {
  return run.of(Succession).predecessors.has(mark);
}

/** A webhook with a predecessor that still exists is watched when that is about to go; any other one at once. */
export function watchLater({ mark }: OutboundWebhookInputs, activation: Activation, run: Run): boolean {
  const { predecessors, unwatched } = run.of(Succession);
  const predecessor = predecessors.get(mark);
  if (predecessor === undefined) return false;
  unwatched.set(predecessor, activation);
  return true;
}

/**
 * Before the predecessor goes. One without a successor yet goes first (`deleteBeforeReplace`), or for good. Whether there was
 * something to watch.
 */
export async function confirmSuccessor({ mark }: OutboundWebhookOutputs, run: Run): Promise<boolean> {
  const { predecessors, unwatched } = run.of(Succession);
  const activation = unwatched.get(mark);
  unwatched.delete(mark);
  for (const [successor, predecessor] of predecessors) if (predecessor === mark) predecessors.delete(successor);
  await activation?.confirm();
  return activation !== undefined;
}
