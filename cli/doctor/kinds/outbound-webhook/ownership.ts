import type { OutboundWebhookData } from "../../../../providers/kustomer/answers";
import type { OutboundWebhookOutputs } from "../../../../providers/kustomer/outbound-webhook/fields";
import {
  foreignDoublesOf,
  ownDoublesOf,
  removeDouble,
  whoHas,
} from "../../../../providers/kustomer/outbound-webhook/doubles";
import { isOwnerHeader } from "../../../../providers/kustomer/outbound-webhook/owner-header";
import { keptOf, ownerHeader, ownerOf } from "../../../../providers/kustomer/outbound-webhook/ownership";
import { sameUrl } from "../../../../providers/kustomer/outbound-webhook/url";
import { RelayError } from "../../../../providers/lifecycle/errors";
import { claimedAt, isTakenOver } from "../../../../providers/lifecycle/ownership";
import { named } from "../../../words";
import { type Fix, checksOf, fail, ok, warn } from "../../check";
import type { Organisation } from "../organisation";
import { Webhook } from "./subject";
import { EXISTS } from "./needs";

/** Whose it is, and whether another one claims to be it. */
export const ownershipChecks = checksOf("webhook", (subject) => subject instanceof Webhook, [
  {
    name: "webhook-mark",
    asks: "The webhook carries the owner mark of its resource, by which a killed run finds it again.",
    remedy:
      "`--fix` puts it back. A webhook with another resource's mark has been taken over by that one: remove one of the two. An imported one gets its mark with its first change.",
    needs: EXISTS,
    async look(webhook) {
      const { headers } = await webhook.existing();
      const { mark, generation } = webhook.known;
      const owner = ownerOf(headers);
      if (owner !== undefined && generation === "")
        return warn("is imported, and carries the claim of whoever declared it before", "`pulumi up` claims it");
      if (owner !== undefined && owner.mark !== mark)
        return fail(
          "carries the owner mark of another resource, which has taken it over",
          "remove one of the two resources",
        );
      if (owner !== undefined && isTakenOver(owner, keptOf(webhook.known)))
        return warn(
          `taken over ${whoHas(owner, webhook.known)}`,
          "declare it once: take it out of one of the two with `pulumi state delete`",
        );
      if (owner !== undefined) return ok("carries its resource's owner mark");
      if (mark === "" || generation === "")
        return ok("imported without an owner mark; the next update of the resource writes it");
      return warn(
        "has lost its owner mark: after a killed run it would not be found again",
        "run the doctor with --fix",
        putMarkBack(webhook),
      );
    },
  },
  {
    name: "leftovers",
    asks: "No other webhook carries the same owner mark: every event is sent once.",
    remedy:
      "`--fix` removes what this stack's own runs left, and what a killed run made more than 10 minutes ago, after this stack's webhook had the same URL, and nobody has changed since. Another one may be a stack's of the same name, in another folder or backend: it is only named.",
    needs: EXISTS,
    async look({ organisation, known }) {
      const all = (await organisation.webhooks()).filter(({ id }) => !organisation.known.ids.has(id));
      const own = ownDoublesOf(known, all);
      const [left, unclear] = split(foreignDoublesOf(known, all), (double) => isForgotten(double, known));
      if (own.length + left.length + unclear.length === 0) return ok("no other webhook has its owner mark");
      const removable = [...own, ...left];
      const words = [
        ...(removable.length > 0
          ? [`left behind by a run that was killed, and may send every event again: ${named(removable)}`]
          : []),
        ...(unclear.length > 0 ? [`perhaps of another stack of the same project and name: ${named(unclear)}`] : []),
      ];
      return removable.length === 0
        ? warn(
            words.join("; "),
            "look in the other folder or backend; only if no stack has it, delete it in Kustomer (Settings > Platform > Outbound Webhooks)",
          )
        : warn(
            words.join("; "),
            left.length > 0
              ? "if no stack in another folder or backend has it, run the doctor with --fix, which removes it"
              : "run the doctor with --fix, or `pulumi up`, which removes it",
            removeAll(organisation, removable),
          );
    },
  },
]);

/** A run that is still under way may be about to record what it has made. */
const UNDER_WAY_MS = 10 * 60_000;

/** When it was made and when it was changed last may differ by so much where nobody has changed it. */
const AS_MADE_MS = 1_000;

/**
 * What was made with the URL that ours had already can only be a killed run's: any other would have taken ours over. One that was
 * there before, or that came to the URL by an update, may be another stack's: such a one was changed, or claimed, since it was made.
 */
function isForgotten(double: OutboundWebhookData, known: OutboundWebhookOutputs): boolean {
  const owner = ownerOf(double.headers);
  const claimed = claimedAt(owner?.generation ?? "")?.getTime() ?? Infinity;
  const oursSince = claimedAt(known.generation)?.getTime() ?? Infinity;
  const created = Date.parse(double.createdAt ?? "");
  const changed = double.updatedAt === undefined ? created : Date.parse(double.updatedAt);
  return (
    owner?.rotation === known.rotation &&
    sameUrl(double.url, known.url) &&
    created > oursSince &&
    created >= claimed &&
    changed - created < AS_MADE_MS &&
    Date.now() - claimed > UNDER_WAY_MS
  );
}

function removeAll(organisation: Organisation, doubles: readonly OutboundWebhookData[]): Fix {
  return {
    done: `removed ${named(doubles)}`,
    apply: async () => {
      const client = await organisation.client();
      for (const double of doubles)
        if ((await removeDouble(client, double)) === "claimed")
          throw new RelayError(`"${double.name}" (${double.id}) was claimed by a run meanwhile, and is left alone`);
    },
  };
}

function split<T>(items: readonly T[], isFirst: (item: T) => boolean): [T[], T[]] {
  return [items.filter(isFirst), items.filter((item) => !isFirst(item))];
}

function putMarkBack(webhook: Webhook): Fix {
  const { mark, rotation, generation } = webhook.known;
  return {
    done: "marked again",
    apply: async () => {
      const others = (await webhook.existing()).headers.filter(({ name }) => !isOwnerHeader(name));
      await webhook.change({ headers: [...others, ownerHeader({ mark, rotation, generation })] });
    },
  };
}
