import type * as z from "zod";
import type { Settings } from "./settings";
import type { Migration } from "./state-version";

/**
 * How one object of a remote system is declared, compared and kept: the whole of what a resource file has to say.
 * `check`, `diff`, the Pulumi resource class and the reference tables are derived from it. It knows nothing of Pulumi.
 *
 * `Outputs` holds every input as the remote system has it, plus what only the remote system knows.
 */
export interface Lifecycle<Inputs extends object, Outputs extends Inputs, Client> {
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

  /** Reads the settings; throws one error that names everything missing. No network. */
  connect(settings: Settings): Client;
  /** Inputs that follow from the settings, so that a change of those shows as a change of the resource. Must not throw. */
  inputsFromSettings?(settings: Settings): Partial<Inputs>;
  /**
   * What must be there before anything can be made. Asked even while some inputs are not known yet, since a person may have
   * to see to it before the first `up`; `exists` tells that the state has the object already. `where` says what a person
   * does with the value, where that is not to set it on the resource.
   */
  prerequisites?(
    inputs: Readonly<Record<string, unknown>>,
    settings: Settings,
    exists: boolean,
    where?: string,
  ): string[];
  /**
   * Mistakes that only show beside the settings, between fields, or against what was declared before (`former`, empty where
   * a new object is about to be made). No network: the engine runs checks one by one.
   */
  problems?(inputs: Inputs, settings: Settings, former: Partial<Inputs>): string[];

  /** What to warn of at every run, from what is known without asking. No network. */
  notices?(known: Outputs, inputs: Inputs): string[];

  /** Throws what would keep a replacement from succeeding, as it is planned. Rare enough for a request or two. */
  beforeReplacing?(client: Client, known: Outputs, inputs: Inputs, settings: Settings): Promise<void>;

  /** Whether time alone has brought something to do: then `update` is called although nothing differs. No network. */
  isDue?(known: Outputs, inputs: Inputs): boolean;

  /** The inputs an existing object stands for. Default: the outputs of the same names. */
  declared?(known: Outputs): Partial<Inputs>;

  create(client: Client, inputs: Inputs): Promise<Created<Outputs>>;
  /** What the object is now; `undefined` when it is gone. */
  read(client: Client, id: string, known: Outputs): Promise<Outputs | undefined>;
  update(client: Client, id: string, known: Outputs, inputs: Inputs): Promise<Outputs>;
  /** Also succeeds when the object is gone already. */
  delete(client: Client, id: string, known: Outputs): Promise<void>;

  /** What there is of this kind, whoever made it; `undefined` where nobody can be asked. Changes nothing. */
  list?(client: Client): Promise<Listed[] | undefined>;
  /**
   * What the state is to hold of an object that exists and that no state knows; `undefined` when there is none. `given` is
   * what cannot be asked for, such as a secret that is never shown. Changes nothing.
   */
  existing?(client: Client, id: string, given: Inputs): Promise<Outputs | undefined>;

  /**
   * What made older states into today's: the first makes version 1 of version 0, and their number is today's version. One
   * is added where outputs of the same name come to mean something else, or a new one cannot do without a value.
   */
  readonly migrations?: readonly Migration[];
}

/** An object that exists, as far as a list shows it. */
export interface Listed {
  readonly id: string;
  readonly name: string;
  /** Whether a resource of this package made it, or has taken it over. */
  readonly managed: boolean;
  /** What else is known of it; no secret. */
  readonly properties: Readonly<Record<string, unknown>>;
}

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

/** What can be asked of any lifecycle, whatever its types: for `check`, `diff`, the resource class and the docs. */
export interface Declaration {
  readonly name: string;
  readonly type: string;
  readonly doc: string;
  readonly inputs: { readonly shape: Readonly<Record<string, z.ZodType>> };
  readonly fields: Readonly<Record<string, Field>>;
  readonly outputs: Readonly<Record<string, OutputField>>;
  readonly migrations?: readonly Migration[];
}

/** The properties that are inputs. */
export function onlyInputs({ fields }: Pick<Declaration, "fields">, known: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(known).filter(([name]) => Object.hasOwn(fields, name)));
}

/** The names of all secret properties, inputs and outputs. */
export function secretProperties(lifecycle: Declaration): string[] {
  return Object.entries({ ...lifecycle.fields, ...lifecycle.outputs })
    .filter(([, field]) => field.secret)
    .map(([name]) => name);
}
