import * as z from "zod";
import type { InputField } from "../lifecycle/fields";
import type { Lifecycle } from "../lifecycle/lifecycle";
import type { Offering, OptIns } from "../lifecycle/opt-ins";
import { HeldClaims } from "../lifecycle/ownership";
import { remember } from "../lifecycle/secrets";
import { claimOf } from "./console-driver";
import { connectToAirkit, driverOf, driverProblems } from "./connection";
import { type AirkitDriver, type AirkitKind, type Declared, type Known, formValues } from "./driver";
import type { AirkitObjectInputs, AirkitObjectOutputs } from "./object-fields";
import { howToMake } from "./operator-words";

/** A kind as its resource file tells it; what is secret and what replaces stands in its inputs. */
export interface AirkitObject<Inputs> extends Omit<AirkitKind, "form" | "idField"> {
  readonly idField: keyof Inputs & string;
  /** The form's fields in its order: the console's label, and its words for values. */
  readonly form: {
    readonly [K in keyof Inputs]?: { readonly label: string; readonly words?: Readonly<Record<string, string>> };
  };
  /** The resource's inputs: they say what is secret and what replaces. */
  readonly inputs: Readonly<Record<string, InputField>>;
}

type Methods = "connect" | "create" | "read" | "update" | "delete";
type Offers =
  "inputsFromSettings" | "inputsFromName" | "prerequisites" | "noteFormer" | "isDue" | "declared" | "list" | "existing";

export type AirkitLifecycle<Inputs extends object, Outputs extends Inputs> = Offering<
  Inputs,
  Outputs,
  AirkitDriver,
  Offers
> & {
  /** Where it is in the console, and its form. */
  readonly kind: AirkitKind;
};

/** The methods of an Airkit object: the same for all, and for both drivers. */
export function airkitMethods<Inputs extends AirkitObjectInputs, Outputs extends Inputs & AirkitObjectOutputs>(
  object: AirkitObject<Inputs>,
): Pick<Lifecycle<Inputs, Outputs, AirkitDriver>, Methods> &
  Pick<OptIns<Inputs, Outputs, AirkitDriver>, Offers> & { readonly kind: AirkitKind } {
  const kind = kindOf(object);

  const declaredOf = (inputs: Inputs): Declared => {
    const { id, values, ...declared } = stated(kind, inputs);
    remember(...kind.form.filter(({ secret }) => secret).map(({ property }) => values[property]));
    return { ...declared, id: id === "" ? undefined : id, values };
  };
  const knownOf = (outputs: Outputs): Known => {
    const { status, revision, pendingFields, steps, revisionKey, applied, generation, driver } = outputs;
    const { organisation, baseUrl } = outputs;
    const books = { status, revision, pendingFields, steps, revisionKey, applied, generation };
    return { ...declaredOf(outputs), id: stated(kind, outputs).id, driver, books, organisation, baseUrl };
  };
  const outputsOf = (
    inputs: Inputs,
    { id, values, books, driver, organisation, baseUrl }: Known,
    isNamed: boolean,
  ): Outputs => {
    const others = Object.entries(inputs).filter(([name]) => !kind.form.some(({ property }) => property === name));
    // Typed by name everywhere else; here the names are data.
    return {
      ...Object.fromEntries(others),
      ...values,
      ...books,
      driver,
      organisation,
      baseUrl,
      [kind.idField]: id,
      named: isNamed,
    } as unknown as Outputs;
  };

  return {
    kind,

    connect: connectToAirkit,

    inputsFromSettings: (settings) => ({ driver: driverOf(settings) }) as Partial<Inputs>,

    inputsFromName(resourceName, recorded) {
      const revision = Object.hasOwn(recorded, resourceName) ? recorded[resourceName] : undefined;
      const appliedRevision = typeof revision === "string" ? { appliedRevision: revision } : {};
      return { resourceName, ...appliedRevision } as Partial<Inputs>;
    },

    prerequisites(inputs, settings, exists, words) {
      if (exists || !kind.madeFirst || inputs[kind.idField] !== undefined) return [];
      return driverProblems(settings).length === 0 && driverOf(settings) === "operator"
        ? [howToMake(kind, stated(kind, inputs), words)]
        : [];
    },

    /** A state holds what was declared before, so it is not taken over by its replacement. */
    noteFormer({ mark }, _inputs, run) {
      run.of(HeldClaims).note(kind.noun, claimOf({ mark }));
    },

    /** An imported one that carries somebody's claim is claimed by the first `up`. */
    isDue: ({ driver, mark, generation }) => driver === "console" && mark !== "" && generation === "",

    /** The id of an object that the program does not name is nobody's input. */
    declared: (known) => (known.named ? known : { ...known, [kind.idField]: undefined }),

    async create(driver, inputs) {
      const declared = declaredOf(inputs);
      const known = await driver.create(kind, declared);
      return {
        id: known.id === "" ? `pending-${inputs.mark}` : known.id,
        outputs: outputsOf(inputs, known, declared.id !== undefined),
      };
    },

    async read(driver, _id, outputs) {
      const known = await driver.read(kind, knownOf(outputs));
      return known && outputsOf(outputs, known, outputs.named);
    },

    async update(driver, _id, former, inputs) {
      const declared = declaredOf(inputs);
      const known = await driver.update(kind, knownOf(former), declared);
      return outputsOf(inputs, known, declared.id !== undefined);
    },

    delete: (driver, _id, outputs) => driver.delete(kind, knownOf(outputs)),

    list: (driver) => driver.list(kind),

    async existing(driver, id, given) {
      const known = await driver.existing(kind, { ...declaredOf(given), id });
      return known && { ...outputsOf(given, known, true), mark: known.mark };
    },
  };
}

function kindOf<Inputs>({ form, inputs, ...kind }: AirkitObject<Inputs>): AirkitKind {
  const labels: Readonly<Record<string, { label: string; words?: Readonly<Record<string, string>> } | undefined>> =
    form;
  return {
    ...kind,
    form: Object.entries(labels).flatMap(([property, field]) => {
      const secret = inputs[property]?.secret ?? false;
      const replaces = inputs[property]?.change === "replace";
      return field === undefined ? [] : [{ property, label: field.label, words: field.words, secret, replaces }];
    }),
  };
}

/** Inputs or outputs, sorted into what the drivers work with. */
function stated(kind: AirkitKind, given: object): Omit<Known, "driver" | "books" | "organisation" | "baseUrl"> {
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
