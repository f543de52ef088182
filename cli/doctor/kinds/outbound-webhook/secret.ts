import { isSigningSecret } from "../../../../providers/kustomer/outbound-webhook/signing-secret";
import { list } from "../../../words";
import { checksOf, fail, ok } from "../../check";
import { Webhook } from "./subject";
import { EXISTS } from "./needs";

/** Whether everybody has the same signing secret. */
export const secretChecks = checksOf("webhook", (subject) => subject instanceof Webhook, [
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
    asks: "Everything that verifies events has the webhook's own secret: Routing Flow, secret file, receiver.",
    remedy: "`pulumi up` without `--target`; [rotation.md](rotation.md) says what `--target` leaves out.",
    look({ staleConsumers }) {
      if (staleConsumers.length === 0) return ok("all that depends on its secret was given it");
      return fail(
        `${list(staleConsumers)} ${staleConsumers.length === 1 ? "has" : "have"} an earlier secret than the webhook`,
        "run `pulumi up` for the whole stack, without --target",
      );
    },
  },
]);
