import { checksOf, fail, ok, warn } from "../../check";
import { judgeDeliveries } from "../../deliveries";
import { Webhook } from "./subject";
import { EXISTS } from "./needs";

/** Whether it sends: it is there, switched on, and its events arrive. */
export const sendingChecks = checksOf("webhook", (subject) => subject instanceof Webhook, [
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
    name: "deliveries",
    asks: "Kustomer's latest deliveries arrived, or the endpoint takes events again.",
    remedy:
      "The checks of the endpoint say what is wrong with it; Kustomer tries again for 64 minutes, then gives the event up and switches the webhook off.",
    needs: EXISTS,
    async look({ attempts, endpoint }) {
      return judgeDeliveries(await attempts(), async () => endpoint?.health());
    },
  },
]);
