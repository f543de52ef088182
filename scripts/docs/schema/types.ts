import * as z from "zod";

/** A type as a Pulumi schema writes it. */
export interface SchemaType {
  readonly type?: string;
  readonly items?: SchemaType;
  readonly additionalProperties?: SchemaType;
  readonly $ref?: string;
  readonly oneOf?: readonly SchemaType[];
  readonly plain?: true;
}

/** A property: a type, and what is said of it. */
export interface SchemaProperty extends SchemaType {
  readonly description?: string;
  readonly secret?: true;
  readonly willReplaceOnChanges?: true;
}

/** An object or an enum that a type refers to by its token. */
export type NamedType =
  | {
      readonly type: "object";
      readonly description?: string;
      readonly properties: Readonly<Record<string, SchemaProperty>>;
      readonly required?: readonly string[];
    }
  | { readonly type: "string"; readonly description?: string; readonly enum: readonly EnumValue[] };

interface EnumValue {
  readonly value: string;
  /** What languages with names for them make theirs of, where the value is no name. */
  readonly name?: string;
}

/** The named types that were met on the way, by token. */
export type NamedTypes = Record<string, NamedType>;

export const ANY: SchemaType = { $ref: "pulumi.json#/Any" };

/** What zod says of a value, in JSON Schema. `input` is what a person may give, `output` what is kept. */
type Json = z.core.JSONSchema.BaseSchema;

/** A zod schema as a Pulumi type; objects and enums become named types, called `token` and what is inside `token…`. */
export function typeOf(schema: z.ZodType, io: "input" | "output", token: string, named: NamedTypes): SchemaType {
  return fromJson(jsonOf(schema, io), token, named);
}

function jsonOf(schema: z.ZodType, io: "input" | "output"): Json {
  return z.toJSONSchema(schema, {
    io,
    unrepresentable: "any",
    // Rules that take `false` in place of a group name the group in their metadata.
    override: ({ jsonSchema }) => {
      const { orObject, type } = jsonSchema;
      if (!(orObject instanceof z.ZodType)) return;
      delete jsonSchema.orObject;
      delete jsonSchema.type;
      jsonSchema.anyOf = [{ type }, jsonOf(orObject, io)];
    },
  });
}

function fromJson(json: Json, token: string, named: NamedTypes): SchemaType {
  const alternatives = (json.anyOf ?? json.oneOf)?.filter((one) => one.type !== "null");
  if (alternatives !== undefined) {
    const [only, ...others] = alternatives;
    if (only === undefined) return ANY;
    if (others.length === 0) return fromJson(only, token, named);
    return merged(alternatives, token, named);
  }
  const values = json.enum ?? (json.const === undefined ? undefined : [json.const]);
  if (values?.every((value) => typeof value === "string") === true) {
    named[token] = { type: "string", enum: values.map(enumValue) };
    return { $ref: `#/types/${token}` };
  }
  switch (json.type) {
    case "string":
    case "boolean":
    case "number":
    case "integer":
      return { type: json.type };
    case "array":
      return { type: "array", items: fromJson((json.items ?? {}) as Json, `${token}Item`, named) };
    case "object":
      return objectOf(json, token, named);
    default:
      return ANY;
  }
}

function objectOf(json: Json, token: string, named: NamedTypes): SchemaType {
  if (json.properties === undefined)
    return {
      type: "object",
      additionalProperties: fromJson((json.additionalProperties ?? {}) as Json, `${token}Value`, named),
    };
  named[token] = {
    type: "object",
    properties: Object.fromEntries(
      Object.entries(json.properties).map(([name, property]) => [
        name,
        {
          ...fromJson(property as Json, token + capitalize(name), named),
          ...((property as Json).description !== undefined && { description: (property as Json).description }),
        },
      ]),
    ),
    ...(json.required !== undefined && json.required.length > 0 && { required: json.required }),
  };
  return { $ref: `#/types/${token}` };
}

function enumValue(value: string): EnumValue {
  const words = value.split(/[^A-Za-z0-9]+/);
  return words.length === 1 ? { value } : { name: words.map(capitalize).join(""), value };
}

/** Alternatives of one object, told apart by what they hold, become one object with all their properties. */
function merged(alternatives: readonly Json[], token: string, named: NamedTypes): SchemaType {
  if (!alternatives.every((one) => one.type === "object" && one.properties !== undefined)) {
    const isOnlyObject = alternatives.filter((one) => one.type === "object").length === 1;
    const types = alternatives.map((one, index) => fromJson(one, isOnlyObject ? token : `${token}${index + 1}`, named));
    const distinct = [...new Map(types.map((type) => [JSON.stringify(type), type])).values()];
    return distinct.length === 1 ? (distinct[0] ?? ANY) : { oneOf: distinct };
  }
  const properties: Record<string, Json> = {};
  for (const { properties: own = {} } of alternatives)
    for (const [name, property] of Object.entries(own as Record<string, Json>))
      properties[name] = name in properties ? union(properties[name] ?? {}, property) : property;
  const required = Object.keys(properties).filter((name) => alternatives.every((one) => one.required?.includes(name)));
  return objectOf({ type: "object", properties, required }, token, named);
}

function union(one: Json, other: Json): Json {
  const values = [one, other].flatMap((json) => json.enum ?? (json.const === undefined ? [] : [json.const]));
  return values.length > 1 ? { type: "string", enum: values } : one;
}

/** Says something of each property of a named object. */
export function describeProperties(
  named: NamedTypes,
  token: string,
  say: (name: string, property: SchemaProperty) => Pick<SchemaProperty, "description" | "secret">,
): void {
  const type = named[token];
  if (type?.type !== "object") throw new Error(`${token} is no object`);
  const properties = Object.entries(type.properties).map(([name, property]) => [
    name,
    { ...property, ...say(name, property) },
  ]);
  named[token] = { ...type, properties: Object.fromEntries(properties) as Record<string, SchemaProperty> };
}

/** A type of which nothing is said is what the first property that has it is. */
export function describeTypes(
  named: NamedTypes,
  properties: readonly Readonly<Record<string, SchemaProperty>>[],
): void {
  for (const property of properties.flatMap((all) => Object.values(all)))
    for (const token of tokensIn(property)) {
      const type = named[token];
      if (type === undefined || type.description !== undefined || property.description === undefined) continue;
      named[token] = { ...type, description: property.description };
      if (type.type === "object") describeTypes(named, [type.properties]);
    }
}

function tokensIn({ $ref, items, additionalProperties, oneOf = [] }: SchemaType): string[] {
  const inner = [items, additionalProperties, ...oneOf].filter((type) => type !== undefined);
  return [...($ref?.startsWith("#/types/") ? [$ref.slice("#/types/".length)] : []), ...inner.flatMap(tokensIn)];
}

export function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
