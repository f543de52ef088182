import * as z from "zod";
import { lifecycles } from "../../../providers/lifecycles";
import { lookupFunctions } from "../../../providers/lookup-functions";
import type { InputField } from "../../../providers/lifecycle/fields";
import type { AnyLifecycle } from "../../../providers/lifecycle/lifecycle";
import { isSecretSetting } from "../../../providers/lifecycle/settings";
import { PROVIDER_SHAPE } from "../../../providers/plugin-settings";
import { PACKAGE, dynamicTypeOf, tokenOf } from "../../../providers/types";
import { type Words, components } from "./component";
import { withExample } from "./examples";
import { type NamedTypes, type SchemaProperty, capitalize, describeProperties, describeTypes, typeOf } from "./types";

/**
 * What programs of every language are generated from, and what a registry shows: all of it out of the declarations. Defaults are
 * not in it: check fills them in, so that they may change without a new SDK.
 */
export function pluginSchema(version: string, words: Words): Record<string, unknown> {
  const types: NamedTypes = {};
  const provider = providerProperties(words, types);
  const resources = {
    ...Object.fromEntries(lifecycles.map((lifecycle) => [tokenOf(lifecycle), resource(lifecycle, words, types)])),
    ...components(words, types),
  };
  describeFilter(types, words);
  const functions = Object.fromEntries(
    lookupFunctions.map((lookup) => [`${PACKAGE}:index:${lookup.name}`, lookupOf(lookup, types)]),
  );
  describeTypes(types, [
    provider,
    ...Object.values(resources).flatMap(({ inputProperties, properties }) => [inputProperties, properties]),
    ...Object.values(functions).flatMap(({ inputs, outputs }) => [inputs.properties, outputs.properties]),
  ]);
  return {
    name: PACKAGE,
    version,
    displayName: "Kustomer relay",
    description: "Kustomer Relays to Airkit as Pulumi resources.",
    keywords: ["pulumi", "kustomer", "airkit", "webhook", "kind/native", "category/utility"],
    license: "Apache-2.0",
    publisher: "pulumi-kustomer-relay",
    config: { variables: provider },
    provider: { description: words.class("RelayProvider"), inputProperties: provider },
    resources,
    functions,
    types,
    // SDKs that can be installed from their folder: Go's has its go.mod with it alone.
    meta: { supportPack: true },
    language: {
      nodejs: { respectSchemaVersion: true, packageName: "pulumi-kustomer-relay-sdk" },
      python: { respectSchemaVersion: true, pyproject: { enabled: true } },
      go: {
        respectSchemaVersion: true,
        generateResourceContainerTypes: true,
        importBasePath: `${PACKAGE}/sdk/go/kustomerrelay`,
      },
    },
  };
}

function resource(lifecycle: AnyLifecycle, words: Words, types: NamedTypes) {
  const token = tokenOf(lifecycle);
  const visible = Object.entries(lifecycle.inputs).filter(([, { internal }]) => !internal);
  const inputs = visible.map(([name, field]): [string, SchemaProperty] => [
    name,
    {
      ...typeOf(field.schema, "input", token + capitalize(name), types),
      ...told(words.input(lifecycle.name, name), field.secret),
      ...(replaces(field) && { willReplaceOnChanges: true }),
    },
  ]);
  const outputs = Object.entries(lifecycle.outputs)
    .filter(([, { internal }]) => !internal)
    .map(([name, field]): [string, SchemaProperty] => [
      name,
      {
        ...typeOf(field.schema, "output", token + capitalize(name), types),
        ...told(words.output(lifecycle.name, name), field.secret),
      },
    ]);
  const properties = { ...Object.fromEntries(inputs), ...Object.fromEntries(outputs) };
  const isRequired = (schema: z.ZodType): boolean => !schema.safeParse(undefined).success;
  const isKept = (name: string): boolean => {
    const schema = lifecycle.outputs[name]?.schema ?? lifecycle.inputs[name]?.schema;
    // What has a default, or must be given, the state always has.
    const parsed = schema?.safeParse(undefined);
    return parsed?.success !== true || parsed.data !== undefined;
  };
  return {
    description: withExample(token, words.class(lifecycle.name)),
    // A state that the dynamic providers wrote goes on under the new type.
    aliases: [{ type: dynamicTypeOf(lifecycle) }],
    inputProperties: Object.fromEntries(inputs),
    requiredInputs: visible.filter(([name, { schema }]) => name !== "name" && isRequired(schema)).map(([name]) => name),
    properties,
    required: Object.keys(properties).filter(isKept),
  };
}

/** What the rules of a filter are made of is said where a relay's receiver takes them. */
function describeFilter(types: NamedTypes, words: Words): void {
  for (const group of ["", "not."]) {
    const token = `${PACKAGE}:index:ReceiverControlsFileFilterItem${group === "" ? "" : "Not"}`;
    describeProperties(types, token, (name) => ({
      description: words.argument("KustomerRelayArgs", `receiver.filter.${group}${name}`),
    }));
  }
}

function replaces({ change, compare }: InputField): boolean {
  return change === "replace" && compare !== "identity";
}

function told(description: string, secret: boolean): { description: string; secret?: true } {
  return { description, ...(secret && { secret }) };
}

function providerProperties(words: Words, types: NamedTypes): Record<string, SchemaProperty> {
  return Object.fromEntries(
    Object.entries(PROVIDER_SHAPE).map(([group, schema]) => {
      const token = `${PACKAGE}:index:${capitalize(group)}Settings`;
      const type = typeOf(schema, "input", token, types);
      describeProperties(types, token, (name, { description = "" }) => ({
        description: words.argument("RelayProviderArgs", `${group}.${name}`) || description,
        ...(isSecretSetting(`${group as "kustomer" | "airkit"}:${name}`) && { secret: true as const }),
      }));
      return [group, { ...type, description: words.argument("RelayProviderArgs", group) }];
    }),
  );
}

function sentenceOf(schema: z.ZodType): string {
  return schema.description ?? (schema instanceof z.ZodOptional ? sentenceOf(schema.unwrap() as z.ZodType) : "");
}

function lookupOf({ name, doc, args, result, secrets }: (typeof lookupFunctions)[number], types: NamedTypes) {
  const token = `${PACKAGE}:index:${name}`;
  const properties = (schema: z.ZodObject, io: "input" | "output"): Record<string, SchemaProperty> =>
    Object.fromEntries(
      Object.entries(schema.shape).map(([property, inner]) => [
        property,
        {
          ...typeOf(inner as z.ZodType, io, token + capitalize(property), types),
          ...told(sentenceOf(inner as z.ZodType), io === "output" && secrets.includes(property)),
        },
      ]),
    );
  return {
    description: doc,
    inputs: { type: "object", properties: properties(args, "input") },
    outputs: { type: "object", properties: properties(result, "output"), required: Object.keys(result.shape) },
  };
}
