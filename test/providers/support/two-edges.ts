import { adapt } from "../../../providers/dynamic/adapt";
import { inputsByName } from "../../../providers/lifecycle/inputs-by-name";
import { markOf } from "../../../providers/lifecycle/identity";
import { type AnyLifecycle, secretProperties } from "../../../providers/lifecycle/lifecycle";
import { newRun } from "../../../providers/lifecycle/run";
import { UNKNOWN } from "../../../providers/lifecycle/unknown";
import { lifecycles } from "../../../providers/lifecycles";
import { NativeProvider } from "../../../providers/native/provider";
import { type Values, hasSecret, unwrapSecrets, wrapSecret } from "../../../providers/native/values";
import { tokenOf } from "../../../providers/types";

/** Settings by group and name, as both edges have them. */
export type Settings = Readonly<Record<"kustomer" | "airkit", Readonly<Record<string, string>>>>;

export interface Left {
  readonly id: string;
  readonly state: Values;
  /** Why it is not as declared. */
  readonly reasons: readonly string[];
}

/** One resource over one edge, with what the engine does before and after each call: values as a state has them, secrets wrapped. */
export interface Edge {
  readonly warnings: readonly string[];
  check(given: Values, former?: Values): Promise<{ inputs: Values; failures: readonly string[] }>;
  diff(id: string, state: Values, inputs: Values): Promise<{ differs: boolean; replaces: readonly string[] }>;
  create(inputs: Values): Promise<Left>;
  read(id: string, state: Values): Promise<{ id: string; state: Values; inputs: Values } | undefined>;
  update(id: string, state: Values, inputs: Values): Promise<Left>;
  delete(id: string, state: Values): Promise<void>;
}

const NAME = "relay";
const IDENTITY = { project: "shop", stack: "dev", parentTypes: [], name: NAME };

export function lifecycleCalled(name: string): AnyLifecycle {
  const found = lifecycles.find((lifecycle) => lifecycle.name === name);
  if (found === undefined) throw new Error(`there is no ${name}`);
  return found;
}

export function dynamicEdge(type: string, settings: Settings): Edge {
  const lifecycle = lifecycleCalled(type);
  const secrets = secretProperties(lifecycle);
  const warnings: string[] = [];
  const provider = adapt(lifecycle, newRun({ show: (warning) => warnings.push(warning) }));
  const get = (key: string): string | undefined => {
    const [group = "", name = ""] = key.split(":");
    return (settings as Readonly<Record<string, Readonly<Record<string, string>>>>)[group]?.[name];
  };
  void provider.configure({ config: { get, require: (key) => get(key) ?? "" } });
  const __provider = "the text";
  /** The engine keeps secret what was secret under the same key, and what the resource says is always so. */
  const kept = (values: Values, before: Values): Values =>
    mapValues(values, (value, name) => (secrets.includes(name) ? wrapSecret(value) : annotated(value, before[name])));
  const left = async (work: Promise<{ id?: string; outs?: Values }>, id: string, before: Values): Promise<Left> => {
    try {
      const made = await work;
      return { id: made.id ?? id, state: kept(withoutText(made.outs ?? {}), before), reasons: [] };
    } catch (error) {
      const { reasons, properties, ...failed } = error as { id: string; properties: Values; reasons?: string[] };
      if (reasons === undefined) throw error;
      return { id: failed.id, state: kept(withoutText(properties), before), reasons };
    }
  };
  return {
    warnings,

    async check(given, former) {
      // What the resource's class does.
      const marked = mapValues(given, (value, name) => (secrets.includes(name) ? wrapSecret(value) : value));
      const named = inputsByName(lifecycle, marked, { name: NAME, mark: markOf(IDENTITY), recorded: {} });
      const olds = former === undefined ? {} : { ...unwrapSecrets(former), __provider };
      const { inputs = {}, failures = [] } = await provider.check(olds, { ...unwrapSecrets(named), __provider });
      const { __provider: text, ...own } = inputs;
      if (text !== __provider) throw new Error("check lost the provider's text");
      return { inputs: kept(own, named), failures: failures.map(({ reason }) => reason) };
    },

    async diff(id, state, inputs) {
      const { changes, replaces = [] } = await provider.diff(id, unwrapSecrets(state), unwrapSecrets(inputs));
      return { differs: changes ?? true, replaces };
    },

    create: (inputs) => left(provider.create({ ...unwrapSecrets(inputs), __provider }), "", inputs),

    async read(id, state) {
      const found = await provider.read(id, { ...unwrapSecrets(state), __provider });
      if (found.id === undefined || found.id === "") return undefined;
      const own = (values: Values | undefined): Values => kept(withoutText(values ?? {}), state);
      return { id: found.id, state: own(found.props), inputs: own(found.inputs) };
    },

    update: (id, state, inputs) =>
      left(provider.update(id, unwrapSecrets(state), { ...unwrapSecrets(inputs), __provider }), id, {
        ...state,
        ...inputs,
      }),

    delete: (id, state) => provider.delete(id, { ...unwrapSecrets(state), __provider }),
  };
}

