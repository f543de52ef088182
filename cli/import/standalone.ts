import { RELAY_ROLES, missingRoles } from "../../providers/kustomer/roles";
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
  const declared = new Declared(draft);
  const [onlyToken] = options.survey.tokens.size === 1 ? options.survey.tokens : [];
  for (const object of ORDER.flatMap((kind) => chosen.filter((one) => one.kind === kind))) {
    const name = draft.names.unique(nameFor(object), "-");
    switch (object.kind) {
      case "api-key": {
        const token = options.survey.tokens.get(object.id);
        const roles = rolesOf(object);
        const secret = draft.secret([name, "token"], `the token of the API key "${object.name}"`, token);
        if (token === undefined) {
          declared.add({ kind: "api-key", name, inputs: { roles } }, object, { token: secret });
          break;
        }
        declared.add(await draft.resource(object, { name }, { name, token, roles }), object, { token: secret });
        break;
      }
      case "account": {
        if (onlyToken === undefined) {
          draft.leaveOut("account", object.name, object.id, WHY_NO_ACCOUNT);
          break;
        }
        const [keyId, apiKey] = onlyToken;
        const planned = await draft.resource(object, { name }, { apiKey });
        declared.add(planned, object, {
          apiKey:
            declared.reference("api-key", keyId, "token") ??
            draft.secret([name, "apiKey"], `the API key of the connected account "${object.name}"`, apiKey),
        });
        break;
      }
      case "resource":
        declared.add(await draft.resource(object, { name }), object, {
          datasourceId: declared.id("account", object.properties.datasourceId),
        });
        break;
      case "webhook":
        declared.add(await draft.resource(object, { name }), object, {});
        break;
      case "hub": {
        const hub = await draft.resource(object, { name });
        const channels = hub?.inputs.channelResourceIds as readonly string[] | undefined;
        declared.add(hub, object, { channelResourceIds: channels?.map((id) => declared.id("resource", id)) });
        break;
      }
      case "routing-flow": {
        const [webhook, ...others] = webhooksOf(object, options.survey.found);
        const planned = draft.resources.find(({ kind, id }) => kind === "webhook" && id === webhook?.id);
        if (webhook === undefined || planned === undefined || others.length > 0) {
          draft.leaveOut("routing-flow", object.name, object.id, whyNoFlow(webhook, others));
          break;
        }
        const given = { webhookSecretKey: planned.outputs.token };
        declared.add(await draft.resource(object, { name }, given), object, {
          hubId: declared.id("hub", object.properties.hubId),
          webhookSecretKey: declared.reference("webhook", webhook.id, "token"),
          datasourceId: declared.id("account", object.properties.datasourceId),
        });
      }
    }
  }
  return draft.plan;
}

/** What the program declares already, so that others can refer to it. */
class Declared {
  private readonly identifiers = new Map<string, string>();
  private readonly names = new Names();

  constructor(private readonly draft: Draft) {}

  add(
    resource: Pick<PlannedResource, "kind" | "name" | "inputs"> | undefined,
    { kind, id }: Found,
    said: Readonly<Record<string, Code | undefined>>,
  ): void {
    if (resource === undefined) return;
    const name = this.names.unique(identifier(withKind(resource.name, kind === "api-key" ? "key" : kind)));
    this.identifiers.set(`${kind} ${id}`, name);
    this.draft.declarations.push({
      className: importables[kind].declaration.name,
      identifier: name,
      name: resource.name,
      args: this.draft.argumentsOf(resource, said),
    });
  }

  reference(kind: Kind, id: string, property: string): Expression | undefined {
    const name = this.identifiers.get(`${kind} ${id}`);
    return name === undefined ? undefined : new Expression(name, property);
  }

  /** The id of an object that is declared here, or just the id. What refers to another one is deleted before it. */
  id(kind: "account" | "resource" | "hub", id: unknown): Code {
    return this.reference(kind, String(id), `${kind}Id`) ?? String(id);
  }
}

function nameFor({ kind, name }: Found): string {
  if (kind === "webhook") return resourceName(name, "webhook");
  const word = kind === "api-key" ? "key" : kind;
  return withKind(resourceName(name, word), word);
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
