import type * as z from "zod";
import { normalise } from "./compare";
import type { Declaration } from "./lifecycle";
import { ourWords } from "./our-words";
import { UNKNOWN, containsUnknown } from "./unknown";

type Properties = Readonly<Record<string, unknown>>;

export interface Validated {
  /** Defaults filled in and sets sorted; unknown values left as they came. */
  readonly inputs: Record<string, unknown>;
  /** Every mistake, each with the path of the property. Never a value: it could be a secret. */
  readonly problems: Problem[];
  /** False at a preview in which some values are not known yet. */
  readonly complete: boolean;
}

export interface Problem {
  /** `events[1]` */
  readonly property: string;
  /** `events[1]: must not be empty` */
  readonly reason: string;
}

/** Holds what is declared against the fields' schemas and tells all mistakes at once. */
export function validate(declaration: Pick<Declaration, "inputs">, given: Properties): Validated {
  const problems: Problem[] = [];
  const inputs: Record<string, unknown> = {};
  for (const [name, { schema, compare }] of Object.entries(declaration.inputs)) {
    // A program in another language may have no other word for what is not given.
    const value = given[name] ?? undefined;
    const parsed = schema.safeParse(value, { error: ourWords });
    const issues = (parsed.error?.issues ?? []).filter((issue) => !isUnknownAt(value, issue.path));
    problems.push(...issues.flatMap((issue) => problemsOf(name, issue)));
    const checked = containsUnknown(value) || !parsed.success ? value : parsed.data;
    if (checked !== undefined) inputs[name] = normalise(compare, checked);
  }
  const names = publicNames(declaration).join(", ");
  for (const property of Object.keys(given).filter((name) => !Object.hasOwn(declaration.inputs, name)))
    problems.push({ property, reason: `${property}: no such property; there are ${names}` });
  return { inputs, problems, complete: !containsUnknown(given) };
}

function problemsOf(name: string, issue: z.core.$ZodIssue): Problem[] {
  // zod tells of a map's key only that it is wrong, and keeps what is wrong with it inside.
  const messages = issue.code === "invalid_key" ? issue.issues.map(({ message }) => message) : [issue.message];
  const property = [name, ...issue.path].map(pathPart).join("");
  return messages.map((message) => ({ property, reason: `${property}: ${message}` }));
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

function publicNames({ inputs }: Pick<Declaration, "inputs">): string[] {
  return Object.entries(inputs).flatMap(([name, { internal }]) => (internal ? [] : [name]));
}