export interface NativeEdge extends Edge {
  previewCreate(inputs: Values): Values;
  /** What a preview claimed of an object and was otherwise once that was made or changed: `field: claimed, not what came`. */
  readonly wrongClaims: readonly string[];
}

export function nativeEdge(type: string, settings: Settings): NativeEdge {
  const warnings: string[] = [];
  const wrongClaims: string[] = [];
  const compare = (claimed: Values, came: Values): void => {
    for (const [name, value] of Object.entries(claimed)) {
      const [said, is] = [
        JSON.stringify(unwrapSecrets({ value })),
        JSON.stringify(unwrapSecrets({ value: came[name] })),
      ];
      if (said !== is && !said.includes(UNKNOWN)) wrongClaims.push(`${name}: ${said}, not ${is}`);
    }
  };
  const provider = new NativeProvider({ warn: (warning) => warnings.push(warning), environment: {} });
  provider.configure(settings);
  const call = { urn: `urn:pulumi:dev::shop::${tokenOf({ name: type })}::${NAME}` };
  return {
    warnings,
    wrongClaims,
    previewCreate: (inputs) => provider.previewCreate(call, inputs),

    check: (given, former = {}) => provider.check(call, former, given),

    async diff(id, state, inputs) {
      const { changes, isDue } = await provider.diff(call, id, state, inputs);
      const replaces = changes.filter((change) => change.replaces).map(({ field }) => field);
      return { differs: changes.length > 0 || isDue, replaces };
    },

    async create(inputs) {
      const claimed = provider.previewCreate(call, inputs);
      const { id, properties, unfinished } = await provider.create(call, inputs);
      compare(claimed, properties);
      return { id, state: withoutText(properties), reasons: unfinished };
    },

    async read(id, state) {
      const found = await provider.read(call, id, state);
      return found && { id: found.id, state: withoutText(found.properties), inputs: found.inputs };
    },

    async update(id, state, inputs) {
      const claimed = provider.previewUpdate(call, state, inputs);
      const { properties, unfinished } = await provider.update(call, id, state, inputs);
      compare(claimed, properties);
      return { id, state: withoutText(properties), reasons: unfinished };
    },

    delete: (id, state) => provider.delete(call, id, state),
  };
}

export function isSecret(value: unknown): boolean {
  return value !== undefined && wrapSecret(value) === value;
}

function annotated(value: unknown, before: unknown): unknown {
  if (value === undefined || isSecret(value) || !hasSecret(before)) return value;
  if (!isMap(value) || !isMap(before) || isSecret(before)) return wrapSecret(value);
  return mapValues(value, (item, key) => annotated(item, before[key]));
}

function isMap(value: unknown): value is Values {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function mapValues(values: Values, change: (value: unknown, key: string) => unknown): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, change(value, key)]));
}

function withoutText({ __provider, ...own }: Values): Values {
  return own;
}
