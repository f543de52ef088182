import * as z from "zod";
import { PartialFailure } from "../lifecycle/errors";
import type { Field, FieldTable, Lifecycle, OutputField } from "../lifecycle/lifecycle";
import type { Offering, OptIns } from "../lifecycle/opt-ins";
import { remember } from "../lifecycle/secrets";
import { connectToAirkit, driverOf, driverProblems } from "./connection";
import {
  type AirkitDriver,
  type AirkitKind,
  type Books,
  DRIVERS,
  type Declared,
  type DriverName,
  type Known,
  formValues,
} from "./driver";
import { UnfinishedError } from "./failure";
import { objectId } from "./object-id";
import { howToMake } from "./operator-words";

/** What a person can say about any Airkit object, beside its form. */
export interface AirkitObjectArgs {
  /**
   * The revision that an operator recorded as done (operator driver). Default: stack config `airkit:applied.<resource name>`,
   * which the printed command sets. A change touches nothing in Airkit.
   */
  appliedRevision?: string;
}

/** The inputs that every Airkit object has. */
export interface AirkitObjectInputs {
  name: string;
  appliedRevision?: string | undefined;
  resourceName: string;
  driver: DriverName;
  mark: string;
}

/** The properties that every Airkit object has beside its form and its id. */
export interface AirkitObjectOutputs extends Books {
  /** Whether the program names the object by its UUID. */
  named: boolean;
}

/** For our own use: kept out of the class's type. */
export type AirkitInternals = "resourceName" | "driver" | "revisionKey" | "applied" | "named";

const WHERE = "the UUID of the object, or the whole address of its page in Airkit's console";

/** As a person gives it; what is kept is the UUID in lower case. */
export const uuid = z
  .string({ error: ({ input }) => `${input === undefined ? "is required" : "must be text"}: ${WHERE}` })
  .overwrite(objectId)
  .check(z.guid(`must be ${WHERE}`));

export const airkitObjectInputs = {
  name: z.string().trim().min(1, "must not be empty").max(255, "must have at most 255 characters"),
  appliedRevision: z.string().optional(),
  resourceName: z.string().default(""),
  driver: z.enum(DRIVERS),
  mark: z.string(),
};

/** The command that shows an operator the secret field of a form. */
export const secretCommand = (usual: string): z.ZodType<string> =>
  z.string().trim().min(1, "must not be empty").default(usual);

export const airkitObjectFields: Omit<FieldTable<AirkitObjectInputs>, "name"> = {
  appliedRevision: {
    change: "update",
    doc: "Revision an operator recorded as done. Left out: stack config `airkit:applied.<resource name>`.",
  },
  resourceName: { change: "update", compare: "ignored", internal: true, doc: "Name of the Pulumi resource." },
  driver: { change: "update", internal: true, doc: "The driver: airkit:driver." },
  mark: { change: "update", compare: "ignored", internal: true, doc: "Opaque mark of the declaring resource." },
};

export const airkitObjectOutputs: Readonly<Record<keyof AirkitObjectOutputs, OutputField>> = {
  status: { doc: "`applied`, or `pending` as long as an operator has something left to do." },
  revision: { doc: "Short digest of the declared settings; nothing can be guessed from it." },
  pendingFields: { doc: "Fields whose declared value is not known to be in Airkit." },
  steps: {
    doc: "What an operator has left to do: where, each field, and the command that records it as done. Holds no secret.",
  },
  revisionKey: { internal: true, secret: true, doc: "Key of the digests." },
  applied: { internal: true, doc: "What is known to be in Airkit; secret fields only as keyed digests." },
  generation: { internal: true, doc: "Which attempt made the object through the console API." },
  named: { internal: true, doc: "Whether the program names the object by its UUID." },
};

/** A kind as its resource file tells it; what is secret and what replaces stands in the field table. */
export interface AirkitObject<Inputs> extends Omit<AirkitKind, "form" | "idField"> {
  readonly idField: keyof Inputs & string;
  /** The form's fields in its order: the console's label, and its words for values. */
  readonly form: {
    readonly [K in keyof Inputs]?: { readonly label: string; readonly words?: Readonly<Record<string, string>> };
  };
  readonly fields: FieldTable<Inputs>;
}

type Methods = "connect" | "create" | "read" | "update" | "delete";
type Offers = "inputsFromSettings" | "inputsFromName" | "prerequisites" | "declared" | "list" | "existing";

export type AirkitLifecycle<Inputs extends object, Outputs extends Inputs> = Offering<
  Inputs,
  Outputs,
  AirkitDriver,
  Offers
>;

