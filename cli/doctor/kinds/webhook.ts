import type { OutboundWebhookData } from "../../../providers/kustomer/answers";
import type { OutboundWebhookBody } from "../../../providers/kustomer/client";
import type { OutboundWebhookOutputs } from "../../../providers/kustomer/outbound-webhook/fields";
import { outputsFrom } from "../../../providers/kustomer/outbound-webhook/outputs";
import {
  foreignDoublesOf,
  ownDoublesOf,
  removeDouble,
  whoHas,
} from "../../../providers/kustomer/outbound-webhook/doubles";
import { isOwnerHeader } from "../../../providers/kustomer/outbound-webhook/owner-header";
import { keptOf, ownerHeader, ownerOf } from "../../../providers/kustomer/outbound-webhook/ownership";
import { sameUrl } from "../../../providers/kustomer/outbound-webhook/url";
import { isSigningSecret } from "../../../providers/kustomer/outbound-webhook/signing-secret";
import { sameValue } from "../../../providers/lifecycle/compare";
import { RelayError } from "../../../providers/lifecycle/errors";
import { claimedAt, isTakenOver } from "../../../providers/lifecycle/ownership";
import { counted, list, named } from "../../words";
import { type Fix, checksOf, fail, ok, warn } from "../check";
import { staleConsumers } from "../consumers";
import { judgeDeliveries } from "../deliveries";
import { once } from "../once";
import type { StateResource } from "../state";
import type { Subject } from "../subject";
import { Endpoint } from "./endpoint";
import type { Organisation } from "./organisation";

/** An outbound webhook that the stack declares. */
export class Webhook implements Subject {
  readonly kind = "webhook";
  readonly name: string;
  /** As the state has it: what was declared, with what Kustomer made of it. */
  readonly known: OutboundWebhookOutputs;
  /** Where the state says that it sends; `undefined` where that is not a URL. */
  readonly endpoint: Endpoint | undefined;
  /** What was given another secret than it has. */
  readonly staleConsumers: readonly string[];

  constructor(
    resource: StateResource,
    readonly organisation: Organisation,
    all: readonly StateResource[],
  ) {
    this.name = resource.name;
    this.known = resource.outputs as unknown as OutboundWebhookOutputs;
    const { url, headers } = this.known;
    const sender = { secret: this.signingSecret, headers };
    this.endpoint = URL.canParse(url)
      ? new Endpoint(this.name, new URL(url), sender, organisation.isOnThisMachine)
      : undefined;
    this.staleConsumers = staleConsumers(all, resource.urn, this.signingSecret);
  }

  get id(): string {
    return this.known.webhookId;
  }

  get signingSecret(): string {
    return this.known.signingSecret;
  }

  /** As Kustomer has it; `undefined` when it is gone. That the list holds all of them is documented nowhere. */
  readonly now = once(async (): Promise<OutboundWebhookData | undefined> => {
    const listed = (await this.organisation.webhooks()).find(({ id }) => id === this.id);
    return listed ?? (await this.organisation.client()).getOutboundWebhook(this.id);
  });

  /** Kustomer's log of its latest attempts to deliver. */
  readonly attempts = once(async () => (await this.organisation.client()).listTransactions(this.id));

  /** For checks that need it to exist. */
  readonly existing = async (): Promise<OutboundWebhookData> => {
    const webhook = await this.now();
    if (webhook === undefined) throw new RelayError("it no longer exists");
    return webhook;
  };

  /** Changes this and leaves all the rest as it is: no document says whether PATCH merges. */
  async change(changed: Partial<OutboundWebhookBody>): Promise<void> {
    const client = await this.organisation.client();
    const { name, url, events, headers, enabled } =
      (await client.getOutboundWebhook(this.id)) ?? (await this.existing());
    await client.updateOutboundWebhook(this.id, { name, url, events, headers, enabled, ...changed });
  }
}

const HEAL = "run `pulumi refresh`, then `pulumi up` to put it back";
const EXISTS = ["management-key-roles", "webhook-exists"];

