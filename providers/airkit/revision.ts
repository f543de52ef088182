import { createHmac, randomBytes } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { AirkitKind, FormValues } from "./driver";

export function newRevisionKey(): string {
  return randomBytes(24).toString("base64url");
}

/** The settings as they may be kept in clear: a secret only as a digest under a key that is a secret itself. */
export function recordOf(kind: AirkitKind, values: FormValues, revisionKey: string): FormValues {
  const present = kind.form.flatMap(({ property, secret }) => {
    const value = values[property];
    if (value === undefined) return [];
    return [[property, secret ? `hmac:${digest(revisionKey, [property, value])}` : value] as const];
  });
  return Object.fromEntries(present);
}

/**
 * What an operator records as done. It begins with a letter, because `pulumi config set --path` turns what looks like a number
 * into one.
 */
export function revisionOf(record: FormValues, revisionKey: string): string {
  const sorted = Object.entries(record).sort(([one], [other]) => (one < other ? -1 : 1));
  return `r${digest(revisionKey, sorted).slice(0, 12)}`;
}

/** The properties in which two records differ, in the form's order. */
export function changedFields(kind: AirkitKind, one: FormValues, other: FormValues): string[] {
  return kind.form
    .map(({ property }) => property)
    .filter((property) => !isDeepStrictEqual(one[property], other[property]));
}

function digest(key: string, value: unknown): string {
  return createHmac("sha256", key).update(JSON.stringify(value)).digest("hex");
}
