import { identityOf, markOf } from "../lifecycle/identity";
import { inputsByName } from "../lifecycle/inputs-by-name";
import * as operations from "../lifecycle/operations";
import type { Change, Context } from "../lifecycle/operations";
import { type Run, newRun } from "../lifecycle/run";
import { redact } from "../lifecycle/secrets";
import type { Settings } from "../lifecycle/settings";
import { InvalidRequest } from "./invalid-request";
import { type ResourceType, resourceType, typeIn } from "./resource-types";
import type { State } from "./state";
import { type Configured, nativeSettings, recordOf, respell, respellAll, isDefaultProvider } from "../plugin-settings";
import { trampoline } from "../trampoline";
import { type Values, unwrapSecrets, wrapSecret, secretPaths, wrapSecrets } from "./values";

/** What every call about a resource says of it. */
export interface Call {
  readonly urn: string;
  /** Seconds, as `customTimeouts` says; 0 for no limit. */
  readonly timeout?: number;
}

export interface ProviderOptions {
  readonly warn: (message: string, urn: string) => void;
  readonly environment?: NodeJS.ProcessEnv;
}

/**
 * The engine's calls about resources, answered by the operations: values with secrets wrapped in and out, no message of a
 * protocol. Every call stands alone; they come side by side.
 */
export class NativeProvider {
  private configured: Configured = { args: {} };
  private settings: Settings;
  /** The program asks for no version: what a component declares goes to this provider, too, and not to one of its own. */
  isOfAnyVersion = false;
  private readonly said = new Set<string>();
  private readonly cancelled = new AbortController();
  private readonly run: Run;

  constructor(private readonly options: ProviderOptions) {
    this.settings = this.settingsOf(this.configured);
    this.run = newRun({
      show: (warning) => {
        options.warn(this.respelled(warning), "");
      },
      signal: this.cancelled.signal,
    });
  }

  /** `name` is the provider's; an older engine tells none. */
  configure(args: Values, name = ""): void {
    const explicitName = isDefaultProvider(name) ? undefined : name;
    this.configured = { args: unwrapSecrets(args), explicitName };
    this.isOfAnyVersion = name === "default";
    this.settings = this.settingsOf(this.configured);
  }

  /** Ends all waits; what has begun is brought to an end that the state can hold. */
  cancel(): void {
    this.cancelled.abort();
  }

  /** Whose settings and run a lookup or a component shares. */
  get context(): Context {
    return { settings: this.settings, run: this.run };
  }

  async check(call: Call, olds: Values, news: Values): Promise<{ inputs: Values; failures: readonly string[] }> {
    const { lifecycle, secrets } = typeOf(call);
    const former = unwrapSecrets(olds);
    const { inputs, failures } = await operations.check(lifecycle, this.contextOf(call), {
      given: this.given(call, news),
      former: Object.keys(former).length === 0 ? undefined : former,
    });
    return {
      inputs: wrapSecrets(inputs, news, secrets),
      failures: failures.map(({ reason }) => this.respelled(reason)),
    };
  }

  async diff(
    call: Call,
    id: string,
    olds: Values,
    news: Values,
  ): Promise<{ changes: readonly Change[]; isDue: boolean }> {
    const { lifecycle } = typeOf(call);
    return operations.diff(lifecycle, this.contextOf(call), id, stateOf(olds), unwrapSecrets(news));
  }

  previewCreate(call: Call, inputs: Values): Values {
    const { lifecycle, secrets } = typeOf(call);
    return wrapSecrets(operations.previewCreate(lifecycle, unwrapSecrets(inputs)), inputs, secrets);
  }

  async create(call: Call, inputs: Values): Promise<State> {
    const type = typeOf(call);
    const made = await operations.create(type.lifecycle, this.contextOf(call), unwrapSecrets(inputs));
    return this.written(type, made, inputs);
  }

  previewUpdate(call: Call, olds: Values, news: Values): Values {
    const { lifecycle, secrets } = typeOf(call);
    const claimed = operations.previewUpdate(lifecycle, stateOf(olds), unwrapSecrets(news));
    return wrapSecrets(claimed, { ...olds, ...news }, secrets);
  }

  async update(call: Call, id: string, olds: Values, news: Values): Promise<State> {
    const type = typeOf(call);
    const inputs = unwrapSecrets(news);
    const changed = await operations.update(type.lifecycle, this.contextOf(call), id, stateOf(olds), inputs);
    return this.written(type, changed, { ...olds, ...news });
  }

  /** What an object of the state is now; `undefined` when it is gone. */
  async read(call: Call, id: string, stored: Values): Promise<Found | undefined> {
    const type = typeOf(call);
    const found = await operations.read(type.lifecycle, this.contextOf(call), id, stateOf(stored));
    return found && this.foundAs(type, found, stored);
  }