/** The methods of an Airkit object: the same for all, and for both drivers. */
export function airkitMethods<Inputs extends AirkitObjectInputs, Outputs extends Inputs & AirkitObjectOutputs>(
  object: AirkitObject<Inputs>,
): Pick<Lifecycle<Inputs, Outputs, AirkitDriver>, Methods> & Pick<OptIns<Inputs, Outputs, AirkitDriver>, Offers> {
  const kind = kindOf(object);

  const declaredOf = (inputs: Inputs): Declared => {
    const { id, values, ...declared } = stated(kind, inputs);
    remember(...kind.form.filter(({ secret }) => secret).map(({ property }) => values[property]));
    return { ...declared, id: id === "" ? undefined : id, values };
  };
  const knownOf = (outputs: Outputs): Known => {
    const { status, revision, pendingFields, steps, revisionKey, applied, generation, driver } = outputs;
    const books = { status, revision, pendingFields, steps, revisionKey, applied, generation };
    return { ...declaredOf(outputs), id: stated(kind, outputs).id, driver, books };
  };
  const outputsOf = (inputs: Inputs, { id, values, books, driver }: Known, isNamed: boolean): Outputs => {
    const others = Object.entries(inputs).filter(([name]) => !kind.form.some(({ property }) => property === name));
    // Typed by name everywhere else; here the names are data.
    return {
      ...Object.fromEntries(others),
      ...values,
      ...books,
      driver,
      [kind.idField]: id,
      named: isNamed,
    } as unknown as Outputs;
  };

  return {
    connect: connectToAirkit,

    inputsFromSettings: (settings) => ({ driver: driverOf(settings) }) as Partial<Inputs>,

    inputsFromName(resourceName, recorded) {
      const revision = Object.hasOwn(recorded, resourceName) ? recorded[resourceName] : undefined;
      const appliedRevision = typeof revision === "string" ? { appliedRevision: revision } : {};
      return { resourceName, ...appliedRevision } as Partial<Inputs>;
    },

    prerequisites(inputs, settings, exists, where) {
      if (exists || !kind.madeFirst || inputs[kind.idField] !== undefined) return [];
      return driverProblems(settings).length === 0 && driverOf(settings) === "operator"
        ? [howToMake(kind, stated(kind, inputs), where)]
        : [];
    },

    /** The id of an object that the program does not name is nobody's input. */
    declared: (known) => (known.named ? known : { ...known, [kind.idField]: undefined }),

    async create(driver, inputs) {
      const declared = declaredOf(inputs);
      const outputs = (known: Known): Outputs => outputsOf(inputs, known, declared.id !== undefined);
      const known = await finish(driver.create(kind, declared), (id) => id, outputs);
      return { id: known.id === "" ? `pending-${inputs.mark}` : known.id, outputs: outputs(known) };
    },

    async read(driver, _id, outputs) {
      const known = await driver.read(kind, knownOf(outputs));
      return known && outputsOf(outputs, known, outputs.named);
    },

    async update(driver, id, former, inputs) {
      const declared = declaredOf(inputs);
      const outputs = (known: Known): Outputs => outputsOf(inputs, known, declared.id !== undefined);
      return outputs(await finish(driver.update(kind, knownOf(former), declared), () => id, outputs));
    },

    delete: (driver, _id, outputs) => driver.delete(kind, knownOf(outputs)),

    list: (driver) => driver.list(kind),

    async existing(driver, id, given) {
      const known = await driver.existing(kind, { ...declaredOf(given), id });
      return known && { ...outputsOf(given, known, true), mark: known.mark };
    },
  };
}

function kindOf<Inputs>({ form, fields, ...kind }: AirkitObject<Inputs>): AirkitKind {
  const table: Readonly<Record<string, Field>> = fields;
  const labels: Readonly<Record<string, { label: string; words?: Readonly<Record<string, string>> } | undefined>> =
    form;
  return {
    ...kind,
    form: Object.entries(labels).flatMap(([property, field]) => {
      const secret = table[property]?.secret ?? false;
      const replaces = table[property]?.change === "replace";
      return field === undefined ? [] : [{ property, label: field.label, words: field.words, secret, replaces }];
    }),
  };
}

/** Inputs or outputs, sorted into what the drivers work with. */
function stated(kind: AirkitKind, given: object): Omit<Known, "driver" | "books"> {
  const properties = new Map<string, unknown>(Object.entries(given));
  const text = (name: string): string => z.string().catch("").parse(properties.get(name));
  return {
    id: text(kind.idField),
    values: formValues(kind, properties),
    appliedRevision: text("appliedRevision"),
    secretCommand: text("secretCommand"),
    resourceName: text("resourceName"),
    mark: text("mark"),
  };
}

/** What exists but is not finished stays in the state, and the next `up` finishes it by an update. */
async function finish(
  work: Promise<Known>,
  idOf: (id: string) => string,
  outputs: (known: Known) => object,
): Promise<Known> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof UnfinishedError)) throw error;
    throw new PartialFailure(idOf(error.known.id), outputs(error.known), [error.message]);
  }
}
