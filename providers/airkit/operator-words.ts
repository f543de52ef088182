import type { PrerequisiteWords } from "../lifecycle/opt-ins";
import { UNKNOWN } from "../lifecycle/unknown";
import type { AirkitKind, Declared, FormField, FormValues, Known } from "./driver";
import type { OperatorStep } from "./operator-step";

/** What a person has to do so that Airkit has the `pending` fields as declared. */
export function stepFor(
  kind: AirkitKind,
  declared: Pick<Declared, "values" | "secretCommand" | "resourceName">,
  pending: readonly string[],
  revision: string,
  existing: { readonly id: string; readonly applied: FormValues },
): OperatorStep {
  const isNew = existing.id === "" && Object.keys(existing.applied).length === 0;
  return {
    title: `${isNew ? "Create" : "Change"} the ${kind.noun} ${named(existing.id, formerName(existing, declared.values))}`,
    consolePath: `${kind.page} > ${isNew ? kind.button : formerName(existing, declared.values)}`,
    fields: kind.form
      .filter(({ property }) => pending.includes(property))
      .map((field) => entryOf(field, declared.values, declared.secretCommand)),
    done: `pulumi config set --path ${recordKey(declared.resourceName)} ${revision}`,
  };
}

/** A step as text, for a terminal. */
export function operatorStepText(step: OperatorStep): string {
  return [
    `${step.title}: ${step.consolePath}`,
    ...step.fields.map((field) => `  ${lineOf(field)}`),
    `  When done: ${step.done} && pulumi up`,
  ].join("\n");
}

/** The form of an object that is to be made: each field, and what to enter. */
export function formToFill(
  kind: AirkitKind,
  { values, secretCommand }: Pick<Declared, "values" | "secretCommand">,
): OperatorStep["fields"] {
  return kind.form
    .filter(({ property, secret }) => secret || property in values)
    .map((field) => entryOf(field, values, secretCommand));
}

/** What a person is told who has to make an object before anything else can be deployed. */
export function howToMake(
  kind: AirkitKind,
  { resourceName, secretCommand, values }: Pick<Declared, "resourceName" | "secretCommand" | "values">,
  words: PrerequisiteWords = {
    where: `set \`${kind.idField}: "<UUID>"\` on ${kind.resource} "${resourceName}", and run it again`,
  },
): string {
  const line = (field: OperatorStep["fields"][number]): string =>
    "command" in field && words.secret !== undefined ? `${field.label}: (secret) ${words.secret}` : lineOf(field);
  return [
    `${kind.idField}: Airkit offers no API that makes a ${kind.noun}. Make it by hand, or use one that is as follows:`,
    `1. ${kind.page} > ${kind.button}`,
    ...formToFill(kind, { values, secretCommand }).map((field) => `   ${line(field)}`),
    `2. Create, open it, and copy its UUID out of the page's address in the browser`,
    `3. ${words.where}`,
  ].join("\n  ");
}

/** What a person is told whose program no longer declares an object. */
export function howToRemove(kind: AirkitKind, { id, values, books, resourceName }: Known): string {
  const made = id !== "" || Object.keys(books.applied).length > 0;
  return [
    `${kind.noun} ${named(id, nameOf(values))}: Airkit offers no API that deletes it, so nothing was deleted there. ${made ? "Delete it by hand" : "If it was made, delete it by hand"}: ${kind.page} > ${nameOf(values)}`,
    ...(kind.madeFirst ? [] : [`  Then: pulumi config rm --path ${recordKey(resourceName)}`]),
  ].join("\n");
}

/** `"support" (0b0e…)` */
export function named(id: string, name: string): string {
  return id === "" ? `"${name}"` : `"${name}" (${id})`;
}

export function nameOf(values: FormValues): string {
  return typeof values.name === "string" ? values.name : "";
}

/** An object that is to be renamed is still found by its former name. */
function formerName(existing: { readonly applied: FormValues }, values: FormValues): string {
  const former = nameOf(existing.applied);
  return former === "" ? nameOf(values) : former;
}

/** `airkit:applied.support`, as Pulumi's property paths read it. */
export function recordPath(resourceName: string): string {
  return `airkit:applied${/^[\w-]+$/.test(resourceName) ? `.${resourceName}` : `[${JSON.stringify(resourceName)}]`}`;
}

/** `'airkit:applied.support'`, as a shell reads it. */
function recordKey(resourceName: string): string {
  return `'${recordPath(resourceName).replaceAll("'", `'\\''`)}'`;
}

function entryOf(
  { property, label, secret, words }: FormField,
  values: FormValues,
  command: string,
): OperatorStep["fields"][number] {
  return secret ? { label, command } : { label, value: shown(values[property], words) };
}

function lineOf(field: OperatorStep["fields"][number]): string {
  return "command" in field ? `${field.label}: (secret) shown by: ${field.command}` : `${field.label}: ${field.value}`;
}

function shown(value: FormValues[string] | undefined, words: FormField["words"]): string {
  if (value === undefined) return "(empty)";
  if (value === UNKNOWN) return "(not known yet)";
  if (typeof value === "object") return value.map((item) => shown(item, words)).join(", ");
  return words?.[String(value)] ?? String(value);
}
