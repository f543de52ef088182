import { Fates, type Owner, claimedAt, foreignDoubles, isTakenOver, ownDoubles } from "../../lifecycle/ownership";
import type { Run } from "../../lifecycle/run";
import type { OutboundWebhookData } from "../answers";
import type { KustomerClient } from "../client";
import type { OutboundWebhookOutputs } from "./fields";
import { keptOf, ownerOf, seenIn } from "./ownership";
import { withoutQuery } from "./url";

/** What the state's own attempts made beside its webhook, late. */
export function ownDoublesOf(
  known: OutboundWebhookOutputs,
  all: readonly OutboundWebhookData[],
  url = known.url,
): OutboundWebhookData[] {
  return ownDoubles(keptOf(known), seenIn(all, known.url, url)).map(({ webhook }) => webhook);
}

/** What else carries the mark of a webhook that a state holds; nobody knows who holds it, so no run removes it. */
export function foreignDoublesOf(
  known: OutboundWebhookOutputs,
  all: readonly OutboundWebhookData[],
): OutboundWebhookData[] {
  return foreignDoubles(keptOf(known), seenIn(all, known.url)).map(({ webhook }) => webhook);
}

/** Removes what the state's own attempts made beside its webhook, late, unless somebody has claimed it since. */
export async function removeOwnDoubles(
  client: KustomerClient,
  known: OutboundWebhookOutputs,
  all: readonly OutboundWebhookData[],
  run: Run,
  url = known.url,
): Promise<void> {
  for (const double of ownDoublesOf(known, all, url))
    if (run.of(Fates).decide(double.id, "removed")) await removeDouble(client, double);
}

/** Deletes a double if it still is what was seen, and so nobody has claimed it since. */
export async function removeDouble(
  client: KustomerClient,
  double: OutboundWebhookData,
): Promise<"removed" | "claimed"> {
  const now = (await client.listOutboundWebhooks()).find(({ id }) => id === double.id);
  if (now === undefined) return "removed";
  if (ownerOf(now.headers)?.generation !== ownerOf(double.headers)?.generation) return "claimed";
  await client.deleteOutboundWebhook(double.id);
  return "removed";
}

/** Says, as it is read, who else has to do with a webhook of the state. */
export function warnOfOthers(
  known: OutboundWebhookOutputs,
  webhook: OutboundWebhookData,
  all: readonly OutboundWebhookData[],
  run: Run,
): void {
  const owner = ownerOf(webhook.headers);
  if (owner !== undefined && isTakenOver(owner, keptOf(known)))
    run.warn(
      `outbound webhook "${known.name}" (${webhook.id}) was taken over ${whoHas(owner, known)}: deleting this resource leaves it alone; changing it takes it back. ` +
        "Declare it once: take it out of one of them with `pulumi state delete`",
    );
  for (const double of foreignDoublesOf(known, all)) {
    const rotation = ownerOf(double.headers)?.rotation ?? known.rotation;
    const other = rotation === known.rotation ? "" : ` of rotation ${rotation}`;
    run.warn(
      `outbound webhook "${double.name}" (${double.id}) -> ${withoutQuery(double.url)} carries the same owner mark${other} as "${known.name}" (${webhook.id}), which the state holds, and may send every event again: ` +
        `${other === "" ? "a run that was killed left it" : "it is being replaced, or was when a state was lost or put back"}, or another stack of the same name holds it. \`kustomer-relay doctor\` tells which, and \`kustomer-relay doctor --fix\` removes what no stack needs`,
    );
  }
}

/** Who claimed a webhook, as far as its owner mark tells, which names nobody. */
export function whoHas(owner: Owner, { mark }: { readonly mark: string }): string {
  const at = claimedAt(owner.generation);
  return (
    (owner.mark === mark
      ? "by a stack of the same project and name, in another folder or backend"
      : `by another resource (owner mark ${owner.mark})`) + (at === undefined ? "" : ` on ${at.toISOString()}`)
  );
}
