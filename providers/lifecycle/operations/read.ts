import { differences } from "../differences";
import { RelayError } from "../errors";
import { omitImplied } from "../implied";
import type { AnyLifecycle } from "../lifecycle";
import { type Listed, offers } from "../opt-ins";
import { validate } from "../validate";
import {
  type Context,
  type Properties,
  connect,
  forState,
  fromState,
  rememberSecrets,
  withoutUndefined,
} from "./context";
import { declaredBy } from "./diff";

/** An object that exists, as the state is to hold it. */
export interface ExistingState {
  readonly id: string;
  readonly inputs: Record<string, unknown>;
  readonly outputs: Record<string, unknown>;
  /**
   * Where secrets may be that the state does not know as such: somebody may have copied one into an entry of a map that is new.
   * Paths into both inputs and outputs, beside the fields that are secret anyway.
   */
  readonly newSecrets: readonly (readonly [field: string, key: string])[];
}

/** What an object of the state is now; `undefined` when it is gone. */
export async function read(
  lifecycle: AnyLifecycle,
  context: Context,
  id: string,
  stored: Properties,
): Promise<ExistingState | undefined> {
  const known = fromState(lifecycle, stored);
  rememberSecrets(lifecycle, known);
  const outputs = await lifecycle.read(connect(lifecycle, context), id, known);
  if (outputs === undefined) return undefined;
  const object = found(lifecycle, id, outputs, known);
  return { ...object, inputs: omitImplied(lifecycle.inputs, object.inputs) };
}

/**
 * An object that exists and that no state knows; `given` is what cannot be asked for. Fails where there is none, and where the
 * first `up` would change it.
 */
export async function importObject(
  lifecycle: AnyLifecycle,
  context: Context,
  id: string,
  given: Properties,
): Promise<ExistingState> {
  const fromSettings = offers(lifecycle, "inputsFromSettings") ? lifecycle.inputsFromSettings(context.settings) : {};
  const assumed = { ...validate(lifecycle, { ...given, ...fromSettings }).inputs, mark: given.mark ?? "" };
  rememberSecrets(lifecycle, assumed);
  const outputs = offers(lifecycle, "existing")
    ? await lifecycle.existing(connect(lifecycle, context), id, assumed)
    : undefined;
  if (outputs === undefined) throw new RelayError({ doing: `import ${lifecycle.name} ${id}`, what: "there is none" });
  const object = found(lifecycle, id, outputs, {});
  const { inputs, problems } = validate(lifecycle, object.inputs);
  const changed = differences(lifecycle, id, object.inputs, inputs);
  const [problem] = [
    ...problems.map(({ reason }) => reason),
    ...changed.map((name) => `${name}: cannot be declared as it is in the other system`),
  ];
  if (problem !== undefined) throw new RelayError({ doing: `import ${lifecycle.name} ${id}`, what: problem });
  return { ...object, inputs: omitImplied(lifecycle.inputs, inputs) };
}

/** What there is of this kind, whoever made it; `undefined` where nobody can be asked. */
export async function list(lifecycle: AnyLifecycle, context: Context): Promise<Listed[] | undefined> {
  return offers(lifecycle, "list") ? lifecycle.list(connect(lifecycle, context)) : undefined;
}

function found(lifecycle: AnyLifecycle, id: string, outputs: object, known: Properties): ExistingState {
  return {
    id,
    inputs: withoutUndefined(declaredBy(lifecycle, outputs)),
    outputs: forState(lifecycle, outputs),
    newSecrets: newEntries(lifecycle, known, { ...outputs }),
  };
}

function newEntries(lifecycle: AnyLifecycle, known: Properties, now: Properties): [string, string][] {
  const keysOf = (value: unknown): string[] => (typeof value === "object" && value !== null ? Object.keys(value) : []);
  const maps = Object.entries(lifecycle.inputs).filter(([, { compare }]) => compare === "case-insensitive map");
  return maps.flatMap(([name]) => {
    const before = new Set(keysOf(known[name]));
    return keysOf(now[name])
      .filter((key) => !before.has(key))
      .map((key): [string, string] => [name, key]);
  });
}
