import type { AnyLifecycle } from "./lifecycle";
import { offers } from "./opt-ins";

/** What an edge knows of a resource beside its arguments. `Mark` is a text, or one that is still to come. */
export interface Named<Mark> {
  /** The resource's name in the program. */
  readonly name: string;
  readonly mark: Mark;
  /** What an operator recorded as done: the setting `airkit:applied`, a map from a resource's name to a revision. */
  readonly recorded: Readonly<Record<string, unknown>>;
}

/** The arguments with all that comes with the resource's name. Every edge fills in the same. */
export function inputsByName<Mark>(
  lifecycle: AnyLifecycle,
  given: Readonly<Record<string, unknown>>,
  { name, mark, recorded }: Named<Mark>,
): Record<string, unknown> {
  const following = offers(lifecycle, "inputsFromName") ? lifecycle.inputsFromName(name, recorded) : {};
  return { ...following, ...given, name: given.name ?? name, mark };
}
