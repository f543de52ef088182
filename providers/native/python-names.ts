import { pythonName } from "../plugin-settings";
import { shippedSchema } from "./shipped-schema";

/** What is used of a schema. */
interface Type {
  readonly $ref?: string;
  readonly items?: Type;
  readonly oneOf?: readonly Type[];
}
type Properties = Readonly<Record<string, Type>>;
interface Schema {
  readonly resources: Readonly<Record<string, { readonly inputProperties: Properties }>>;
  readonly types: Readonly<Record<string, { readonly properties?: Properties }>>;
}

/**
 * A component's inputs under the names of the schema. Pulumi's SDK for Python spells the names of a dict back by its type; where
 * an argument is of one type or another (`alarms`), it leaves a dict with another one inside as the program has it.
 */
export function withoutPythonNames(token: string, inputs: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { resources, types } = JSON.parse(shippedSchema()) as Schema;

  const group = (values: Readonly<Record<string, unknown>>, properties: Properties): Record<string, unknown> => {
    const names = new Map(Object.keys(properties).flatMap((name) => pythonNames(name).map((python) => [python, name])));
    return Object.fromEntries(
      Object.entries(values).map(([key, value]) => {
        const name = Object.hasOwn(properties, key) ? key : (names.get(key) ?? key);
        return [name, typed(value, properties[name] ?? {})];
      }),
    );
  };

  const typed = (value: unknown, { $ref, items, oneOf = [] }: Type): unknown => {
    if (Array.isArray(value)) return items === undefined ? value : value.map((item) => typed(item, items));
    if (!isGroup(value)) return value;
    const properties = [$ref, ...oneOf.map((one) => one.$ref)]
      .map((reference) => types[reference?.replace("#/types/", "") ?? ""]?.properties)
      .find((one) => one !== undefined);
    return properties === undefined ? value : group(value, properties);
  };

  return group(inputs, resources[token]?.inputProperties ?? {});
}

/** With an underscore behind it where it is a word of Python's own, such as `from`. */
function pythonNames(name: string): string[] {
  return [pythonName(name), `${pythonName(name)}_`];
}

function isGroup(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