export const webhookChecks = checksOf("webhook", (subject) => subject instanceof Webhook, [
  {
    name: "webhook-exists",
    asks: "The webhook is still there.",
    remedy: "`pulumi refresh`, then `pulumi up` makes a new one, with a new signing secret.",
    needs: ["kustomer-reachable", "management-key", "management-key-roles"],
    async look(webhook) {
      if ((await webhook.now()) !== undefined) return ok(webhook.id);
      return fail(
        `${webhook.id} no longer exists in Kustomer`,
        "run `pulumi refresh`, then `pulumi up` to make a new one",
      );
    },
  },
  {
    name: "webhook-enabled",
    asks: "The webhook is switched on.",
    remedy:
      "Correct the endpoint first if deliveries failed; then `--fix`, or `pulumi refresh` and `pulumi up`. `--fix` probes the endpoint before it switches on, and switches on only what the state says is on.",
    needs: EXISTS,
    async look(webhook) {
      const { enabled } = await webhook.existing();
      if (enabled) return ok("switched on");
      if (!webhook.known.enabled)
        return warn(
          "switched off, and the state says so too: no event is sent",
          "if that is not on purpose, run `pulumi up`",
        );
      const health = await webhook.endpoint?.health();
      const trouble = health === undefined ? "the state has no valid URL of it" : health.trouble;
      return trouble === undefined
        ? fail(
            "switched off: no event is sent; its endpoint passes a probe",
            "run the doctor with --fix, or `pulumi refresh` and `pulumi up`",
            { done: "switched on again", apply: () => webhook.change({ enabled: true }) },
          )
        : fail(
            `switched off: no event is sent. Its endpoint does not pass a probe: ${trouble}`,
            "correct the endpoint first, or Kustomer will switch it off again; then run the doctor with --fix",
          );
    },
  },
  {
    name: "webhook-error",
    asks: "Kustomer does not flag the webhook as failing.",
    remedy: "See `deliveries` and the checks of the endpoint; the flag goes, or `pulumi up` takes it away.",
    needs: EXISTS,
    async look(webhook) {
      if (!(await webhook.existing()).isError) return ok("not flagged as failing");
      if (webhook.known.errorStays ?? false)
        return warn(
          "Kustomer's error flag stays although the webhook was switched on again",
          "watch `deliveries`: the flag alone does no harm",
        );
      return fail(
        "Kustomer flags it: deliveries kept failing",
        "correct the endpoint, then `pulumi refresh` and `pulumi up`",
      );
    },
  },
  {
    name: "webhook-events",
    asks: "The webhook sends the events that are declared.",
    remedy: "`pulumi refresh`, then `pulumi up`.",
    needs: EXISTS,
    async look({ existing, known }) {
      const { events } = await existing();
      const declared: readonly string[] = known.events;
      const missing = declared.filter((event) => !events.includes(event));
      const more = events.filter((event) => !declared.includes(event));
      if (missing.length === 0 && more.length === 0) return ok(list(declared));
      const words = [
        ...(missing.length > 0 ? [`does not send ${list(missing)}`] : []),
        ...(more.length > 0 ? [`also sends ${list(more)}`] : []),
      ];
      return fail(words.join("; "), HEAL);
    },
  },
  {
    name: "webhook-url",
    asks: "The webhook sends to the URL that is declared.",
    remedy: "`pulumi refresh`, then `pulumi up`.",
    needs: EXISTS,
    async look({ existing, known }) {
      const { url } = await existing();
      if (sameUrl(url, known.url)) return ok(hostOf(url));
      const [now, then] = [hostOf(url), hostOf(known.url)];
      return fail(now === then ? `sends to another path of ${now}` : `sends to ${now} instead of ${then}`, HEAL);
    },
  },
  {
    name: "webhook-headers",
    asks: "The webhook has the name and sends the headers that are declared.",
    remedy: "`pulumi refresh`, then `pulumi up`.",
    needs: EXISTS,
    async look({ existing, known }) {
      const now = outputsFrom(known, await existing(), "", known);
      if (now.name !== known.name) return fail(`it is called "${now.name}" instead of "${known.name}"`, HEAL);
      if (sameValue("case-insensitive map", now.headers, known.headers))
        return ok(counted(Object.keys(now.headers).length, "declared header"));
      const names = new Set([...Object.keys(now.headers), ...Object.keys(known.headers)]);
      return fail(
        `differs in the headers ${list([...names].filter((name) => now.headers[name] !== known.headers[name]))}`,
        HEAL,
      );
    },
  },
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
    name: "webhook-secret",
    asks: "Kustomer signs with the secret that the state has.",
    remedy: "`pulumi refresh`, then `pulumi up` hands the new one to whatever verifies with it.",
    needs: EXISTS,
    async look(webhook) {
      const { signingSecret } = await webhook.existing();
      if (!isSigningSecret(signingSecret)) return ok("Kustomer does not show it");
      return signingSecret === webhook.signingSecret
        ? ok("the same in Kustomer and in the state")
        : fail(
            "Kustomer signs with another secret than the state has",
            "run `pulumi refresh`, then `pulumi up` to hand the new one on",
          );
    },
  },
  {
    name: "secret-handed-on",
    asks: "Whatever verifies with the webhook's secret was given the one that the webhook has: Routing Flow, secret file, receiver.",
    remedy: "`pulumi up` without `--target`; [rotation.md](rotation.md) says what `--target` leaves out.",
    look({ staleConsumers }) {
      if (staleConsumers.length === 0) return ok("all that depends on its secret was given it");
      return fail(
        `${list(staleConsumers)} ${staleConsumers.length === 1 ? "has" : "have"} an earlier secret than the webhook`,
        "run `pulumi up` for the whole stack, without --target",
      );
    },
  },
  {
    name: "leftovers",
    asks: "No other webhook carries the same owner mark: every event is sent once.",
    remedy:
      "`--fix` removes what this stack's own runs left, and what has the same URL and was claimed more than 10 minutes ago. Another one may be a stack's of the same name, in another folder or backend: it is only named.",
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
        ? warn(words.join("; "), "look in the other folder or backend; delete it only if no stack has it")
        : warn(
            words.join("; "),
            left.length > 0
              ? "if no stack in another folder or backend has it, run the doctor with --fix, which removes it"
              : "run the doctor with --fix, or `pulumi up`, which removes it",
            removeAll(organisation, removable),
          );
    },
  },
  {
    name: "deliveries",
    asks: "Kustomer's latest deliveries arrived, or the endpoint takes events again.",
    remedy:
      "The checks of the endpoint say what is wrong with it; Kustomer tries again for 64 minutes, then gives the event up and switches the webhook off.",
    needs: ["management-key-roles", "webhook-exists"],
    async look({ attempts, endpoint }) {
      return judgeDeliveries(await attempts(), async () => endpoint?.health());
    },
  },
]);

/** A run that is still under way may be about to record what it has made. */
const UNDER_WAY_MS = 10 * 60_000;

/** Whoever holds a webhook of this URL would have taken over ours: nobody does, once no run can still be under way. */
function isForgotten({ url, headers }: OutboundWebhookData, known: OutboundWebhookOutputs): boolean {
  const owner = ownerOf(headers);
  const at = claimedAt(owner?.generation ?? "");
  return (
    owner?.rotation === known.rotation &&
    sameUrl(url, known.url) &&
    at !== undefined &&
    Date.now() - at.getTime() > UNDER_WAY_MS
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

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : "something that is not a URL";
}
