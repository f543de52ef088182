import type * as z from "zod";
import type { Run } from "./run";
import type { Settings } from "./settings";

/**
 * How one object of a remote system is declared, compared and kept: the whole of what a resource file has to say. All
 * operations, the Pulumi resource class and the reference are derived from it. It knows nothing of Pulumi.
 *
 * `Outputs` holds every input as the remote system has it, plus what only the remote system knows. What only some resources
 * need stands in `opt-ins.ts`.
 */
export interface Lifecycle<Inputs extends object, Outputs extends Inputs, Connection> {
  /** The resource's name in code and in the state, for example `KustomerOutboundWebhook`. Never change it. */
  readonly name: string;
  /** The type in a URN, for example `kustomer:OutboundWebhook`. Never change it. */
  readonly type: string;
  /** One sentence for the reference. */
  readonly doc: string;
  /** Shape, defaults and rules of the inputs. Every key has its entry in `fields`. */
  readonly inputs: { readonly shape: { readonly [K in keyof Inputs]-?: z.ZodType<Inputs[K]> } };
  readonly fields: FieldTable<Inputs>;
  /** What only the remote system knows. */
  readonly outputs: Readonly<Record<Exclude<keyof Outputs, keyof Inputs>, OutputField>>;

  /** Reads the settings; throws one error that names everything missing. No network. What it gives back may keep the run. */
  connect(settings: Settings, run: Run): Connection;
  create(connection: Connection, inputs: Inputs): Promise<Created<Outputs>>;
  /** What the object is now; `undefined` when it is gone. */
  read(connection: Connection, id: string, known: Outputs): Promise<Outputs | undefined>;
  update(connection: Connection, id: string, known: Outputs, inputs: Inputs): Promise<Outputs>;
  /** Also succeeds when the object is gone already. */
  delete(connection: Connection, id: string, known: Outputs): Promise<void>;
}

/** A lifecycle whose types are of no account: what the operations work with. */
export type AnyLifecycle = Omit<Lifecycle<object, object, unknown>, "inputs" | "fields" | "outputs"> & Declaration;

export interface Created<Outputs> {
  readonly id: string;
  readonly outputs: Outputs;
}

export type FieldTable<Inputs> = { readonly [K in keyof Inputs]-?: Field };

export interface Field extends OutputField {
  /** Whether a change is made in place or makes a new object first and deletes the old one then. */
  readonly change: "update" | "replace";
  readonly compare?: Comparison;
  /** What it tells as an output, where that is more than what was declared. One line for the reference. */
  readonly output?: string;
}

export interface OutputField {
  /** One line for the reference. */
  readonly doc: string;
  /** Set by the package, not by people: kept out of the reference. */
  readonly internal?: true;
  /** Encrypted in the state, never printed. */
  readonly secret?: true;
  /**
   * What an update may bring anew: always, or where one of these inputs changes. A preview then claims nothing of it. Left
   * out: an update leaves it as it is.
   */
  readonly changesWith?: "any" | readonly string[];
}

/**
 * - `exact` (default): deep equality.
 * - `set`: order and repetitions do not count.
 * - `case-insensitive map`: the case of the keys does not count.
 * - `write-only`: the remote system never shows it; the value last sent is what counts.
 * - `identity`: names the object itself; it changes only when it names another object than the one in the state.
 * - `ignored`: steers our own behaviour; a change of it touches nothing.
 */
export type Comparison = "exact" | "set" | "case-insensitive map" | "write-only" | "identity" | "ignored";

/** What can be asked of any lifecycle, whatever its types: for the operations, the resource class and the docs. */
export interface Declaration {
  readonly name: string;
  readonly type: string;
  readonly doc: string;
  readonly inputs: { readonly shape: Readonly<Record<string, z.ZodType>> };
  readonly fields: Readonly<Record<string, Field>>;
  readonly outputs: Readonly<Record<string, OutputField>>;
}

/** The properties that are inputs. */
export function onlyInputs({ fields }: Pick<Declaration, "fields">, known: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(known).filter(([name]) => Object.hasOwn(fields, name)));
}

/** The names of all secret properties, inputs and outputs. */
export function secretProperties(lifecycle: Pick<Declaration, "fields" | "outputs">): string[] {
  return Object.entries({ ...lifecycle.fields, ...lifecycle.outputs })
    .filter(([, field]) => field.secret)
    .map(([name]) => name);
}
