import type * as z from "zod";

/**
 * A field is declared once: its schema, what a change of it does, how it is compared, whether it is secret. Its types follow
 * from the schema. What it is stands as a comment above it: from there editors have it, the reference, and the schema for
 * other languages.
 */
export interface InputField<Given = unknown, Checked = unknown, IsInternal extends boolean = boolean> {
  /** Shape, default and rules. */
  readonly schema: z.ZodType<Checked, Given>;
  /** Whether a change is made in place or makes a new object first and deletes the old one then. */
  readonly change: "update" | "replace";
  readonly compare: Comparison;
  /** Encrypted in the state, never printed. */
  readonly secret: boolean;
  /** Set by the package, not by people. */
  readonly internal: IsInternal;
  readonly changesWith: ChangesWith;
  readonly implied: Implied | undefined;
}

/** What only the remote system knows, or knows better than what was declared. */
export interface OutputField<Value = unknown, IsInternal extends boolean = boolean> {
  readonly schema: z.ZodType<Value>;
  readonly secret: boolean;
  /** Kept in the state for our own use only. */
  readonly internal: IsInternal;
  readonly changesWith: ChangesWith;
  readonly implied: Implied | undefined;
}

/**
 * - `exact`: deep equality.
 * - `set`: order and repetitions do not count.
 * - `case-insensitive map`: the case of the keys does not count.
 * - `write-only`: the remote system never shows it; the value last sent is what counts.
 * - `identity`: names the object itself; it changes only when it names another object than the one in the state.
 * - `claim`: says whose the object is; one that is still nobody's, because it was imported, is claimed with its next change.
 * - `ignored`: steers our own behaviour; a change of it touches nothing.
 */
export type Comparison = "exact" | "set" | "case-insensitive map" | "write-only" | "identity" | "claim" | "ignored";

/** Which updates may bring a new value: any, those that change one of these inputs, or none. A preview claims nothing then. */
export type ChangesWith = "any" | readonly string[];

/**
 * The value that a field of ours has where inputs or outputs do not say it, which may follow from their other values; `undefined`
 * where these do not tell. A value that is implied is not stored.
 */
export type Implied = (others: Readonly<Record<string, unknown>>) => unknown;

interface OutputOptions {
  readonly secret?: boolean;
  readonly changesWith?: ChangesWith;
}

/** Only what the package keeps for itself may go without saying: programs read the rest. */
interface InternalOptions {
  readonly implied?: Implied;
}

interface InputOptions extends OutputOptions {
  readonly change?: "update" | "replace";
  readonly compare?: Comparison;
}

export function input<Checked, Given>(
  schema: z.ZodType<Checked, Given>,
  { change = "update", compare = "exact", secret = false, changesWith = [] }: InputOptions = {},
): InputField<Given, Checked, false> {
  return { schema, change, compare, secret, changesWith, internal: false, implied: undefined };
}

/** The object's name: where the program gives none, the resource's own. */
export function nameInput(
  schema: z.ZodType<string>,
  options?: InputOptions,
): InputField<string | undefined, string, false> {
  return input(schema as z.ZodType<string, string | undefined>, options);
}

/** An input that the package sets: nobody's argument. */
export function internalInput<Checked, Given>(
  schema: z.ZodType<Checked, Given>,
  { implied, ...options }: InputOptions & InternalOptions = {},
): InputField<Given, Checked, true> {
  return { ...input(schema, options), internal: true, implied };
}

export function output<Value>(
  schema: z.ZodType<Value>,
  { secret = false, changesWith = [] }: OutputOptions = {},
): OutputField<Value, false> {
  return { schema, secret, changesWith, internal: false, implied: undefined };
}

export function internalOutput<Value>(
  schema: z.ZodType<Value>,
  { implied, ...options }: OutputOptions & InternalOptions = {},
): OutputField<Value, true> {
  return { ...output(schema, options), internal: true, implied };
}

type Inputs = Readonly<Record<string, InputField>>;
type Outputs = Readonly<Record<string, OutputField>>;

type GivenOf<Field> = Field extends InputField<infer Given> ? Given : never;
type CheckedOf<Field> = Field extends InputField<unknown, infer Checked> ? Checked : never;
type ValueOf<Field> = Field extends OutputField<infer Value> ? Value : never;

/** What may be undefined may be left out. */
type Loose<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: T[K];
};

/** What a program declares: an argument with a default may be left out. */
export type ArgsOf<I extends Inputs> = Loose<{
  [K in keyof I as I[K] extends { internal: false } ? K : never]: GivenOf<I[K]>;
}>;

/** The inputs once they are checked, those that the package sets included. */
export type InputsOf<I extends Inputs> = Loose<{ [K in keyof I]: CheckedOf<I[K]> }>;

export type ValuesOf<O extends Outputs> = Loose<{ [K in keyof O]: ValueOf<O[K]> }>;

/** What is known of an object: its inputs, as the remote system has them, and what only that knows. */
export type OutputsOf<I extends Inputs, O extends Outputs> = Omit<InputsOf<I>, keyof O> & ValuesOf<O>;

/** What a program may use of an object. */
export type ResultsOf<I extends Inputs, O extends Outputs> = {
  [K in keyof I as K extends keyof O ? never : I[K] extends { internal: false } ? K : never]: CheckedOf<I[K]>;
} & {
  [K in keyof O as O[K] extends { internal: false } ? K : never]: ValueOf<O[K]>;
};
