import { sameValue } from "./compare";
import type { Implied } from "./fields";
import type { Declaration } from "./lifecycle";

type Properties = Readonly<Record<string, unknown>>;
type Fields = Readonly<Record<string, { readonly implied: Implied | undefined }>>;

/**
 * The engine writes the whole state at every step, so what goes without saying is not stored: a field of ours whose value is the
 * one that its table calls implied.
 */
export function omitImplied(fields: Fields, properties: Properties): Record<string, unknown> {
  const implied = impliedBy(fields, properties);
  return Object.fromEntries(
    Object.entries(properties).filter(
      ([name, value]) => !Object.hasOwn(implied, name) || !sameValue("exact", value, implied[name]),
    ),
  );
}

/** What was stored, with all that went without saying. Older states said it. */
export function restoreImplied(fields: Fields, stored: Properties): Record<string, unknown> {
  return { ...impliedBy(fields, stored), ...stored };
}

/** The fields of what is known of an object. */
export function knownFields({ inputs, outputs }: Pick<Declaration, "inputs" | "outputs">): Fields {
  return { ...inputs, ...outputs };
}

/** Only what follows from what is there: where a program names just an id, little does. */
function impliedBy(fields: Fields, properties: Properties): Properties {
  const values = Object.entries(fields).map(([name, { implied }]): [string, unknown] => [name, implied?.(properties)]);
  return Object.fromEntries(values.filter(([, value]) => value !== undefined));
}
