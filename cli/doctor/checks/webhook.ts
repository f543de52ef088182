import { sameValue } from "../../../providers/lifecycle/compare";
import { isOwnerHeader, ownerHeader, ownerOf } from "../../../providers/kustomer/outbound-webhook/ownership";
import { sameUrl } from "../../../providers/kustomer/outbound-webhook/registration";
import { isSigningSecret } from "../../../providers/kustomer/outbound-webhook/signing-secret";
import { outputsFrom } from "../../../providers/kustomer/outbound-webhook/outputs";
import { checksOf, fail, ok, warn } from "../check";
import { counted, list } from "../words";

const HEAL = "run `pulumi refresh`, then `pulumi up` puts it back";
const EXISTS = ["management-key-roles", "webhook-exists"];

export const webhookChecks = checksOf("webhook", [
  {
    name: "webhook-exists",
    asks: "The webhook is still there.",
    remedy: "`pulumi refresh`, then `pulumi up` makes a new one, with a new signing secret.",
    needs: ["kustomer-reachable", "management-key", "management-key-roles"],
    async look(webhook) {
      if ((await webhook.now()) !== undefined) return ok(webhook.id);
      return fail(
        `${webhook.id} no longer exists in Kustomer`,
        "run `pulumi refresh`, then `pulumi up` makes a new one",
      );
    },
  },
  {
    name: "webhook-enabled",
    asks: "The webhook is switched on.",
    remedy:
      "Mend the endpoint first if deliveries failed; then `--fix`, or `pulumi refresh` and `pulumi up`. `--fix` switches on only what the state says is on.",
    needs: EXISTS,
    async look(webhook) {
      const { enabled } = await webhook.existing();
      if (enabled) return ok("switched on");
      if (!webhook.known.enabled)
        return warn(
          "switched off, and the state says so too: no event is sent",
          "if that is not on purpose, run `pulumi up`",
        );
      return fail("switched off: no event is sent", "run the doctor with --fix, or `pulumi refresh` and `pulumi up`", {
        done: "switched on again",
        apply: () => webhook.change({ enabled: true }),
      });
    },
  },
  {
    name: "webhook-error",
    asks: "Kustomer does not flag the webhook as failing.",
    remedy: "See `deliveries` and the checks of the endpoint; the flag goes, or `pulumi up` takes it away.",
    needs: EXISTS,
    async look(webhook) {
      const { isError } = await webhook.existing();
      if (!isError) return ok("no error flag");
      if (webhook.known.errorStays === true)
        return warn(
          "Kustomer's error flag stays, although the webhook was switched on again",
          "watch `deliveries`: the flag alone does no harm",
        );
      return fail(
        "Kustomer flags it: deliveries kept failing",
        "mend the endpoint, then `pulumi refresh` and `pulumi up`",
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
      const missing = known.events.filter((event) => !events.includes(event));
      const more = events.filter((event) => !(known.events as readonly string[]).includes(event));
      if (missing.length === 0 && more.length === 0) return ok(list(known.events));
      const words = [
        ...(missing.length > 0 ? [`does not send ${list(missing)}`] : []),
        ...(more.length > 0 ? [`sends ${list(more)}, too`] : []),
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
      return fail(now === then ? `sends to another path of ${now}` : `sends to ${now} in place of ${then}`, HEAL);
    },
  },
  {
    name: "webhook-headers",
    asks: "The webhook has the name and sends the headers that are declared.",
    remedy: "`pulumi refresh`, then `pulumi up`.",
    needs: EXISTS,
    async look({ existing, known }) {
      const now = outputsFrom(known, await existing(), "");
      if (now.name !== known.name) return fail(`it is called "${now.name}" in place of "${known.name}"`, HEAL);
      if (sameValue("case-insensitive map", now.headers, known.headers))
        return ok(counted(Object.keys(now.headers).length, "header of its own"));
      const names = new Set([...Object.keys(now.headers), ...Object.keys(known.headers)]);
      return fail(
        `differs in the headers ${list([...names].filter((name) => now.headers[name] !== known.headers[name]))}`,
        HEAL,
      );
    },
  },
  {
    name: "webhook-mark",
    asks: "The webhook carries the mark of its resource, by which a killed run finds it again.",
    remedy:
      "`--fix` puts it back. A webhook with another resource's mark has been adopted by that one: remove one of the two.",
    needs: EXISTS,
    async look(webhook) {
      const { headers } = await webhook.existing();
      const { mark, rotation, generation } = webhook.known;
      const owner = ownerOf(headers);
      if (owner?.mark === mark) return ok("carries its resource's mark");
      if (owner !== undefined)
        return fail("carries the mark of another resource, which has adopted it", "remove one of the two resources");
      if (generation === "") return ok("taken over without a mark");
      return warn(
        "somebody removed the mark: after a killed run it would not be found again",
        "run the doctor with --fix",
        {
          done: "marked again",
          apply: async () => {
            const others = (await webhook.existing()).headers.filter(({ name }) => !isOwnerHeader(name));
            await webhook.change({ headers: [...others, ownerHeader({ mark, rotation, generation })] });
          },
        },
      );
    },
  },
  {
    name: "webhook-secret",
    asks: "Kustomer signs with the secret that the state has.",
    remedy: "`pulumi refresh`, then `pulumi up` hands the new one to whatever verifies with it.",
    needs: EXISTS,
    async look({ existing, known }) {
      const { signingSecret } = await existing();
      if (!isSigningSecret(signingSecret)) return ok("Kustomer does not show it");
      return signingSecret === known.signingSecret
        ? ok("the same in Kustomer and in the state")
        : fail(
            "Kustomer signs with another secret than the state has",
            "run `pulumi refresh`, then `pulumi up` hands the new one on",
          );
    },
  },
  {
    name: "leftovers",
    asks: "No other webhook carries the same mark: every event is sent once.",
    remedy: "Delete the older ones in Kustomer; the next change of the resource does it by itself.",
    needs: EXISTS,
    async look({ organisation, known }) {
      const twins = (await organisation.webhooks()).filter(
        ({ id, headers }) => ownerOf(headers)?.mark === known.mark && !organisation.known.ids.has(id),
      );
      if (twins.length === 0) return ok("no other webhook has its mark");
      return warn(
        `${list(twins.map(({ name, id }) => `"${name}" (${id})`))} ${twins.length === 1 ? "was" : "were"} left behind by an earlier run, and may send every event again`,
        "delete it in Kustomer (Settings > Platform > Outbound Webhooks)",
      );
    },
  },
]);

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : "something that is no URL";
}
