import { RelayError } from "../../lifecycle/errors";
import { Fates, HeldClaims, choose, earlierThan, newGeneration } from "../../lifecycle/ownership";
import type { Run } from "../../lifecycle/run";
import type { OutboundWebhookData } from "../answers";
import type { KustomerClient } from "../client";
import { requireMayList } from "../empty-list";
import { requireNoStraying } from "../place";
import { TO_LIST_WEBHOOKS } from "../roles";
import { KIND, type SeenWebhook, ownerOf, seenIn } from "./ownership";
import { type Registration, register, takeOver } from "./registration";
import { sameUrl } from "./url";

/** A webhook that this run made or took over. */
export interface Made {
  readonly webhook: OutboundWebhookData;
  readonly generation: string;
  /** Made anew, so nobody uses its secret yet. */
  readonly isNew: boolean;
}

/** Another run made the same webhook, and ours is gone again: nothing is left that the state would have to remember. */
export class SupersededError extends RelayError {
  override readonly name = "SupersededError";
}

/**
 * One webhook for a resource that has none: what an earlier run made and no state of this run holds is taken over, and
 * otherwise a new one is made. Nothing else is deleted or changed. A successor comes beside a webhook that goes later.
 */
export async function makeOrTakeOver(
  client: KustomerClient,
  wanted: Registration,
  { run, isSuccessor }: { readonly run: Run; readonly isSuccessor: boolean },
): Promise<Made> {
  const doing = `create outbound webhook "${wanted.name}"`;
  const listed = await client.listOutboundWebhooks();
  // Blind to what is there, every attempt would make another one.
  if (listed.length === 0) await requireMayList(client, doing, TO_LIST_WEBHOOKS);
  const there = listed.filter(({ id }) => !run.of(Fates).isRemoved(id));
  requireNoStraying(doing, run);
  // Not before: what is declared after this one may have been checked meanwhile.
  const isHeld = run.of(HeldClaims).has(KIND, wanted);
  const found = choose(wanted, seenIn(there, wanted.url), isHeld);
  warnOfThoseLeft(wanted, found.left, isHeld, run);
  const taken = found.takeOver && (await takeOverFound(client, wanted, found.takeOver, run));
  if (taken !== undefined) return taken;

  if (!isSuccessor) warnOfSameUrl(wanted, there, run);
  const generation = newGeneration();
  const webhook = await register(client, wanted, generation, listed, run);
  const now = await client.listOutboundWebhooks();
  const twins = await removeTwins(client, webhook, generation, now, run);
  // What is being replaced has the same claim, and stays until nothing depends on it.
  if (isHeld) return { webhook, generation, isNew: true };
  const others = now.filter((one) => one.id !== found.takeOver?.id && !twins.includes(one));
  const all = seenIn([webhook, ...others], wanted.url);
  const [own] = all;
  const earlier = own && earlierThan(own, all);
  // A list that is behind may show one that is gone.
  if (earlier === undefined || (await client.getOutboundWebhook(earlier.id)) === undefined)
    return { webhook, generation, isNew: true };
  await client.deleteOutboundWebhook(webhook.id);
  // A run that was killed comes to its end after the next one: that one has the webhook.
  if ((earlier.owner?.generation ?? "") > generation) throw superseded(wanted, earlier.id);
  const theirs = await takeOverFound(client, wanted, earlier, run);
  if (theirs === undefined) throw superseded(wanted, earlier.id);
  return theirs;
}

/** What one request made beside its webhook, because something on the way sent it twice. */
async function removeTwins(
  client: KustomerClient,
  { id, name }: OutboundWebhookData,
  generation: string,
  all: readonly OutboundWebhookData[],
  run: Run,
): Promise<OutboundWebhookData[]> {
  const made = all.filter(({ headers }) => ownerOf(headers)?.generation === generation);
  // Only beside one that is certainly there: where the answer had another id than the list, there is just one.
  const twins = made.some((one) => one.id === id) ? made.filter((one) => one.id !== id) : [];
  for (const twin of twins) {
    await client.deleteOutboundWebhook(twin.id);
    run.warn(
      `outbound webhook "${name}" (${id}) was made twice by one request, which something on the way to ${client.baseUrl} repeats, a proxy for example: the second one (${twin.id}) was removed`,
    );
  }
  return twins;
}

/** What nobody declares, and sends the same events to the same place. */
function warnOfSameUrl({ name, url }: Registration, there: readonly OutboundWebhookData[], run: Run): void {
  const same = there.find((one) => one.enabled && ownerOf(one.headers) === undefined && sameUrl(one.url, url));
  if (same !== undefined)
    run.warn(
      `outbound webhook "${name}": "${same.name}" (${same.id}), which no resource declares, sends to the same URL, so events arrive twice: ` +
        `delete it in Kustomer (Settings > Platform > Outbound Webhooks), or take it over in place of a new one, with \`adopt: "${same.id}"\``,
    );
}

/** Throws where a later run has made or taken over the webhook that was just made; gives back all that are there. */
export async function requireStillWanted(
  client: KustomerClient,
  wanted: Registration,
  { webhook, generation }: Made,
): Promise<readonly OutboundWebhookData[]> {
  const all = await client.listOutboundWebhooks();
  const own = choose(wanted, seenIn(all, wanted.url), true).left;
  const later = own.find(({ owner }) => (owner?.generation ?? "") > generation);
  if (later === undefined) return all;
  if (later.id !== webhook.id) await client.deleteOutboundWebhook(webhook.id);
  throw superseded(wanted, later.id);
}

/** `undefined`: the list that showed it was behind, and it is gone. */
async function takeOverFound(
  client: KustomerClient,
  wanted: Registration,
  found: SeenWebhook,
  run: Run,
): Promise<Made | undefined> {
  run.of(Fates).decide(found.id, "taken over");
  const taken = await takeOver(client, wanted, found.webhook, run);
  if (taken === undefined) return undefined;
  const { webhook, generation } = taken;
  run.warn(
    `outbound webhook "${wanted.name}" (${webhook.id}) is taken over, with its signing secret: it carries the owner mark of this resource and sends to the same URL, but the state did not have it. ` +
      "A run that was interrupted leaves one, and so do `retainOnDelete` and `--replace`; where another folder or backend has a stack of the same name, both declare this webhook now. " +
      // The engine keeps what a killed run was creating, warns of it for ever, and names no command that works in a pipeline.
      "If Pulumi warns of pending operations, `pulumi refresh --yes --clear-pending-creates` clears them",
  );
  return { webhook, generation, isNew: false };
}

/** They may be somebody else's, and one of them may be what is being replaced. */
function warnOfThoseLeft(wanted: Registration, left: readonly SeenWebhook[], isHeld: boolean, run: Run): void {
  if (left.length <= (isHeld ? 1 : 0)) return;
  const names = left.map(({ webhook }) => `"${webhook.name}" (${webhook.id})`).join(", ");
  run.warn(
    `outbound webhook "${wanted.name}": ${names} ${left.length === 1 ? "carries" : "carry"} its owner mark too, and ${left.length === 1 ? "is" : "are"} left alone` +
      `${isHeld ? "; one of them is being replaced and goes when nothing depends on it" : ", since they send to another URL or there is more than one"}. ` +
      "`kustomer-relay doctor` tells which of them no stack needs",
  );
}

function superseded({ name }: Registration, id: string): SupersededError {
  return new SupersededError({
    doing: `create outbound webhook "${name}"`,
    what: `another run has created it in the meantime (${id})`,
    next: "run `pulumi up` again",
  });
}
