import type * as pulumi from "@pulumi/pulumi";
import type { AnyLifecycle } from "../lifecycle/lifecycle";
import * as operations from "../lifecycle/operations";
import type { Context, ExistingState, Properties, Written } from "../lifecycle/operations";
import type { Run } from "../lifecycle/run";
import { type Settings, settingsFrom } from "../lifecycle/settings";
import { shown } from "../lifecycle/shown";

/** A dynamic provider: the engine's seven calls, answered by the operations. reference: Pulumi's `ResourceProvider`. */
export function adapt(
  lifecycle: AnyLifecycle,
  run: Run,
): Required<pulumi.dynamic.ResourceProvider<Properties, Properties>> {
  let settings: Settings = settingsFrom(() => undefined, process.env);
  const context = (): Context => ({ settings, run });

  return {
    // Reads and deletes of other resources start before an asynchronous configure is done, so nothing is awaited here.
    configure: ({ config }) => {
      settings = settingsFrom((key) => config.get(key), process.env);
      return Promise.resolve();
    },

    check: (olds, given) =>
      guard(async () => {
        const former = own(olds);
        const request = { given: own(given), former: Object.keys(former).length === 0 ? undefined : former };
        const { inputs, failures } = await operations.check(lifecycle, context(), request);
        return {
          inputs: { ...inputs, ...textOf(given) },
          // The engine prints the value of a property that is named, secret or not.
          failures: failures.map(({ reason }) => ({ property: "", reason })),
        };
      }),

    diff: (id, olds, news) =>
      guard(async () => {
        const { changes, isDue } = await operations.diff(lifecycle, context(), id, own(olds), own(news));
        // With `changes` left open the engine shows just the inputs that differ, and `replaceOnChanges` works.
        if (changes.length === 0) return { changes: isDue };
        return { replaces: changes.filter(({ replaces }) => replaces).map(({ field }) => field) };
      }),

    create: (given) =>
      guard(async () => {
        const made = await operations.create(lifecycle, context(), own(given));
        return { id: made.id, outs: stored(made, given) };
      }),

    read: (id, props = {}) =>
      guard(async () => {
        const found = await operations.read(lifecycle, context(), id, own(props));
        if (found === undefined) return {};
        const text = textOf(props);
        return {
          id,
          props: { ...withSecrets(found, found.outputs), ...text },
          inputs: { ...withSecrets(found, found.inputs), ...text },
        };
      }),

    update: (id, olds, given) =>
      guard(async () => {
        const changed = await operations.update(lifecycle, context(), id, own(olds), own(given));
        return { outs: stored(changed, given) };
      }),

    delete: (id, props) => guard(() => operations.remove(lifecycle, context(), id, own(props))),
  };
}

/** Only an `Error` may leave a method: anything else hangs the engine. What we understand carries no stack. */
async function guard<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof UnfinishedError) throw error;
    const { message, stack } = shown(error);
    throw Object.assign(new Error(message), stack === undefined ? { name: "", stack: "" } : { stack });
  }
}

/** The shape in which the engine takes a partial failure: the whole object, the provider text included. */
class UnfinishedError extends Error {
  override readonly name = "";
  override readonly stack = "";

  constructor(
    readonly id: string,
    readonly properties: Properties,
    readonly reasons: readonly string[],
  ) {
    super(reasons.join("; "));
  }
}

function stored({ id, outputs, unfinished }: Written, given: Properties): Properties {
  const properties = { ...outputs, ...textOf(given) };
  if (unfinished.length > 0) throw new UnfinishedError(id, properties, unfinished);
  return properties;
}

/** The two texts are part of the engine's protocol. */
const SECRET = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };

/** The engine keeps secret what was secret before; what is new to the state is marked here. */
function withSecrets({ newSecrets }: ExistingState, properties: Properties): Properties {
  const marked: Record<string, unknown> = { ...properties };
  for (const [field, key] of newSecrets) {
    const map = marked[field] as Properties | undefined;
    if (map !== undefined) marked[field] = { ...map, [key]: { ...SECRET, value: map[key] } };
  }
  return marked;
}

/** Without the provider text, which the engine mixes in everywhere. */
function own(properties: Properties): Properties {
  const { __provider, ...rest } = properties;
  return rest;
}

function textOf({ __provider }: Properties): Properties {
  return __provider === undefined ? {} : { __provider };
}
