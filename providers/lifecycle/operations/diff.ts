import { differences } from "../differences";
import { restoreImplied } from "../implied";
import { type AnyLifecycle, onlyInputs } from "../lifecycle";
import { offers } from "../opt-ins";
import { type Context, type Properties, connect, fromState } from "./context";

/** One field that is declared otherwise than the object is. */
export interface Change {
  readonly field: string;
  readonly kind: "add" | "update" | "delete";
  /** Whether it makes a new object. */
  readonly replaces: boolean;
}

export interface Difference {
  readonly changes: readonly Change[];
  /** Nothing differs, but time alone has brought something to do. */
  readonly isDue: boolean;
}

/** Compares what the state has of an object with what is declared. Warns of what time brings; may refuse a replacement. */
export async function diff(
  lifecycle: AnyLifecycle,
  context: Context,
  id: string,
  stored: Properties,
  checked: Properties,
): Promise<Difference> {
  const { settings, run } = context;
  const known = fromState(lifecycle, stored);
  const inputs = restoreImplied(lifecycle.inputs, checked);
  if (offers(lifecycle, "notices"))
    lifecycle.notices(known, inputs).forEach((notice) => {
      run.warn(notice);
    });
  const before = declaredBy(lifecycle, known);
  const changes = differences(lifecycle, id, before, inputs).map((field): Change => ({
    field,
    kind: before[field] === undefined ? "add" : inputs[field] === undefined ? "delete" : "update",
    replaces: lifecycle.inputs[field]?.change === "replace",
  }));
  if (changes.some(({ replaces }) => replaces) && offers(lifecycle, "beforeReplacing"))
    await lifecycle.beforeReplacing(connect(lifecycle, context), known, inputs, settings);
  return { changes, isDue: changes.length === 0 && offers(lifecycle, "isDue") && lifecycle.isDue(known, inputs) };
}

/** The inputs that an existing object stands for. */
export function declaredBy(lifecycle: AnyLifecycle, known: object): Record<string, unknown> {
  return onlyInputs(lifecycle, offers(lifecycle, "declared") ? lifecycle.declared(known) : known);
}
