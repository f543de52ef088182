import type { Lifecycle } from "./lifecycle";
import type { Migration } from "./state-version";
import type { Settings } from "./settings";
import type { Run } from "./run";
import type { Problem } from "./validate";

/**
 * What a lifecycle may offer beside the required methods. Each is an interface of its own, found by a type test (`offers`), so
 * that a reader of a resource learns only what that resource uses.
 */

/** Inputs that follow from the settings, so that a change of those shows as a change of the resource. */
export interface FollowsSettings<Inputs> {
  inputsFromSettings(settings: Settings): Partial<Inputs>;
}

/** Inputs that follow from the resource's name, and from what an operator recorded as done under that name. */
export interface FollowsName<Inputs> {
  inputsFromName(name: string, recorded: Readonly<Record<string, unknown>>): Partial<Inputs>;
}

/**
 * What must be there before anything can be made. Asked even while some inputs are not known yet, since a person may have to
 * do it before the first `up`; `exists` tells that the state has the object already. `words` are those of whoever declares the
 * resource, where it is not the program itself.
 */
export interface HasPrerequisites {
  prerequisites(
    inputs: Readonly<Record<string, unknown>>,
    settings: Settings,
    exists: boolean,
    words?: PrerequisiteWords,
  ): string[];
}

export interface PrerequisiteWords {
  /** What a person does with the value. */
  readonly where: string;
  /** What a person enters where a form asks for a secret, in place of the command that shows it later. */
  readonly secret?: string | undefined;
}

/**
 * Mistakes that only show beside the settings, between fields, or against what was declared before (`former`, empty where a
 * new object is about to be made). No network: the engine runs checks one by one.
 */
export interface ChecksMore<Inputs> {
  problems(inputs: Inputs, settings: Settings, former: Partial<Inputs>): string[];
}

/** Told of every check of a resource that a state holds, with the inputs of before and of now, whatever else the check finds. */
export interface SeesFormerInputs<Inputs> {
  noteFormer(former: Inputs, declared: Partial<Inputs>, run: Run): void;
}

/** Asks the remote system, once a run for each connection, whether it lets us in; what is wrong, each a problem. */
export interface VerifiesAccess<Connection> {
  verifyAccess(connection: Connection, run: Run): Promise<string[]>;
}

/**
 * Asks the remote system about what is declared, as far as it is known yet; only once it has let us in. `former` is what was
 * declared before, empty where a new object is about to be made.
 */
export interface VerifiesInputs<Connection> {
  verifyInputs(
    connection: Connection,
    inputs: Readonly<Record<string, unknown>>,
    run: Run,
    former: Readonly<Record<string, unknown>>,
  ): Promise<Problem[]>;
}

/** What to warn of at every run, from what is known without asking. No network. */
export interface GivesNotice<Inputs, Outputs> {
  notices(known: Outputs, inputs: Inputs): string[];
}

/** Throws what would keep a replacement from succeeding, as it is planned. Rare enough for a request or two. */
export interface PlansReplacement<Inputs, Outputs, Connection> {
  beforeReplacing(connection: Connection, known: Outputs, inputs: Inputs, settings: Settings): Promise<void>;
}

/** Whether time alone has brought something to do: then `update` is called although nothing differs. No network. */
export interface FallsDue<Inputs, Outputs> {
  isDue(known: Outputs, inputs: Inputs): boolean;
}

/** The inputs an existing object stands for, where they are not just the outputs of the same names. */
export interface DeclaresLess<Inputs, Outputs> {
  declared(known: Outputs): Partial<Inputs>;
}

/** What there is of this kind, whoever made it; `undefined` where nobody can be asked. Changes nothing. */
export interface Listable<Connection> {
  list(connection: Connection): Promise<Listed[] | undefined>;
}

/**
 * What the state is to hold of an object that exists and that no state knows; `undefined` when there is none. `given` is what
 * cannot be asked for, such as a secret that is never shown. Changes nothing.
 */
export interface Importable<Inputs, Outputs, Connection> {
  existing(connection: Connection, id: string, given: Inputs): Promise<Outputs | undefined>;
}

/**
 * What made older states into today's: the first makes version 1 of version 0, and their number is today's version. One is
 * added where outputs of the same name come to mean something else, or a new one cannot do without a value.
 */
export interface HasMigrations {
  readonly migrations: readonly Migration[];
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

export type OptIns<Inputs, Outputs, Connection> = FollowsSettings<Inputs> &
  FollowsName<Inputs> &
  HasPrerequisites &
  ChecksMore<Inputs> &
  SeesFormerInputs<Inputs> &
  VerifiesAccess<Connection> &
  VerifiesInputs<Connection> &
  GivesNotice<Inputs, Outputs> &
  PlansReplacement<Inputs, Outputs, Connection> &
  FallsDue<Inputs, Outputs> &
  DeclaresLess<Inputs, Outputs> &
  Listable<Connection> &
  Importable<Inputs, Outputs, Connection> &
  HasMigrations;

/** A lifecycle that offers the named methods beside the required ones. */
export type Offering<
  Inputs extends object,
  Outputs extends Inputs,
  Connection,
  Offer extends keyof AnyOptIns,
> = Lifecycle<Inputs, Outputs, Connection> & Pick<OptIns<Inputs, Outputs, Connection>, Offer>;

/** Any opt-in of a lifecycle whose types are not known here. */
type AnyOptIns = OptIns<object, object, unknown>;

/** Whether the lifecycle offers it; from there on its types have it. */
export function offers<Offer extends keyof AnyOptIns, T extends object>(
  lifecycle: T,
  offer: Offer,
): lifecycle is T & Pick<AnyOptIns, Offer> {
  return offer in lifecycle;
}
