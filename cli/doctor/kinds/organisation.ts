import { hasExpired } from "../../../providers/kustomer/api-key/key-verification";
import { missingRoles } from "../../../providers/kustomer/roles";
import type { OutboundWebhookData } from "../../../providers/kustomer/answers";
import { baseUrlOf, connectToKustomer, webhookLimitOf } from "../../../providers/kustomer/connection";
import { KustomerError } from "../../../providers/kustomer/failure";
import { ownerOf } from "../../../providers/kustomer/outbound-webhook/ownership";
import type { Settings } from "../../../providers/lifecycle/settings";
import { counted, daysUntil, list, named } from "../../words";
import { checksOf, fail, ok, warn } from "../check";
import { once } from "../once";
import type { Subject } from "../subject";

/** What the state knows of the webhooks of an organisation, whichever of its resources declares them. */
export interface KnownWebhooks {
  readonly ids: ReadonlySet<string>;
  readonly marks: ReadonlySet<string>;
}

/** A Kustomer organisation, as one provider of the stack reaches it. */
export class Organisation implements Subject {
  readonly kind = "organisation";
  readonly name: string;

  constructor(
    provider: string,
    readonly settings: Settings,
    readonly known: KnownWebhooks,
  ) {
    const url = baseUrlOf(settings);
    this.name = url !== undefined && URL.canParse(url) ? new URL(url).host : provider;
  }

  get respell(): Subject["respell"] {
    return this.settings.respell;
  }

  /** As a sandbox is: then what it sends to may be here, too. */
  get isOnThisMachine(): boolean {
    return baseUrlOf(this.settings)?.startsWith("http:") ?? false;
  }

  readonly client = once(() => Promise.resolve(connectToKustomer(this.settings)));

  /** The management key, as Kustomer knows it. */
  readonly managementKey = once(async () =>
    (await this.client()).currentAuthToken(this.settings.get("kustomer:apiKey") ?? ""),
  );

  /** All of them: one request for however many the stack declares. */
  readonly webhooks = once(async (): Promise<readonly OutboundWebhookData[]> =>
    (await this.client()).listOutboundWebhooks(),
  );
}

/** What the provider does with the management key; each role has three names (API-OWL, API-OWD, the others inferred). */
const MUST_DO = ["read", "create", "update", "delete"];
const LEGACY_ROLES = ["org.outbound_webhooks", "org.admin.outbound_webhooks"];
const WARN_BEFORE_DAYS = 30;
const aNewKey = (settings: Settings): string =>
  `make a new one in Kustomer (Settings > Security > API Keys) with the role org.permission.outbound_webhook, then ${settings.howToSet("kustomer:apiKey")}, and run \`pulumi up\``;

export const organisationChecks = checksOf("organisation", (subject) => subject instanceof Organisation, [
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
    async look({ managementKey, settings }) {
      const key = await managementKey();
      if (hasExpired(key))
        return fail(`the management key "${key.name}" expired at ${key.expiresAt ?? ""}`, aNewKey(settings));
      if (key.expiresAt === undefined) return ok(`the management key "${key.name}" is accepted and does not expire`);
      const days = daysUntil(Date.parse(key.expiresAt));
      const message = `the management key "${key.name}" expires in ${counted(days, "day")}`;
      return days <= WARN_BEFORE_DAYS ? warn(message, aNewKey(settings)) : ok(message);
    },
  },
  {
    name: "management-key-roles",
    asks: "The management key may list, create, change and delete outbound webhooks.",
    remedy: "Roles cannot be added to a key: make a new one with `org.permission.outbound_webhook`.",
    needs: ["kustomer-reachable", "management-key"],
    async look({ managementKey, webhooks, settings }) {
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
        : warn(
            `it may list outbound webhooks, but lacks ${list(lacking)}: \`pulumi up\` and --fix would be refused`,
            `nothing, for a key of a job that only looks; otherwise ${aNewKey(settings)}`,
          );
    },
  },
  {
    name: "webhook-slots",
    asks: "The organisation has room for one more outbound webhook, which a rotation needs: Kustomer allows 5 made by users, or as many as `kustomer:webhookLimit` says.",
    remedy: "Delete a webhook that nobody needs (Settings > Platform > Outbound Webhooks).",
    needs: ["management-key-roles"],
    async look({ webhooks, known, settings }) {
      const all = await webhooks();
      const limit = webhookLimitOf(settings);
      const free = limit - all.length;
      if (free > 0) return ok(`${free} of ${limit} places for outbound webhooks are free`);
      const others = all.filter(({ id }) => !known.ids.has(id));
      return warn(
        `there are ${counted(all.length, "outbound webhook")} and Kustomer allows ${limit}: a rotation has no room`,
        others.length === 0
          ? "move a relay to another organisation, or set kustomer:webhookLimit if yours allows more"
          : `delete one that nobody needs; these are not of this stack: ${named(others)}`,
      );
    },
  },
  {
    name: "orphans",
    asks: "Every webhook with an owner mark of this package belongs to this stack.",
    remedy:
      "Nothing, where another stack shares the organisation: `--skip orphans`. Where no stack has it any more, take it over: [import.md](import.md#a-stack-lost-its-state).",
    needs: ["management-key-roles"],
    async look({ webhooks, known }) {
      const strangers = (await webhooks()).filter(({ id, headers }) => {
        const mark = ownerOf(headers)?.mark;
        return mark !== undefined && !known.ids.has(id) && !known.marks.has(mark);
      });
      if (strangers.length === 0) return ok("no webhook here belongs to another stack");
      return warn(
        `of another stack, or of one that no longer exists: ${named(strangers)}`,
        "if another stack has it, all is well (--skip orphans). If none has, `kustomer-relay import --list` shows it and takes it over. Do not delete what another stack may have",
      );
    },
  },
]);
