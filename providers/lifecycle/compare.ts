import { isDeepStrictEqual } from "node:util";
import type { Comparison } from "./fields";

/** Whether two values of a field mean the same. */
export function sameValue(compare: Comparison, one: unknown, other: unknown): boolean {
  return compare === "ignored" || isDeepStrictEqual(comparable(compare, one), comparable(compare, other));
}

/** The form in which values are kept, so that neither state nor previews depend on how somebody ordered a list. */
export function normalise(compare: Comparison, value: unknown): unknown {
  return compare === "set" && isStrings(value) ? [...new Set(value)].sort() : value;
}

function comparable(compare: Comparison, value: unknown): unknown {
  if (compare === "case-insensitive map" && typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key.toLowerCase(), item as unknown]));
  }
  return normalise(compare, value);
}

function isStrings(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}
