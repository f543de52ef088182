import { sameValue } from "./compare";
import type { InputField } from "./fields";
import type { Declaration } from "./lifecycle";
import { containsUnknown } from "./unknown";

type Properties = Readonly<Record<string, unknown>>;

/** The fields in which what the object is (`known`) differs in meaning from what is declared (`inputs`). */
export function differences(
  declaration: Pick<Declaration, "inputs">,
  id: string,
  known: Properties,
  inputs: Properties,
): string[] {
  return Object.entries(declaration.inputs)
    .filter(([name, field]) => differs(field, id, known[name], inputs[name]))
    .map(([name]) => name);
}

function differs({ compare }: InputField, id: string, known: unknown, declared: unknown): boolean {
  if (compare === "ignored") return false;
  if (compare === "identity" && (declared === undefined || declared === id)) return false;
  if (compare === "claim" && known === "") return false;
  return containsUnknown(declared) || !sameValue(compare, known, declared);
}
