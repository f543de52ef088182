import { PROVIDER_NAME_KEY } from "../../providers/lifecycle/settings";
import { groupOf, isDefaultProvider } from "../../providers/plugin-settings";
import { PACKAGE } from "../../providers/types";
import { type Config, pluginGroupsIn } from "./config";
import type { Properties, State, StateResource } from "./state";

/** Settings by their names in stack config: as the last `up` gave them to its default providers, and as they are now. */
export interface DefaultSettings {
  readonly then: Properties;
  readonly now: Properties;
}

/** `undefined` where no resource takes its settings from stack config. */
export function defaultSettings(state: State, config: Config): DefaultSettings | undefined {
  const used = state.resources.filter(({ urn, id }) =>
    state.resources.some(({ provider }) => provider === `${urn}::${id}`),
  );
  const found = used.flatMap((provider): DefaultSettings[] => {
    if (isDynamicDefault(provider)) return [{ then: flat(provider.inputs), now: flat(config) }];
    return isPluginDefault(provider) ? [{ then: nested(provider.inputs), now: nested(pluginGroupsIn(config)) }] : [];
  });
  if (found.length === 0) return undefined;
  const merged = (all: readonly Properties[]): Properties => Object.assign({}, ...all) as Properties;
  return { then: merged(found.map(({ then }) => then)), now: merged(found.map(({ now }) => now)) };
}

function isDynamicDefault({ type, inputs }: StateResource): boolean {
  return type === "pulumi:providers:pulumi-nodejs" && !(PROVIDER_NAME_KEY in inputs);
}

function isPluginDefault({ type, name }: StateResource): boolean {
  return type === `pulumi:providers:${PACKAGE}` && isDefaultProvider(name);
}

/** What an operator recorded is no setting, and is read at every up. */
function flat(values: Properties): Properties {
  return Object.fromEntries(
    Object.entries(values).filter(([key]) => /^(kustomer|airkit):/.test(key) && key !== "airkit:applied"),
  );
}

function nested(groups: Properties): Properties {
  return Object.fromEntries(
    ["kustomer", "airkit"].flatMap((group) =>
      Object.entries(groupOf(groups[group]) ?? {})
        .filter(([name]) => name !== "applied")
        .map(([name, value]) => [`${PACKAGE}:${group}.${name}`, String(value)]),
    ),
  );
}
