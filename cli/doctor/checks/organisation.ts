import { MOST_WEBHOOKS } from "../../../providers/kustomer/connection";
import { KustomerError } from "../../../providers/kustomer/failure";
import { hasExpired } from "../../../providers/kustomer/api-key/key-verification";
import { ownerOf } from "../../../providers/kustomer/outbound-webhook/ownership";
import { missingRoles } from "../../../providers/kustomer/api-key/roles";
import { checksOf, fail, ok, warn } from "../check";
import { counted, daysUntil, list } from "../words";

/** What the provider does with the management key; each role has three names (API-OWL, API-OWD, the others inferred). */
const MUST_DO = ["read", "create", "update", "delete"];
const LEGACY_ROLES = ["org.outbound_webhooks", "org.admin.outbound_webhooks"];
const WARN_BEFORE_DAYS = 30;
const NEW_KEY =
  "make a new one in Kustomer (Settings > Security > API Keys) with the role org.permission.outbound_webhook, then `pulumi config set --secret kustomer:apiKey` and `pulumi up`";

export const organisationChecks = checksOf("organisation", [
  {
    name: "kustomer-reachable",
    asks: "Kustomer's API answers at the address that the settings name.",
    remedy: "Check `kustomer:org` or `kustomer:baseUrl`, and the network between here and there.",
    async look({ managementKey, name }) {
      try {
        await managementKey();
      } catch (error) {
        if (!(error instanceof KustomerError)) throw error;
        // Refusing a key is an answer, too; what the key is worth is asked next.
        if (error.status >= 500)
          return fail(`${name} answers ${error.status}`, "wait, then run it again; ask Kustomer's support if it stays");
      }
      return ok(`${name} answers`);
    },
  },
  {
    name: "management-key",
    asks: "The key that manages the organisation is accepted, and does not expire soon.",
    remedy:
      "Make a new key in Kustomer, set it as `kustomer:apiKey`, and run `pulumi up` before the old one is revoked.",
    needs: ["kustomer-reachable"],
    async look({ managementKey }) {
      const key = await managementKey();
      if (hasExpired(key)) return fail(`the management key "${key.name}" expired at ${key.expiresAt ?? ""}`, NEW_KEY);
      if (key.expiresAt === undefined)
        return ok(`the management key "${key.name}" is accepted; Kustomer names no end of it`);
      const days = daysUntil(Date.parse(key.expiresAt));
      const message = `the management key "${key.name}" expires in ${counted(days, "day")}`;
      return days <= WARN_BEFORE_DAYS ? warn(message, NEW_KEY) : ok(message);
    },
  },
  {
    name: "management-key-roles",
    asks: "The management key may list, create, change and delete outbound webhooks.",
    remedy: "Roles cannot be added to a key: make a new one with `org.permission.outbound_webhook`.",
    needs: ["kustomer-reachable", "management-key"],
    async look({ managementKey, webhooks }) {
      const { roles } = await managementKey();
      // Whatever its roles are called: it may list them, or this fails with the role it lacks.
      await webhooks();
      const lacking = MUST_DO.map((verb) => `org.permission.outbound_webhook.${verb}`).filter(
        (role) => missingRoles([role], roles).length > 0,
      );
      const hasLegacy = LEGACY_ROLES.some((role) => missingRoles([role], roles).length === 0);
      if (roles.length === 0) return ok("it may list outbound webhooks; Kustomer does not show its roles");
      return lacking.length === 0 || hasLegacy
        ? ok("it may list, create, change and delete outbound webhooks")
        : fail(`the management key lacks ${list(lacking)}`, NEW_KEY);
    },
  },
  {
    name: "webhook-slots",
    asks: `The organisation has room for one more of its ${MOST_WEBHOOKS} user-made webhooks, which a rotation needs.`,
    remedy: "Delete a webhook that nobody needs (Settings > Platform > Outbound Webhooks).",
    needs: ["management-key-roles"],
    async look({ webhooks, known }) {
      const all = await webhooks();
      const free = MOST_WEBHOOKS - all.length;
      if (free > 0) return ok(`${free} of ${MOST_WEBHOOKS} places for outbound webhooks are free`);
      const others = all.filter(({ id }) => !known.ids.has(id)).map(({ name, id }) => `"${name}" (${id})`);
      return warn(
        `${counted(all.length, "outbound webhook")}, and Kustomer allows ${MOST_WEBHOOKS} made by users: a rotation has no room`,
        others.length === 0
          ? "spread them over more organisations"
          : `delete one that nobody needs; not of this stack: ${list(others)}`,
      );
    },
  },
  {
    name: "orphans",
    asks: "Every webhook that carries the mark of this package is in the stack's state.",
    remedy: "Delete those that no other stack manages; where several stacks share an organisation, `--skip orphans`.",
    needs: ["management-key-roles"],
    async look({ webhooks, known }) {
      const marked = (await webhooks()).filter(({ headers }) => ownerOf(headers) !== undefined);
      const strangers = marked.filter(
        ({ id, headers }) => !known.ids.has(id) && !known.marks.has(ownerOf(headers)?.mark ?? ""),
      );
      if (strangers.length === 0) return ok(`${counted(marked.length, "marked webhook")}, none without a resource`);
      return warn(
        `${list(strangers.map(({ name, id }) => `"${name}" (${id})`))} ${strangers.length === 1 ? "carries" : "carry"} the mark of this package but ${strangers.length === 1 ? "is" : "are"} in no resource of this stack`,
        "if no other stack manages it, delete it in Kustomer (Settings > Platform > Outbound Webhooks); if one does, --skip orphans",
      );
    },
  },
]);
