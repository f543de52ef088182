import { outcomeOf, timeOf } from "../../../providers/kustomer/outbound-webhook/transactions";
import { checksOf, fail, ok, warn } from "../check";
import { counted, DAY_MS, lasting, list } from "../words";

export const deliveryChecks = checksOf("webhook", [
  {
    name: "deliveries",
    asks: "Kustomer's latest deliveries arrived.",
    remedy:
      "The checks of the endpoint say what is wrong with it; Kustomer tries again for 64 minutes, then switches the webhook off.",
    needs: ["management-key-roles", "webhook-exists"],
    async look({ organisation, id }) {
      const attempts = await (await organisation.client()).listTransactions(id);
      const recent = attempts
        .filter((attempt) => timeOf(attempt) === 0 || Date.now() - timeOf(attempt) < DAY_MS)
        .sort((one, other) => timeOf(other) - timeOf(one));
      const [latest] = recent;
      if (latest === undefined) return ok("none was attempted in 24 hours");
      const failed = recent.filter((attempt) => outcomeOf(attempt) === "failed");
      const summary = `${failed.length} of ${recent.length} attempts in 24 hours failed`;
      const words = list(new Set(failed.map(({ status = "" }) => status)));
      if (outcomeOf(latest) === "failed")
        return fail(
          `${summary}, the latest ${ago(timeOf(latest))}: ${words}`,
          "see the checks of the endpoint, and mend it: Kustomer gives up after 64 minutes",
        );
      if (failed.length > 0)
        return warn(
          `${summary} (${words}), the latest arrived`,
          "see what was wrong at the endpoint; Kustomer tries again by itself",
        );
      const unknown = recent.filter((attempt) => outcomeOf(attempt) === "unknown");
      if (unknown.length > 0)
        return warn(
          `Kustomer says of ${unknown.length} of ${recent.length} attempts: ${list(new Set(unknown.map(({ status = "nothing" }) => status)))}`,
          "see whether these arrived",
        );
      return ok(`${counted(recent.length, "attempt")} in 24 hours, all delivered`);
    },
  },
]);

function ago(at: number): string {
  return at === 0 ? "at an unknown time" : `${lasting(Date.now() - at)} ago`;
}
