import { sameValue } from "../compare";
import { knownFields, omitImplied, restoreImplied } from "../implied";
import type { AnyLifecycle } from "../lifecycle";
import { propertiesOf } from "../lifecycle";
import { UNKNOWN, containsUnknown } from "../unknown";
import { type Properties, forState, fromState } from "./context";

/** The outputs that a preview may claim of an object that is about to be made; the rest is not known. */
export function previewCreate(lifecycle: AnyLifecycle, checked: Properties): Record<string, unknown> {
  const inputs = restoreImplied(lifecycle.inputs, checked);
  const open = Object.keys(lifecycle.outputs).filter((name) => inputs[name] === undefined);
  return omitImplied(knownFields(lifecycle), { ...inputs, ...Object.fromEntries(open.map((name) => [name, UNKNOWN])) });
}

/** The outputs that a preview may claim of an object that is about to be changed in place. */
export function previewUpdate(
  lifecycle: AnyLifecycle,
  stored: Properties,
  checked: Properties,
): Record<string, unknown> {
  const inputs = restoreImplied(lifecycle.inputs, checked);
  const known = fromState(lifecycle, stored);
  const differs = (name: string): boolean =>
    containsUnknown(inputs[name]) || !sameValue(lifecycle.inputs[name]?.compare ?? "exact", known[name], inputs[name]);
  const isOpen = (name: string): boolean => {
    const changesWith = (lifecycle.outputs[name] ?? lifecycle.inputs[name])?.changesWith ?? [];
    return changesWith === "any" || changesWith.some(differs);
  };
  // An argument that is taken back is gone afterwards, or what the other system makes of that.
  const isTakenBack = (name: string): boolean => !Object.hasOwn(lifecycle.outputs, name) && known[name] !== undefined;
  const claim = (name: string): unknown => inputs[name] ?? (isOpen(name) || isTakenBack(name) ? UNKNOWN : known[name]);
  return forState(lifecycle, Object.fromEntries(propertiesOf(lifecycle).map((name) => [name, claim(name)])));
}
