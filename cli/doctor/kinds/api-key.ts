import type { AuthTokenData } from "../../../providers/kustomer/answers";
import type { ApiKeyOutputs } from "../../../providers/kustomer/api-key/fields";
import { hasExpired } from "../../../providers/kustomer/api-key/key-verification";
import { missingRoles } from "../../../providers/kustomer/roles";
import { KustomerError, isWrongRegion } from "../../../providers/kustomer/failure";
import { counted, daysUntil, list } from "../../words";
import { checksOf, fail, ok, warn } from "../check";
import { once } from "../once";
import type { StateResource } from "../state";
import type { Subject } from "../subject";
import type { Organisation } from "./organisation";

/** The key with which Airkit calls Kustomer. */
export class ApiKeySubject implements Subject {
  readonly kind = "API key";
  readonly name: string;
  readonly known: ApiKeyOutputs;

  constructor(
    resource: StateResource,
    readonly organisation: Organisation,
  ) {
    this.name = resource.name;
    this.known = resource.outputs as unknown as ApiKeyOutputs;
  }

  /** As Kustomer knows it: any key may ask for itself. */
  readonly now = once(async (): Promise<AuthTokenData> =>
    (await this.organisation.client()).currentAuthToken(this.known.token),
  );
}

export const apiKeyChecks = checksOf("API key", (subject) => subject instanceof ApiKeySubject, [
  {
    name: "key-valid",
    asks: "Kustomer accepts the relay's key.",
    remedy:
      "`pulumi up --refresh` issues another one where keys are issued; otherwise make a new key, set its token, and then the same: [api-key.md](api-key.md).",
    needs: ["kustomer-reachable"],
    async look(key) {
      try {
        const now = await key.now();
        if (hasExpired(now)) return fail(`it expired at ${now.expiresAt ?? ""}`, replaceLost(key));
        return ok(`accepted${now.lastTokenChars === undefined ? "" : `, ends in …${now.lastTokenChars.slice(-4)}`}`);
      } catch (error) {
        if (!(error instanceof KustomerError) || error.status !== 401 || isWrongRegion(error.said)) throw error;
        const why = /expired/i.test(error.said ?? "")
          ? "it has expired"
          : "Kustomer refuses it with 401: it was revoked";
        return fail(why, replaceLost(key));
      }
    },
  },
  {
    name: "key-expiry",
    asks: "The relay's key does not expire within `warnBeforeDays`.",
    remedy: "Raise `rotation` of a key that is issued; otherwise make a new key and set its token, then `pulumi up`.",
    needs: ["kustomer-reachable", "key-valid"],
    async look(key) {
      const expiresAt = (await key.now()).expiresAt ?? key.known.expiresAt;
      if (expiresAt === "") return ok("it does not expire");
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
      if (excess.length === 0) return ok(`has all ${counted(required.length, "required role")}`);
      return warn(`it may do more than it needs: ${list(excess)}`, `${newKey(key)}; or declare these in \`roles\``);
    },
  },
]);

/** While the old key still works. */
function newKey({ known }: ApiKeySubject): string {
  return known.issued
    ? "raise `rotation` of the key, then run `pulumi up`"
    : `${makeOne(known.roles)}, then run \`pulumi up\``;
}

/** The state still thinks that the key is good, so only a refresh makes `up` replace it. */
function replaceLost({ known }: ApiKeySubject): string {
  return known.issued
    ? "run `pulumi up --refresh`, which issues another one and hands it on"
    : `${makeOne(known.roles)}, then run \`pulumi up --refresh\``;
}

function makeOne(roles: readonly string[]): string {
  return `make a new one in Kustomer (Settings > Security > API Keys) with the roles ${list(roles)}, and set its token`;
}
