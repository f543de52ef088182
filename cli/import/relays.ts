import { airkitDestination } from "./airkit-links";
import type { Block, Code } from "./code";
import { identifier, resourceName } from "./names";
import type { Kind } from "./objects";
import { Draft, type Plan, type PlanOptions, type PlannedResource } from "./plan";
import { rolesOf } from "./standalone";
import type { Found } from "./survey";

/** The ids of Airkit objects that nobody can list, as a person reads them in the addresses of their pages. */
export interface AirkitIds {
  readonly accountId: string;
  readonly hubId: string;
  readonly routingFlowId?: string | undefined;
}

/** Each chosen webhook as a whole relay: its key, and the Airkit half where the webhook sends there and the rest is known. */
export async function relayPlan(
  chosen: readonly Found[],
  options: PlanOptions,
  airkitIds: AirkitIds | undefined,
): Promise<Plan> {
  const draft = new Draft(options);
  const relays = new Relays(draft, airkitIds);
  for (const webhook of chosen.filter(({ kind }) => kind === "webhook")) await relays.add(webhook);
  for (const { kind, name, id } of chosen.filter((object) => object.kind !== "webhook" && !relays.has(object)))
    draft.leaveOut(kind, name, id, "it belongs to no relay that is imported");
  return draft.plan;
}

class Relays {
  /** An object that two relays share is managed by the first, and named by the others. */
  private readonly managed = new Set<string>();
  private readonly named = new Set<string>();

  constructor(
    private readonly draft: Draft,
    private readonly airkitIds: AirkitIds | undefined,
  ) {}

  has({ kind, id }: Found): boolean {
    return this.managed.has(`${kind} ${id}`) || this.named.has(`${kind} ${id}`);
  }

  async add(webhook: Found): Promise<void> {
    const { draft } = this;
    const name = draft.names.unique(resourceName(webhook.name, "relay"), "-");
    const planned = await draft.resource(webhook, { name: `${name}-webhook`, parent: name });
    if (planned === undefined) return;
    const { rotation, ...webhookArgs } = draft.argumentsOf(planned, { url: undefined });
    const signingSecret = String(planned.outputs.signingSecret);
    const args: Record<string, Code> = {
      kustomer: { apiKey: await this.apiKey(name), ...(isEmpty(webhookArgs) ? {} : { webhook: webhookArgs }) },
      ...((await this.airkit(name, webhook, signingSecret)) ?? {
        destination: draft.url(name, webhook.name, String(planned.inputs.url)),
      }),
      ...(rotation === undefined ? {} : { rotation }),
    };
    draft.declarations.push({ className: "KustomerRelay", identifier: identifier(name, "relay"), name, args });
  }

  /** The relay's key is the one whose token is given; without one the relay adopts it when a person has set it. */
  private async apiKey(name: string): Promise<Block> {
    const { found, tokens } = this.draft.options.survey;
    const [only] = tokens.size === 1 ? tokens : [];
    const key = found.find(({ kind, id }) => kind === "api-key" && id === only?.[0]);
    const secret = this.draft.secret([name, "token"], `the token of the API key that "${name}" is to use`, only?.[1]);
    if (key === undefined || only === undefined) return { token: secret };
    const child = `${name}-api-key`;
    const given = { name: child, token: only[1], roles: rolesOf(key) };
    const planned = await this.draft.resource(key, { name: child, parent: name }, given);
    this.managed.add(`api-key ${key.id}`);
    return planned === undefined ? { token: secret } : this.draft.argumentsOf(planned, { token: secret });
  }

  private async airkit(name: string, webhook: Found, signingSecret: string): Promise<Record<string, Code> | undefined> {
    const destination = airkitDestination(String(webhook.properties.url));
    if (destination === undefined) return undefined;
    const { resourceId, host } = destination;
    return this.airkitIds === undefined
      ? this.foundHalf(name, webhook, resourceId, host, signingSecret)
      : this.namedHalf(name, resourceId, host, signingSecret, this.airkitIds);
  }

