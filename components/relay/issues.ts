import * as pulumi from "@pulumi/pulumi";
import * as z from "zod";
import { editDistance } from "../../providers/kustomer/outbound-webhook/events";
import { ourWords } from "../../providers/lifecycle/our-words";
import { pathPart } from "../../providers/lifecycle/validate";

/**
 * Every mistake at once, each with the path of the argument below `root` and what it may be. What is an output is not known
 * yet, and no mistake.
 */
export function problemsIn(schema: z.ZodType, value: unknown, root: readonly string[] = []): string[] {
  return (schema.safeParse(value, { error: ourWords }).error?.issues ?? [])
    .filter(({ path }) => !isLaterAt(value, path))
    .flatMap((issue) => sentences(schema, issue, root));
}

function sentences(schema: z.ZodType, issue: z.core.$ZodIssue, root: readonly string[]): string[] {
  const at = [...root, ...issue.path].map(pathPart).join("");
  const below = (name: string): string => (at === "" ? name : `${at}.${name}`);
  if (issue.code === "unrecognized_keys")
    return issue.keys.map((key) => `${below(key)}: no such setting${suggestion(key, namesAt(schema, issue.path))}`);
  // zod tells of a map's key only that it is wrong, and keeps what is wrong with it inside.
  if (issue.code === "invalid_key") return issue.issues.map(({ message }) => `${at}: ${message}`);
  return [at === "" ? issue.message : `${at}: ${issue.message}`];
}

function suggestion(key: string, names: readonly string[]): string {
  const [nearest] = [...names].sort((one, other) => editDistance(key, one) - editDistance(key, other));
  if (nearest === undefined) return "";
  return editDistance(key, nearest) <= 3 ? `; did you mean ${nearest}?` : `; there are ${names.join(", ")}`;
}

/** The settings that may stand at a path, found in the schema itself. */
function namesAt(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  let here: unknown = schema;
  for (const part of path) here = typeof part === "number" ? elementOf(here) : shapeOf(here)[String(part)];
  return Object.keys(shapeOf(here));
}

function elementOf(schema: unknown): unknown {
  const inner = unwrap(schema);
  return inner instanceof z.ZodArray ? inner.element : undefined;
}

function shapeOf(schema: unknown): Readonly<Record<string, z.ZodType>> {
  const inner = unwrap(schema);
  return inner instanceof z.ZodObject ? inner.shape : {};
}

function unwrap(schema: unknown): unknown {
  return schema instanceof z.ZodOptional ? schema.unwrap() : schema;
}

/** Whether the place an issue points at, or anything on the way to it or below it, is known only later. */
function isLaterAt(value: unknown, path: readonly PropertyKey[]): boolean {
  let here: unknown = value;
  for (const part of path) {
    if (isLater(here)) return true;
    here = typeof here === "object" && here !== null ? (here as Record<PropertyKey, unknown>)[part] : undefined;
  }
  return containsLater(here);
}

function containsLater(value: unknown): boolean {
  if (isLater(value)) return true;
  return Array.isArray(value) && value.some(containsLater);
}

/** Whether its value is not known yet. */
export function isLater(value: unknown): boolean {
  return pulumi.Output.isInstance(value) || value instanceof Promise;
}
