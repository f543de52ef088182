import { account } from "../../providers/airkit/account";
import { conversationHub } from "../../providers/airkit/conversation-hub";
import { resource as airkitResource } from "../../providers/airkit/resource";
import { routingFlow } from "../../providers/airkit/routing-flow";
import { apiKey } from "../../providers/kustomer/api-key";
import { baseUrlOf } from "../../providers/kustomer/connection";
import { outboundWebhook } from "../../providers/kustomer/outbound-webhook";
import { PROVIDER_NAME_KEY, type Settings, settingsFrom } from "../../providers/lifecycle/settings";
import { isDefaultProvider, nativeSettings } from "../../providers/plugin-settings";
import { dynamicTypeOf, tokenOf } from "../../providers/types";
import { signingSecretFile } from "../../providers/receiver/signing-secret-file";
import { isProjectFolder } from "../project-folder";
import { type Config, pluginGroupsIn } from "./config";
import { AirkitSubject } from "./kinds/airkit-object";
import { ApiKeySubject } from "./kinds/api-key";
import { Endpoint } from "./kinds/endpoint";
import { HostedReceiver, hostedReceiverIn } from "./kinds/hosted-receiver";
import { type KnownWebhooks, Organisation } from "./kinds/organisation";
import { Receiver } from "./kinds/receiver";
import { SecretFile } from "./kinds/secret-file";
import { StackSubject, type Where } from "./kinds/stack";
import { Webhook } from "./kinds/outbound-webhook";
import type { Properties, State, StateResource } from "./state";
import type { Subject } from "./subject";

export const RELAY = "kustomer-relay:index:KustomerRelay";
const PLUGIN = "pulumi:providers:kustomer-relay";

/** What Airkit's half is made of, in the guide's order. */
export const AIRKIT = [account, airkitResource, conversationHub, routingFlow] as const;

export interface Place extends Where {
  /** The store of a receiver that runs on this machine. */
  readonly store?: string | undefined;
}

/** The stack and everything in it that can be looked at, in the order in which it is reported. */
export async function subjectsOf({ store, ...where }: Place): Promise<Subject[]> {
  const receivers = store === undefined ? [] : [new Receiver(store)];
  // A receiver's machine has neither project nor CLI.
  if (store !== undefined && where.stack === undefined && !isProjectFolder(where.cwd)) return receivers;
  const stack = new StackSubject(where);
  // That a stack cannot be read is a check's to say; there is nothing in it to look at, then.
  const read = await Promise.all([stack.state(), stack.config()]).catch(() => undefined);
  return [stack, ...(read === undefined ? [] : gather(...read)), ...receivers];
}

export function gather(state: State, config: Config, environment: NodeJS.ProcessEnv = process.env): Subject[] {
  const own = state.resources.filter(({ pendingDelete }) => !pendingDelete);
  const settings = (resource: StateResource): Settings => settingsOf(resource, state, config, environment);
  const organisations = new Organisations(state, settings);
  const keys = ofType(own, apiKey).map((resource) => new ApiKeySubject(resource, organisations.of(resource)));
  const webhooks = ofType(own, outboundWebhook).map(
    (resource) => new Webhook(resource, organisations.of(resource), own),
  );
  const relays = own.filter(({ type }) => type === RELAY);
  const receivers = relays.flatMap(({ outputs }) => hostedReceiverIn(outputs) ?? []);
  // Several relays may share one.
  const hosted = [...Map.groupBy(receivers, ({ queueUrl }) => queueUrl).values()];
  const secrets = webhooks.map(({ signingSecret }) => signingSecret);
  return [
    ...organisations.all(),
    ...keys,
    ...webhooks,
    ...webhooks.flatMap(({ endpoint }) => endpoint ?? []),
    ...relays.flatMap(endpointBehind),
    ...hosted.flatMap((sharing) => sharing.slice(0, 1).map((one) => new HostedReceiver(one, environment, sharing))),
    ...ofType(own, signingSecretFile).map((resource) => new SecretFile(resource)),
    ...AIRKIT.flatMap((lifecycle) =>
      ofType(own, lifecycle).map((resource) => new AirkitSubject(resource, lifecycle, settings(resource), secrets)),
    ),
  ];
}

interface Typed {
  readonly name: string;
  readonly type: string;
}

/** Declared in TypeScript or JavaScript, or in any other language through the plugin. */
export function ofType(resources: readonly StateResource[], { name, type }: Typed): StateResource[] {
  const types = [dynamicTypeOf({ type }), tokenOf({ name })];
  return resources.filter((resource) => types.includes(resource.type));
}

/**
 * Stack config as it is now for the default provider, which the next `up` works with; an explicit provider's are known as of
 * the last `up`. The environment wins over both.
 */
function settingsOf(
  { provider }: StateResource,
  { resources }: State,
  config: Config,
  environment: NodeJS.ProcessEnv,
): Settings {
  const used = resources.find(({ urn, id }) => `${urn}::${id}` === provider);
  const inputs = used?.inputs ?? {};
  if (used?.type === PLUGIN) {
    const isDefault = isDefaultProvider(used.name);
    const args = isDefault ? pluginGroupsIn(config) : inputs;
    return nativeSettings({ args, explicitName: isDefault ? undefined : used.name }, environment);
  }
  const values = PROVIDER_NAME_KEY in inputs ? inputs : config;
  return settingsFrom((key) => textOf(values, key), environment);
}

/** One for each address and key: providers that share both share an organisation, and what is asked of it. */
class Organisations {
  private readonly byAddressAndKey = new Map<string, Organisation>();
  private readonly known: KnownWebhooks;

  constructor(
    state: State,
    private readonly settings: (resource: StateResource) => Settings,
  ) {
    // Also what waits for its deletion is known.
    const webhooks = ofType(state.resources, outboundWebhook);
    const all = (property: string): Set<string> =>
      new Set(webhooks.flatMap(({ outputs }) => textOf(outputs, property) ?? []));
    this.known = { ids: all("webhookId"), marks: all("mark") };
  }

  of(resource: StateResource): Organisation {
    const settings = this.settings(resource);
    const key = JSON.stringify([baseUrlOf(settings), settings.get("kustomer:apiKey")]);
    const provider = resource.provider.split("::").at(-2) ?? "";
    const organisation = this.byAddressAndKey.get(key) ?? new Organisation(provider, settings, this.known);
    this.byAddressAndKey.set(key, organisation);
    return organisation;
  }

  all(): Iterable<Organisation> {
    return this.byAddressAndKey.values();
  }
}

/** Where a receiver delivers to. */
function endpointBehind({ name, outputs }: StateResource): Endpoint[] {
  const [first, last] = [textOf(outputs, "webhookUrl"), textOf(outputs, "destinationUrl")];
  if (last === undefined || last === first || !URL.canParse(last)) return [];
  return [new Endpoint(name, new URL(last), undefined, true)];
}

function textOf(properties: Properties, key: string): string | undefined {
  const value = properties[key];
  return typeof value === "string" ? value : undefined;
}
