import { outputsFrom } from "../../../../providers/kustomer/outbound-webhook/outputs";
import { sameUrl } from "../../../../providers/kustomer/outbound-webhook/url";
import { sameValue } from "../../../../providers/lifecycle/compare";
import { counted, list } from "../../../words";
import { checksOf, fail, ok } from "../../check";
import { Webhook } from "./subject";
import { EXISTS } from "./needs";

const HEAL = "run `pulumi refresh`, then `pulumi up` to put it back";

/** Whether it is as declared. */
export const declaredChecks = checksOf("webhook", (subject) => subject instanceof Webhook, [
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
]);

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : "something that is not a URL";
}
