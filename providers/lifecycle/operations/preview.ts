import { sameValue } from "../compare";
import type { AnyLifecycle, Declaration, OutputField } from "../lifecycle";
import { UNKNOWN, containsUnknown } from "../unknown";
import { type Properties, forState, fromState } from "./context";

/** The outputs that a preview may claim of an object that is about to be made; the rest is not known. */
export function previewCreate(lifecycle: AnyLifecycle, inputs: Properties): Record<string, unknown> {
  const outputs = Object.keys(lifecycle.outputs).filter((name) => inputs[name] === undefined);
  const made = Object.keys(lifecycle.fields).filter((name) => inputs[name] === undefined && isMade(lifecycle, name));
  return { ...inputs, ...Object.fromEntries([...outputs, ...made].map((name) => [name, UNKNOWN])) };
}

/** The outputs that a preview may claim of an object that is about to be changed in place. */
export function previewUpdate(
  lifecycle: AnyLifecycle,
  stored: Properties,
  inputs: Properties,
): Record<string, unknown> {
  const known = fromState(lifecycle, stored);
  const differs = (name: string): boolean =>
    containsUnknown(inputs[name]) || !sameValue(lifecycle.fields[name]?.compare ?? "exact", known[name], inputs[name]);
  const kept = (name: string, field: OutputField): unknown => {
    const { changesWith = [] } = field;
    const isOpen = changesWith === "any" || changesWith.some(differs);
    return isOpen ? UNKNOWN : known[name];
  };
  const table: Declaration["outputs"] = { ...lifecycle.fields, ...lifecycle.outputs };
  const all = Object.entries(table).map(([name, field]): [string, unknown] => [
    name,
    inputs[name] === undefined ? kept(name, field) : inputs[name],
  ]);
  return forState(lifecycle, Object.fromEntries(all));
}

/** Whether the object has a value of its own for an input that nobody gave. */
function isMade({ fields }: Declaration, name: string): boolean {
  return fields[name]?.output !== undefined || fields[name]?.compare === "identity";
}
