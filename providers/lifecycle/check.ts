import type * as z from "zod";
import { normalise } from "./compare";
import type { Declaration } from "./lifecycle";
import { UNKNOWN, containsUnknown } from "./unknown";

type Properties = Record<string, unknown>;

export interface Checked {
  /** Defaults filled in and sets sorted; unknown values left as they came. */
  readonly inputs: Properties;
  /** Every mistake, each with the path of the property. Never a value: it could be a secret. */
  readonly problems: string[];
  /** False at a preview in which some values are not known yet. */
  readonly complete: boolean;
}

/** Validates inputs against the lifecycle's schema and reports all mistakes at once. */
export function check(lifecycle: Pick<Declaration, "inputs" | "fields">, given: Properties): Checked {
  const problems: string[] = [];
  const inputs: Properties = {};
  for (const [name, schema] of Object.entries(lifecycle.inputs.shape)) {
    const value = given[name];
    const parsed = schema.safeParse(value);
    if (!parsed.success)
      problems.push(
        ...parsed.error.issues
          .filter((issue) => !isUnknownAt(value, issue.path))
          .flatMap((issue) => sentences(name, issue)),
      );
    const checked = containsUnknown(value) || !parsed.success ? value : parsed.data;
    if (checked !== undefined) inputs[name] = normalise(lifecycle.fields[name]?.compare ?? "exact", checked);
  }
  for (const name of Object.keys(given).filter((name) => !Object.hasOwn(lifecycle.inputs.shape, name))) {
    problems.push(`${name}: no such property; there are ${publicNames(lifecycle).join(", ")}`);
  }
  return { inputs, problems, complete: !containsUnknown(given) };
}

function sentences(name: string, issue: z.core.$ZodIssue): string[] {
  // zod tells of a map's key only that it is wrong, and keeps what is wrong with it inside.
  const messages = issue.code === "invalid_key" ? issue.issues.map(({ message }) => message) : [issue.message];
  return messages.map((message) => `${[name, ...issue.path].map(pathPart).join("")}: ${message}`);
}

/** `events[1]`, `headers.x-team` */
export function pathPart(part: PropertyKey, index: number): string {
  if (typeof part === "number") return `[${part}]`;
  return index === 0 ? String(part) : `.${String(part)}`;
}

/** Whether the place an issue points at, or anything on the way to it or below it, is unknown. */
function isUnknownAt(value: unknown, path: PropertyKey[]): boolean {
  let here: unknown = value;
  for (const part of path) {
    if (here === UNKNOWN) return true;
    here = typeof here === "object" && here !== null ? (here as Record<PropertyKey, unknown>)[part] : undefined;
  }
  return containsUnknown(here);
}

function publicNames(lifecycle: Pick<Declaration, "fields">): string[] {
  return Object.entries(lifecycle.fields)
    .filter(([, field]) => !field.internal)
    .map(([name]) => name);
}
