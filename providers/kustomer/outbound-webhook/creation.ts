import { RelayError } from "../../lifecycle/errors";
import { Fates, HeldClaims, choose, earlierThan, newGeneration } from "../../lifecycle/ownership";
import type { Run } from "../../lifecycle/run";
import type { OutboundWebhookData } from "../answers";
import type { KustomerClient } from "../client";
import { requireNoStraying } from "../place";
import { KIND, type SeenWebhook, seenIn } from "./ownership";
import { type Registration, register, takeOver } from "./registration";

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
 * otherwise a new one is made. Nothing else is deleted or changed.
 */
export async function makeOrTakeOver(client: KustomerClient, wanted: Registration, run: Run): Promise<Made> {
  const there = (await client.listOutboundWebhooks()).filter(({ id }) => !run.of(Fates).isRemoved(id));
  requireNoStraying(`create outbound webhook "${wanted.name}"`, run);
  // Not before: what is declared after this one may have been checked meanwhile.
  const isHeld = run.of(HeldClaims).has(KIND, wanted);
  const found = choose(wanted, seenIn(there, wanted.url), isHeld);
  warnOfThoseLeft(wanted, found.left, isHeld, run);
  if (found.takeOver !== undefined) return taken(client, wanted, found.takeOver, run);

  const generation = newGeneration();
  const webhook = await register(client, wanted, generation, run);
  // What is being replaced has the same claim, and stays until nothing depends on it.
  if (isHeld) return { webhook, generation, isNew: true };
  const all = seenIn([webhook, ...(await client.listOutboundWebhooks())], wanted.url);
  const [own] = all;
  const earlier = own && earlierThan(own, all);
  if (earlier === undefined) return { webhook, generation, isNew: true };
  await client.deleteOutboundWebhook(webhook.id);
  // A run that was killed comes to its end after the next one: that one has the webhook.
  if ((earlier.owner?.generation ?? "") > generation) throw superseded(wanted, earlier.id);
  return taken(client, wanted, earlier, run);
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

async function taken(client: KustomerClient, wanted: Registration, found: SeenWebhook, run: Run): Promise<Made> {
  run.of(Fates).decide(found.id, "taken over");
  const { webhook, generation } = await takeOver(client, wanted, found.webhook, run);
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
  return new SupersededError(
    `create outbound webhook "${name}": another run has created it in the meantime (${id}); run \`pulumi up\` again`,
  );
}