  /** An object that no state knows: `pulumi import`, and a resource's `import` option with what its program declares. */
  async import(call: Call, id: string, declared: Values): Promise<Found> {
    const type = typeOf(call);
    const { lifecycle } = type;
    const context = this.contextOf(call);
    const found = await operations.importObject(lifecycle, context, id, this.given(call, declared));
    // What the package sets itself is not for the program that is generated: check makes it again.
    const visible = Object.entries(found.inputs).filter(([name]) => lifecycle.inputs[name]?.internal === false);
    const imported = this.foundAs(type, { ...found, inputs: Object.fromEntries(visible) }, declared);
    // Without a program there is none yet: the CLI prints one, with secrets in clear inside of its language's word for one.
    const shown = Object.keys(declared).length === 0 ? secretPaths(imported.inputs) : [];
    if (shown.length > 0)
      context.run.warn(
        `the code that Pulumi makes for it has secrets in clear, as ${shown.join(" and ")}: before it is kept anywhere, set them ` +
          "with `pulumi config set --secret`, and have the program read them from there",
      );
    return imported;
  }

  async delete(call: Call, id: string, stored: Values): Promise<void> {
    await operations.remove(typeOf(call).lifecycle, this.contextOf(call), id, stateOf(stored));
  }

  private given({ urn }: Call, news: Values): Values {
    const identity = identityOf(urn);
    const named = { name: identity.name, mark: markOf(identity), recorded: recordOf(this.configured) };
    return inputsByName(typeOf({ urn }).lifecycle, unwrapSecrets(news), named);
  }

  private contextOf({ urn, timeout = 0 }: Call): Context {
    const { signal } = this.cancelled;
    const run: Run = {
      ...this.run,
      signal: timeout > 0 ? AbortSignal.any([signal, AbortSignal.timeout(timeout * 1000)]) : signal,
      warn: (message) => {
        const text = this.respelled(redact(message));
        if (this.said.has(text)) return;
        this.said.add(text);
        this.options.warn(text, urn);
      },
    };
    return { settings: this.settings, run };
  }

  private written(type: ResourceType, { id, outputs, unfinished }: operations.Written, before: Values): State {
    return {
      id,
      properties: wrapSecrets({ ...this.told(type, outputs), ...textOf(type) }, before, type.secrets),
      unfinished: unfinished.map((reason) => this.respelled(reason)),
    };
  }

  /** What only we say of an object, such as an operator's steps, names the settings as they are called here. */
  private told({ lifecycle, secrets }: ResourceType, outputs: Values): Values {
    const own = Object.keys(lifecycle.outputs).filter((name) => name in outputs && !secrets.includes(name));
    return {
      ...outputs,
      ...Object.fromEntries(own.map((name) => [name, respellAll(outputs[name], this.configured.explicitName)])),
    };
  }

  private foundAs(type: ResourceType, found: operations.ExistingState, before: Values): Found {
    const wrapped = (properties: Values): Values =>
      found.newSecrets.reduce<Values>(
        (all, [field, key]) => {
          const map = all[field];
          if (typeof map !== "object" || map === null || !(key in map)) return all;
          return { ...all, [field]: { ...map, [key]: wrapSecret((map as Values)[key]) } };
        },
        wrapSecrets(properties, before, type.secrets),
      );
    return {
      id: found.id,
      properties: wrapped({ ...this.told(type, found.outputs), ...textOf(type) }),
      inputs: wrapped(found.inputs),
    };
  }

  private respelled(text: string): string {
    return respell(text, this.configured.explicitName);
  }

  private settingsOf(configured: Configured): Settings {
    return nativeSettings(configured, this.options.environment ?? process.env);
  }
}

export interface Found {
  readonly id: string;
  readonly properties: Values;
  readonly inputs: Values;
}

function typeOf({ urn }: Call): ResourceType {
  const token = typeIn(urn);
  const type = resourceType(token);
  if (type === undefined) throw new InvalidRequest(`there is no resource type ${token === "" ? `in "${urn}"` : token}`);
  return type;
}

/** Stored outputs in clear, without the dynamic providers' text. */
function stateOf(stored: Values): Values {
  return withoutText(unwrapSecrets(stored));
}

/** What the dynamic providers find in a state: a stack that goes over to them must be there for them to read and remove. */
function textOf({ lifecycle }: ResourceType): Values {
  return { __provider: trampoline(lifecycle.name) };
}

function withoutText(values: Values): Record<string, unknown> {
  const { __provider, ...own } = values;
  return own;
}
