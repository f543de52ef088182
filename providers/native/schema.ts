import type { InputField, OutputField } from "../lifecycle/fields";
import type { AnyLifecycle } from "../lifecycle/lifecycle";
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

/** What the comments above the declarations say, by resource; `npm run docs` reads them. */
export interface Sentences {
  readonly resource: string;
  readonly inputs: ReadonlyMap<string, string>;
  readonly outputs: ReadonlyMap<string, string>;
}

const NONE: Sentences = { resource: "", inputs: new Map(), outputs: new Map() };

/** What a program of any language is generated from. Defaults are not in it: check fills them in, so they may change. */
export function schemaOf(version: string, sentences: ReadonlyMap<string, Sentences>): Record<string, unknown> {
  const types: NamedTypes = {};
  return {
    name: PACKAGE,
    version,
    displayName: "Kustomer relay",
    description: "Kustomer Relays to Airkit as Pulumi resources.",
    keywords: ["pulumi", "kustomer", "airkit", "webhook", "category/utility", "kind/native"],
    license: "Apache-2.0",
    publisher: "pulumi-kustomer-relay",
    resources: Object.fromEntries(
      lifecycles.map((lifecycle) => [
        tokenOf(lifecycle),
        resourceOf(lifecycle, sentences.get(lifecycle.name) ?? NONE, types),
      ]),
    ),
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

function resourceOf(lifecycle: AnyLifecycle, sentences: Sentences, types: NamedTypes): SchemaResource {
  const token = tokenOf(lifecycle);
  const inputs = Object.entries(lifecycle.inputs).filter(([, { internal }]) => !internal);
  const inputProperties = inputs.map(([name, field]): [string, SchemaProperty] => [
    name,
    {
      ...typeOf(field.schema, "input", token + capitalize(name), types),
      ...toldOf(sentences.inputs.get(name), field),
      ...replacesBy(field),
    },
  ]);
  const outputs = Object.entries(lifecycle.outputs).filter(([, { internal }]) => !internal);
  const results = outputs.map(([name, field]): [string, SchemaProperty] => [
    name,
    {
      ...typeOf(field.schema, "output", token + capitalize(name), types),
      ...toldOf(sentences.outputs.get(name), field),
    },
  ]);
  const properties = Object.fromEntries([...inputProperties, ...results]);
  return {
    description: sentences.resource,
    aliases: [{ type: `pulumi-nodejs:${lifecycle.type}` }],
    inputProperties: Object.fromEntries(inputProperties),
    requiredInputs: inputs
      .filter(([name, { schema }]) => name !== "name" && !schema.safeParse(undefined).success)
      .map(([name]) => name),
    properties,
    required: Object.keys(properties),
  };
}

function toldOf(sentence: string | undefined, { secret }: OutputField): { description: string; secret?: true } {
  return { description: sentence ?? "", ...(secret && { secret }) };
}

function replacesBy({ change, compare }: InputField): { willReplaceOnChanges?: true } {
  return change === "replace" && compare !== "identity" ? { willReplaceOnChanges: true } : {};
}
