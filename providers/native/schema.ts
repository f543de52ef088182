import * as z from "zod";
import type { AnyLifecycle, Field } from "../lifecycle/lifecycle";
import { lifecycles } from "../lifecycles";
import { tokenOf } from "./resource-types";
import { type NamedTypes, type SchemaType, capitalize, typeOf } from "./schema-types";
import { PACKAGE } from "./settings";

export interface SchemaProperty extends SchemaType {
  readonly description?: string;
  readonly secret?: true;
  readonly willReplaceOnChanges?: true;
}

interface SchemaResource {
  readonly description: string;
  readonly isComponent?: true;
  readonly aliases?: readonly { readonly type: string }[];
  readonly inputProperties: Readonly<Record<string, SchemaProperty>>;
  readonly requiredInputs: readonly string[];
  readonly properties: Readonly<Record<string, SchemaProperty>>;
  readonly required: readonly string[];
}

/** What a program of any language is generated from. Defaults are not in it: check fills them in, so they may change. */
export function schemaOf(version: string): Record<string, unknown> {
  const types: NamedTypes = {};
  return {
    name: PACKAGE,
    version,
    displayName: "Kustomer relay",
    description: "Kustomer Relays to Airkit as Pulumi resources.",
    keywords: ["pulumi", "kustomer", "airkit", "webhook", "category/utility", "kind/native"],
    license: "Apache-2.0",
    publisher: "pulumi-kustomer-relay",
    resources: Object.fromEntries(lifecycles.map((lifecycle) => [tokenOf(lifecycle), resourceOf(lifecycle, types)])),
    types,
    language: {
      nodejs: { respectSchemaVersion: true },
      python: { respectSchemaVersion: true, pyproject: { enabled: true } },
      go: {
        respectSchemaVersion: true,
        generateResourceContainerTypes: true,
        importBasePath: `${PACKAGE}/sdk/go/kustomerrelay`,
      },
    },
  };
}

function resourceOf(lifecycle: AnyLifecycle, types: NamedTypes): SchemaResource {
  const visible = Object.entries(lifecycle.fields).filter(([, field]) => field.internal === undefined);
  const token = tokenOf(lifecycle);
  const inputOf = ([name, field]: [string, Field]): [string, SchemaProperty] => {
    const schema = lifecycle.inputs.shape[name] ?? z.unknown();
    return [
      name,
      { ...typeOf(schema, "input", token + capitalize(name), types), ...toldOf(field), ...replacesBy(field) },
    ];
  };
  const inputProperties = Object.fromEntries(visible.map(inputOf));
  const outputs = Object.entries(lifecycle.outputs)
    .filter(([, { internal }]) => internal === undefined)
    .map(([name, field]): [string, SchemaProperty] => [name, { type: "string", ...toldOf(field) }]);
  const properties = { ...inputProperties, ...Object.fromEntries(outputs) };
  const isGiven = (name: string): boolean => lifecycle.inputs.shape[name]?.safeParse(undefined).success === false;
  return {
    description: lifecycle.doc,
    aliases: [{ type: `pulumi-nodejs:${lifecycle.type}` }],
    inputProperties,
    requiredInputs: visible.map(([name]) => name).filter((name) => name !== "name" && isGiven(name)),
    properties,
    required: Object.keys(properties),
  };
}

function toldOf({ doc, secret }: Pick<Field, "doc" | "secret">): { description: string; secret?: true } {
  return { description: doc, ...(secret === true && { secret }) };
}

function replacesBy({ change, compare }: Field): { willReplaceOnChanges?: true } {
  return change === "replace" && compare !== "identity" ? { willReplaceOnChanges: true } : {};
}
