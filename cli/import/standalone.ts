import { RELAY_ROLES } from "../../providers/kustomer/api-key/roles";
import { missingRoles } from "../../providers/kustomer/roles";
import { webhooksOf } from "./airkit-links";
import { type Code, Expression } from "./code";
import { Names, identifier, resourceName, withKind } from "./names";
import { type Kind, importables } from "./objects";
import { Draft, type Plan, type PlanOptions, type PlannedResource } from "./plan";
import type { Found } from "./survey";

/** What others refer to comes first. */
const ORDER: readonly Kind[] = ["api-key", "account", "resource", "webhook", "hub", "routing-flow"];

/** Each chosen object as a resource of its own. */
export async function standalonePlan(chosen: readonly Found[], options: PlanOptions): Promise<Plan> {
  const draft = new Draft(options);
  const resources = new StandaloneResources(draft);
  for (const object of ORDER.flatMap((kind) => chosen.filter((one) => one.kind === kind)))
    await resources.add(object, draft.names.unique(nameFor(object), "-"));
  return draft.plan;
}

/** The arguments that follow from what is declared elsewhere; `undefined` is not said at all. */
type Said = Readonly<Record<string, Code | undefined>>;

class StandaloneResources {
  private readonly identifiers = new Map<string, string>();
  private readonly names = new Names();

  constructor(private readonly draft: Draft) {}

  async add(object: Found, name: string): Promise<void> {
    await this.plans[object.kind](object, name);
  }

  private readonly plans: Readonly<Record<Kind, (object: Found, name: string) => Promise<void>>> = {
    "api-key": async (object, name) => {
      const token = this.draft.options.survey.tokens.get(object.id);
      const given = { name, token, roles: rolesOf(object) };
      const said = { token: this.draft.secret([name, "token"], `the token of the API key "${object.name}"`, token) };
      if (token === undefined) this.declare(object, { kind: "api-key", name, inputs: given }, said);
      else await this.import(object, name, given, () => said);
    },

    account: async (object, name) => {
      const { tokens } = this.draft.options.survey;
      const [only] = tokens.size === 1 ? tokens : [];
      if (only === undefined) {
        this.draft.leaveOut("account", object.name, object.id, WHY_NO_ACCOUNT);
        return;
      }
      const [keyId, apiKey] = only;
      await this.import(object, name, { apiKey }, () => ({
        apiKey:
          this.reference("api-key", keyId, "token") ??
          this.draft.secret([name, "apiKey"], `the API key of the connected account "${object.name}"`, apiKey),
      }));
    },

    resource: (object, name) =>
      this.import(object, name, {}, ({ datasourceId }) => ({ datasourceId: this.id("account", datasourceId) })),

    webhook: (object, name) => this.import(object, name, {}, () => ({})),

    hub: (object, name) =>
      this.import(object, name, {}, ({ channelResourceIds }) => ({
        channelResourceIds: (channelResourceIds as readonly string[]).map((id) => this.id("resource", id)),
      })),

    "routing-flow": async (object, name) => {
      const [webhook, ...others] = webhooksOf(object, this.draft.options.survey.found);
      const planned = this.draft.resources.find(({ kind, id }) => kind === "webhook" && id === webhook?.id);
      if (planned === undefined || others.length > 0) {
        this.draft.leaveOut("routing-flow", object.name, object.id, whyNoFlow(webhook, others));
        return;
      }
      await this.import(
        object,
        name,
        { webhookSecretKey: planned.outputs.signingSecret },
        ({ hubId, datasourceId }) => ({
          hubId: this.id("hub", hubId),
          webhookSecretKey: this.reference("webhook", planned.id, "signingSecret"),
          datasourceId: this.id("account", datasourceId),
        }),
      );
    },
  };

  private async import(
    object: Found,
    name: string,
    given: Record<string, unknown>,
    said: (inputs: Readonly<Record<string, unknown>>) => Said,
  ): Promise<void> {
    const planned = await this.draft.resource(object, { name }, given);
    if (planned !== undefined) this.declare(object, planned, said(planned.inputs));
  }

  private declare({ kind, id }: Found, resource: Pick<PlannedResource, "kind" | "name" | "inputs">, said: Said): void {
    const name = this.names.unique(identifier(withKind(resource.name, wordFor(kind))));
    this.identifiers.set(`${kind} ${id}`, name);
    this.draft.declarations.push({
      className: importables[kind].declaration.name,
      identifier: name,
      name: resource.name,
      args: this.draft.argumentsOf(resource, said),
    });
  }

  private reference(kind: Kind, id: string, property: string): Expression | undefined {
    const name = this.identifiers.get(`${kind} ${id}`);
    return name === undefined ? undefined : new Expression(name, property);
  }

  /** The id of an object that is declared here, or just the id. What refers to another one is deleted before it. */
  private id(kind: "account" | "resource" | "hub", id: unknown): Code {
    return this.reference(kind, String(id), `${kind}Id`) ?? String(id);
  }
}

function nameFor({ kind, name }: Found): string {
  const plain = resourceName(name, wordFor(kind));
  return kind === "webhook" ? plain : withKind(plain, wordFor(kind));
}

function wordFor(kind: Kind): string {
  return kind === "api-key" ? "key" : kind;
}

/** The roles a key is declared to need: a relay's, as far as it has them, otherwise all that it has. */
export function rolesOf({ properties: { roles } }: Found): string[] {
  const has = Array.isArray(roles) ? roles.map(String).sort() : [];
  const needed = RELAY_ROLES.filter((role) => missingRoles([role], has).length === 0);
  return needed.length > 0 || has.length === 0 ? needed : has;
}

const WHY_NO_ACCOUNT =
  "its API key cannot be read back; give the one token that it uses (--token-env or --token-file), or go on naming the account by its id";

function whyNoFlow(webhook: Found | undefined, others: readonly Found[]): string {
  if (webhook === undefined) return "its webhook secret key cannot be read back, and no webhook sends to its account";
  return others.length > 0
    ? `its webhook secret key cannot be read back, and ${others.length + 1} webhooks send to its account`
    : `its webhook secret key cannot be read back; import its webhook "${webhook.name}" (${webhook.id}) too`;
}
