import { sameValue } from "./compare";
import type { Declaration, Field } from "./lifecycle";
import { containsUnknown } from "./unknown";

type Properties = Record<string, unknown>;

export interface Difference {
  /** Fields that differ in meaning. Empty: nothing to do. */
  readonly changed: string[];
  /** Those of them that make a new object. */
  readonly replaces: string[];
}

/** Compares what the object is (`known`) with what is declared (`inputs`), field by field as the table says. */
export function diff(
  lifecycle: Pick<Declaration, "fields">,
  id: string,
  known: Properties,
  inputs: Properties,
): Difference {
  const changed = Object.entries(lifecycle.fields).filter(([name, field]) =>
    differs(field, id, known[name], inputs[name]),
  );
  return {
    changed: changed.map(([name]) => name),
    replaces: changed.filter(([, field]) => field.change === "replace").map(([name]) => name),
  };
}

function differs(field: Field, id: string, known: unknown, declared: unknown): boolean {
  const compare = field.compare ?? "exact";
  if (compare === "ignored") return false;
  if (compare === "identity" && (declared === undefined || declared === id)) return false;
  return containsUnknown(declared) || !sameValue(compare, known, declared);
}
