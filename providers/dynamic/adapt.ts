import { inspect } from "node:util";
import type * as pulumi from "@pulumi/pulumi";
import { check } from "../lifecycle/check";
import { diff } from "../lifecycle/diff";
import { PartialFailure, RelayError, SettingsError, isError } from "../lifecycle/errors";
import { type Declaration, type Lifecycle, onlyInputs, secretProperties } from "../lifecycle/lifecycle";
import { redact, redactQuoted, remember } from "../lifecycle/secrets";
import { type Settings, settingsFrom } from "../lifecycle/settings";
import { migrate, stamp } from "../lifecycle/state-version";
import { warn } from "../lifecycle/warn";

type Properties = Record<string, unknown>;

/** A dynamic provider: the engine's seven calls, answered by a lifecycle. reference: Pulumi's `ResourceProvider`. */
export function adapt<Inputs extends object, Outputs extends Inputs, Client>(
  lifecycle: Lifecycle<Inputs, Outputs, Client>,
): pulumi.dynamic.ResourceProvider<Properties, Properties> {
  const declaration: Declaration = lifecycle;
  const declared = (known: Properties): Properties =>
    onlyInputs(declaration, lifecycle.declared?.(known as Outputs) ?? known);
  /** What the state holds, whatever version wrote it, and what is written back. */
  const stored = (properties: Properties): Properties => migrate(declaration, own(properties));
  const writing =
    (providerText: unknown) =>
    (outputs: object): Properties =>
      complete({ ...outputs, ...stamp(declaration), __provider: providerText });
  let settings: Settings = settingsFrom(() => undefined, process.env);

  return {
    // Reads and deletes of other resources start before an asynchronous configure is done, so nothing is awaited here.
    configure: ({ config }) => {
      settings = settingsFrom((key) => config.get(key), process.env);
      return Promise.resolve();
    },

    check: (olds, given) =>
      guarded(() => {
        const news = { ...own(given), ...lifecycle.inputsFromSettings?.(settings) };
        rememberSecrets(declaration, news);
        const { inputs, problems, complete } = check(declaration, news);
        problems.push(...settingsProblems(() => lifecycle.connect(settings)));
        // Nothing is old where a new object is about to be made, be it the first one or a replacement.
        const exists = Object.keys(own(olds)).length > 0;
        problems.push(...(lifecycle.prerequisites?.(inputs, settings, exists) ?? []));
        if (complete && problems.length === 0)
          problems.push(...(lifecycle.problems?.(inputs as Inputs, settings, own(olds) as Partial<Inputs>) ?? []));
        return {
          inputs: { ...inputs, __provider: given.__provider },
          // The engine prints the value of a property that is named, secret or not.
          failures: problems.map((reason) => ({ property: "", reason: redact(reason) })),
        };
      }),

    diff: (id, olds, news) =>
      guarded(async () => {
        const kept = stored(olds);
        const [known, inputs] = [kept as Outputs, own(news) as Inputs];
        for (const notice of lifecycle.notices?.(known, inputs) ?? []) warn(notice);
        const { changed, replaces } = diff(declaration, id, declared(kept), own(news));
        if (replaces.length > 0)
          await lifecycle.beforeReplacing?.(lifecycle.connect(settings), known, inputs, settings);
        // With `changes` left open the engine shows just the inputs that differ, and `replaceOnChanges` works.
        if (changed.length > 0) return { replaces };
        return { changes: lifecycle.isDue?.(known, inputs) ?? false };
      }),

    create: (given) => {
      const written = writing(given.__provider);
      return guarded(async () => {
        const { id, outputs } = await lifecycle.create(lifecycle.connect(settings), own(given) as Inputs);
        return { id, outs: written(outputs) };
      }, written);
    },

    read: (id, props = {}) =>
      guarded(async () => {
        const known = stored(props);
        const outputs = await lifecycle.read(lifecycle.connect(settings), id, known as Outputs);
        if (outputs === undefined) return {};
        const { __provider } = props;
        const found = { ...outputs, ...secretAdditions(declaration, known, outputs as Properties) };
        return {
          id,
          props: writing(__provider)(found),
          inputs: complete({ ...declared(found), __provider }),
        };
      }),

    update: (id, olds, given) => {
      const written = writing(given.__provider);
      return guarded(async () => {
        const known = stored(olds) as Outputs;
        const outputs = await lifecycle.update(lifecycle.connect(settings), id, known, own(given) as Inputs);
        return { outs: written(outputs) };
      }, written);
    },

    delete: (id, props) => guarded(() => lifecycle.delete(lifecycle.connect(settings), id, stored(props) as Outputs)),
  };
}

/**
 * Only an `Error` may leave a method (anything else hangs the engine), its message is all that is shown, and no secret may
 * be in it. What we understand carries no stack; a partial failure carries the whole object, the provider text included.
 */
async function guarded<Result>(
  work: () => Result | Promise<Result>,
  written: (outputs: object) => Properties = complete,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof PartialFailure) {
      const properties = written(error.outputs as object);
      throw Object.assign(plain(error.message), { id: error.id, properties, reasons: error.reasons.map(redact) });
    }
    if (error instanceof RelayError) throw plain(error.message);
    const unexpected = isError(error) ? error : new Error(inspect(error, { depth: 1 }));
    const bug = new Error(redactQuoted(`${unexpected.message} (this is unexpected: please report it)`));
    bug.stack = redactQuoted(unexpected.stack ?? "");
    throw bug;
  }
}

/**
 * The engine keeps secret what was secret before. Somebody may have copied a secret into an entry of a map that is new to
 * the state, so those are marked (the two texts are part of the engine's protocol).
 */
function secretAdditions(declaration: Declaration, known: Properties, found: Properties): Properties {
  const maps = Object.keys(declaration.fields).filter(
    (name) => declaration.fields[name]?.compare === "case-insensitive map",
  );
  return Object.fromEntries(
    maps.map((name) => {
      const before = new Set(Object.keys(known[name] ?? {}));
      const entries = Object.entries(found[name] ?? {}).map(([key, value]: [string, unknown]) => [
        key,
        before.has(key) ? value : { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", value },
      ]);
      return [name, Object.fromEntries(entries) as unknown];
    }),
  );
}

function plain(message: string): Error {
  const error = new Error(redact(message));
  error.name = "";
  error.stack = "";
  return error;
}

function settingsProblems(connect: () => unknown): string[] {
  try {
    connect();
    return [];
  } catch (error) {
    if (error instanceof SettingsError) return [error.message];
    throw error;
  }
}

/** Without the provider text, which the engine mixes in everywhere. */
function own(properties: Properties): Properties {
  const { __provider, ...rest } = properties;
  return rest;
}

/** The engine's wire format has no `undefined`. */
function complete(properties: object): Properties {
  return JSON.parse(JSON.stringify(properties)) as Properties;
}

function rememberSecrets(declaration: Declaration, properties: Properties): void {
  remember(...secretProperties(declaration).map((name) => properties[name]));
}