  /** The Airkit half as a person names it: what exists is left alone, but for the Routing Flow, of which books are kept. */
  private async namedHalf(
    name: string,
    resourceId: string,
    host: Block,
    signingSecret: string,
    { accountId, hubId, routingFlowId }: AirkitIds,
  ): Promise<Record<string, Code>> {
    const ids = { account: { id: accountId }, resource: { id: resourceId }, hub: { id: hubId } };
    if (routingFlowId === undefined) return { airkit: { ...host, ...ids } };
    const given = { name: `${name}-routing-flow`, hubId, datasourceId: accountId, webhookSecretKey: signingSecret };
    const flow = { kind: "routing-flow" as const, id: routingFlowId, name: given.name };
    return { airkit: { ...host, ...ids, ...(await this.routingFlow(name, flow, given)) } };
  }

  /** The Airkit half as it is found: the Resource, its account, and the one Routing Flow of that account with its hub. */
  private async foundHalf(
    name: string,
    webhook: Found,
    resourceId: string,
    host: Block,
    signingSecret: string,
  ): Promise<Record<string, Code> | undefined> {
    const resource = this.find("resource", resourceId);
    const accountId = String(resource?.properties.datasourceId);
    const flows = this.all("routing-flow").filter(({ properties }) => properties.datasourceId === accountId);
    const [flow] = flows;
    if (
      resource === undefined ||
      flow === undefined ||
      flows.length > 1 ||
      this.managed.has(`routing-flow ${flow.id}`)
    ) {
      this.draft.notes.push(
        `relay "${name}" is declared without its Airkit half: ${whyNot(webhook, resource, flows)}; its events go on to the same URL`,
      );
      return undefined;
    }
    const [keyToken] = this.draft.options.survey.tokens.size === 1 ? this.draft.options.survey.tokens.values() : [];
    const hubId = String(flow.properties.hubId);
    const account =
      keyToken === undefined ? undefined : await this.managedObject(name, "account", accountId, { apiKey: keyToken });
    if (keyToken === undefined) {
      this.named.add(`account ${accountId}`);
      this.draft.notes.push(
        `relay "${name}" names its connected account by its id and does not manage it: the account's API key cannot be read back; with its token (--token-env or --token-file) it would`,
      );
    }
    const managedResource = await this.managedObject(name, "resource", resourceId, {});
    const hub = await this.managedObject(name, "hub", hubId, {});
    const without: Readonly<Record<string, undefined>> = { apiKey: undefined, datasourceId: undefined };
    return {
      airkit: {
        ...host,
        account: account === undefined ? { id: accountId } : this.draft.argumentsOf(account, without),
        resource: managedResource === undefined ? { id: resourceId } : this.draft.argumentsOf(managedResource, without),
        hub: hub === undefined ? { id: hubId } : this.draft.argumentsOf(hub),
        ...(await this.routingFlow(name, flow, { webhookSecretKey: signingSecret })),
      },
    };
  }

  private async routingFlow(
    name: string,
    flow: Pick<Found, "kind" | "id" | "name">,
    given: Record<string, unknown>,
  ): Promise<Block> {
    this.managed.add(`routing-flow ${flow.id}`);
    const planned = await this.draft.resource(flow, { name: `${name}-routing-flow`, parent: name }, given);
    if (planned === undefined) return {};
    const args = this.draft.argumentsOf(planned, {
      hubId: undefined,
      webhookSecretKey: undefined,
      datasourceId: undefined,
    });
    return isEmpty(args) ? {} : { routingFlow: args };
  }

  private async managedObject(
    name: string,
    kind: "account" | "resource" | "hub",
    id: string,
    given: Record<string, unknown>,
  ): Promise<PlannedResource | undefined> {
    const object = this.find(kind, id);
    if (object === undefined || this.managed.has(`${kind} ${id}`)) return undefined;
    this.managed.add(`${kind} ${id}`);
    return this.draft.resource(object, { name: `${name}-${kind}`, parent: name }, given);
  }

  private find(kind: Kind, id: string): Found | undefined {
    return this.all(kind).find((object) => object.id === id);
  }

  private all(kind: Kind): Found[] {
    return this.draft.options.survey.found.filter((object) => object.kind === kind);
  }
}

function whyNot(webhook: Found, resource: Found | undefined, flows: readonly Found[]): string {
  if (resource === undefined)
    return `the Resource to which "${webhook.name}" sends is not shown; with the operator driver, give --account-id, --hub-id and --routing-flow-id`;
  return flows.length === 0
    ? "its connected account has no Routing Flow"
    : "which of the Routing Flows of its connected account is its own is not known, or another relay has it";
}

function isEmpty(block: Block): boolean {
  return Object.keys(block).length === 0;
}
