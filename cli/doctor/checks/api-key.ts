import { hasExpired } from "../../../providers/kustomer/api-key/key-verification";
import { missingRoles } from "../../../providers/kustomer/api-key/roles";
import { checksOf, fail, ok, warn } from "../check";
import type { ApiKeySubject } from "../subjects/api-key";
import { counted, daysUntil, list } from "../words";

export const apiKeyChecks = checksOf("API key", [
  {
    name: "key-valid",
    asks: "Kustomer accepts the relay's key.",
    remedy: "Make a new key and set its token, or raise `rotation` of one that is issued: [api-key.md](api-key.md).",
    needs: ["kustomer-reachable"],
    async look(key) {
      const now = await key.now();
      if (hasExpired(now)) return fail(`it expired at ${now.expiresAt ?? ""}`, newKey(key));
      return ok(`accepted${now.lastTokenChars === undefined ? "" : `, ends in …${now.lastTokenChars.slice(-4)}`}`);
    },
  },
  {
    name: "key-expiry",
    asks: "The relay's key does not expire within `warnBeforeDays`.",
    remedy: "The same as for `key-valid`, before it is too late.",
    needs: ["kustomer-reachable", "key-valid"],
    async look(key) {
      const expiresAt = (await key.now()).expiresAt ?? key.known.expiresAt;
      if (expiresAt === "") return ok("Kustomer names no end of it");
      const days = daysUntil(Date.parse(expiresAt));
      const message = `expires in ${counted(days, "day")}, at ${expiresAt}`;
      return days <= key.known.warnBeforeDays ? warn(message, newKey(key)) : ok(message);
    },
  },
  {
    name: "key-roles",
    asks: "The relay's key has the roles that are declared, and no others.",
    remedy: "Roles of a key cannot be changed: make a new key. Declare in `roles` what it needs beyond the usual five.",
    needs: ["kustomer-reachable", "key-valid"],
    async look(key) {
      const { roles } = await key.now();
      const required = key.known.roles;
      const missing = missingRoles(required, roles);
      if (missing.length > 0) return fail(`it lacks ${list(missing)}`, newKey(key));
      const excess = roles.filter((role) => missingRoles([role], required).length > 0);
      if (excess.length === 0) return ok(`${counted(roles.length, "role")}, as many as it needs`);
      return warn(`it may do more than it needs: ${list(excess)}`, `${newKey(key)}; or declare these in \`roles\``);
    },
  },
]);

function newKey({ known }: ApiKeySubject): string {
  return known.issued
    ? "raise `rotation` of the key for a new one, then `pulumi up`"
    : `make a new one in Kustomer (Settings > Security > API Keys) with the roles ${list(known.roles)}, set its token, then \`pulumi up\``;
}
