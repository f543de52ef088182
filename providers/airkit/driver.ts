import * as z from "zod";
import type { Listed } from "../lifecycle/opt-ins";
import type { OperatorStep } from "./operator-step";

/**
 * How an object of Airkit's console comes to be. Airkit publishes no management API, so there are two ways: a person does the
 * clicks and we keep the books (`operator`), or something that speaks docs/airkit-console-api.yaml does them (`console`).
 */
export interface AirkitDriver {
  create(kind: AirkitKind, declared: Declared): Promise<Known>;
  /** What the object is now; `undefined` when it is gone. */
  read(kind: AirkitKind, known: Known): Promise<Known | undefined>;
  /** `known` may stem from the other driver: ids stay, nothing is replaced. */
  update(kind: AirkitKind, known: Known, declared: Declared): Promise<Known>;
  /** Also succeeds when the object is gone already. */
  delete(kind: AirkitKind, known: Known): Promise<void>;
  /** What there is; `undefined` where nobody can be asked. */
  list(kind: AirkitKind): Promise<Listed[] | undefined>;
  /** An object that no state knows, as it is; `undefined` when there is none. `declared` has what is never shown. Changes nothing. */
  existing(kind: AirkitKind, declared: Declared): Promise<Known | undefined>;
}

export const DRIVERS = ["operator", "console"] as const;
export type DriverName = (typeof DRIVERS)[number];

/** A kind of object: where it is in the console, what its form is called, and what of it is secret. */
export interface AirkitKind {
  /** As in a sentence: `connected account`. */
  readonly noun: string;
  /** The resource class: `AirkitAccount`. */
  readonly resource: string;
  /** Its collection in the console API: `accounts`. */
  readonly collection: string;
  /** The property that holds its UUID: `accountId`. */
  readonly idField: string;
  /** `Console > Integrations > Connected Accounts` */
  readonly page: string;
  /** What opens the form on that page. */
  readonly button: string;
  /** The form, field by field in its order: property and label. */
  readonly form: readonly FormField[];
  /** Others need its UUID before they can be deployed: without a driver that makes it, a person makes it first. */
  readonly madeFirst: boolean;
  /** The property that names what it is part of; with its name, it finds an object whose UUID nobody gave. */
  readonly partOf?: string;
}

export interface FormField {
  readonly property: string;
  readonly label: string;
  readonly secret: boolean;
  readonly replaces: boolean;
  /** What the console calls values that are known by another name. */
  readonly words: Readonly<Record<string, string>> | undefined;
}

export type FormValue = string | number | boolean | readonly string[];

/** What a form holds, by property; a field left empty is not there. */
export type FormValues = Readonly<Record<string, FormValue>>;

const formValue = z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]);

/** The form's fields out of any properties; what could not stand in a form is as good as empty. */
export function formValues(kind: AirkitKind, properties: ReadonlyMap<string, unknown>): FormValues {
  const filled = kind.form.flatMap(({ property }) => {
    const value = formValue.safeParse(properties.get(property));
    return value.success ? [[property, inOrder(value.data)] as const] : [];
  });
  return Object.fromEntries(filled);
}

/** Every list on these forms is a set. */
function inOrder(value: FormValue): FormValue {
  return typeof value === "object" ? [...new Set(value)].sort() : value;
}

/** One object as the program declares it. */
export interface Declared {
  /** The UUID of an existing object, where the program names it. */
  readonly id: string | undefined;
  readonly values: FormValues;
  /** Empty where nothing was recorded. */
  readonly appliedRevision: string;
  readonly secretCommand: string;
  /** The name of the Pulumi resource. */
  readonly resourceName: string;
  readonly mark: string;
}

/** One object as it is in the state. */
export interface Known extends Omit<Declared, "id"> {
  /** Empty as long as nobody said which object was made by hand. */
  readonly id: string;
  /** The driver that wrote it. */
  readonly driver: DriverName;
  readonly books: Books;
  /** Which organisation it belongs to, as the console API names it; empty where nothing tells. */
  readonly organisation: string;
  /** Where it was last seen; empty where an operator does the clicks. */
  readonly baseUrl: string;
}

/** What is on record of an object, beside its form. */
export interface Books {
  /** `pending` as long as a person has something left to do. */
  readonly status: "applied" | "pending";
  /** A short digest of the declared settings; nothing can be guessed from it. */
  readonly revision: string;
  /** The fields whose declared value is not known to be in Airkit. */
  readonly pendingFields: string[];
  /** What a person has left to do. Holds no secret. */
  readonly steps: OperatorStep[];
  /** Secret. Makes digests of secrets worthless to anybody else. */
  readonly revisionKey: string;
  /** What is known to be in Airkit: plain fields as they are, secret ones as keyed digests. */
  readonly applied: FormValues;
  /** Which attempt made the object through the console API, part of its `owner`; empty where none did. */
  readonly generation: string;
}
