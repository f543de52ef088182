import * as pulumi from "@pulumi/pulumi";
import * as z from "zod";
import { RECEIVER_OUTPUTS } from "../../../components/aws/outputs";
import { RECEIVER_SHAPE } from "../../../components/aws/rules";
import { RECEIVER_TYPE } from "../../../components/aws/scope";
import { RELAY_SHAPE } from "../../../components/relay/shape";
import { RELAY_OUTPUTS } from "../../../components/relay/outputs";
import { PACKAGE } from "../../../providers/types";
import { withExample } from "./examples";
import { type NamedTypes, type SchemaProperty, type SchemaType, capitalize, typeOf } from "./types";

/** What the comments beside the declarations say. */
export interface Words {
  /** Of a resource, a component or the provider. */
  class(name: string): string;
  input(resource: string, name: string): string;
  output(resource: string, name: string): string;
  /** Of an argument of a component or of the provider, by its path: `kustomer.apiKey.roles`. */
  argument(interfaceName: string, path: string): string;
}

/** How a component is called and made, and where its rules are. */
interface Declared {
  readonly name: string;
  readonly token: string;
  /** What the types of its nested arguments begin with. */
  readonly types: string;
  readonly shape: Record<string, z.ZodType>;
  readonly outputs: Readonly<Record<string, { readonly schema: z.ZodType; readonly secret: boolean }>>;
}

/** The third of the receivers that a relay may have. */
const [, , ON_AWS] = RELAY_SHAPE.receiver.unwrap().options;

const COMPONENTS: readonly Declared[] = [
  {
    name: "KustomerRelay",
    token: `${PACKAGE}:index:KustomerRelay`,
    types: `${PACKAGE}:index:Relay`,
    shape: RELAY_SHAPE,
    outputs: RELAY_OUTPUTS,
  },
  {
    name: "RelayReceiver",
    token: RECEIVER_TYPE,
    types: `${PACKAGE}:aws:Receiver`,
    shape: RECEIVER_SHAPE,
    outputs: RECEIVER_OUTPUTS,
  },
];

/** The components, out of the rules of their arguments: what they may be is said once, there. */
export function components(words: Words, types: NamedTypes): Record<string, ReturnType<typeof component>> {
  return Object.fromEntries(COMPONENTS.map((declared) => [declared.token, component(declared, words, types)]));
}

function component(declared: Declared, words: Words, types: NamedTypes) {
  const { name: component, shape } = declared;
  const before = new Set(Object.keys(types));
  const inputs = Object.entries(shape).map(([name, schema]): [string, SchemaProperty] => [
    name,
    {
      ...plainly(typeOf(schema, "input", declared.types + capitalize(name), types), { path: [name], schema }, declared),
      description: words.argument(`${component}Args`, name),
    },
  ]);
  for (const token of Object.keys(types).filter((name) => !before.has(name)))
    types[token] = nested(token, declared, words, types);
  const outputs = Object.entries(declared.outputs).map(([name, { schema, secret }]): [string, SchemaProperty] => [
    name,
    {
      ...typeOf(schema, "output", `${declared.types}Output${capitalize(name)}`, types),
      description: words.output(component, name),
      ...(secret && { secret: true }),
    },
  ]);
  return {
    isComponent: true,
    description: withExample(declared.token, words.class(component)),
    inputProperties: Object.fromEntries(inputs),
    requiredInputs: [],
    properties: Object.fromEntries(outputs),
    required: outputs.map(([name]) => name),
  };
}

/** An argument, by the way that leads to it. */
interface Place {
  readonly path: readonly string[];
  readonly schema: unknown;
}

/**
 * A group of arguments is there or not, and only what is in it may be the output of another resource; of a receiver's arguments
 * only those whose rules say so.
 */
function plainly(type: SchemaType, { path, schema }: Place, { name }: Declared): SchemaType {
  const isGroup = type.$ref !== undefined && !type.$ref.startsWith("pulumi.json");
  const [first = "", second = ""] = path;
  const isOfReceiver =
    name === "RelayReceiver" || (first === "receiver" && second in ON_AWS.shape && second !== "kind");
  const isKnown = isOfReceiver && schema instanceof z.ZodType && !schema.safeParse(pulumi.output("")).success;
  return isGroup || isKnown ? plain(type) : type;
}

function plain(type: SchemaType): SchemaType {
  const { items, oneOf } = type;
  return { ...type, ...(items && { items: plain(items) }), ...(oneOf && { oneOf: oneOf.map(plain) }), plain: true };
}

/** A nested group: its own groups are plain, too, and each argument has its sentence. */
function nested(token: string, declared: Declared, words: Words, types: NamedTypes): NamedTypes[string] {
  const type = types[token];
  if (type?.type !== "object") return type ?? { type: "object", properties: {} };
  const { path, schema } = placeOf(token, declared);
  const shape = shapeOf(schema);
  const properties = Object.entries(type.properties).map(([name, property]): [string, SchemaProperty] => {
    const place = { path: [...path, name], schema: shape[name] };
    return [
      name,
      {
        ...plainly(property, place, declared),
        description: words.argument(`${declared.name}Args`, place.path.join(".")) || (property.description ?? ""),
      },
    ];
  });
  return { ...type, properties: Object.fromEntries([...properties, ...shared(path, words)]) };
}

/** A receiver of its own, which no file can name, but every program. */
function shared(path: readonly string[], words: Words): [string, SchemaProperty][] {
  if (path.join(".") !== "receiver") return [];
  const description = words.argument("KustomerRelayArgs", "receiver.receiver");
  return [["receiver", { $ref: `#/resources/${RECEIVER_TYPE}`, description }]];
}

/** `kustomer-relay:index:RelayKustomerApiKey` stands for `kustomer.apiKey`: the way that leads there in the shape. */
function placeOf(token: string, { types, shape }: Declared): Place {
  const path: string[] = [];
  let rest = token.slice(types.length);
  let schema: unknown = z.object(shape);
  while (rest !== "") {
    const inner = shapeOf(schema);
    const name = Object.keys(inner).find((key) => rest.startsWith(capitalize(key)));
    if (name === undefined) break;
    path.push(name);
    rest = rest.slice(name.length).replace(/^Item/, "");
    schema = inner[name];
  }
  return { path, schema };
}

function shapeOf(schema: unknown): Record<string, unknown> {
  if (schema instanceof z.ZodOptional) return shapeOf(schema.unwrap());
  if (schema instanceof z.ZodObject) return schema.shape;
  if (schema instanceof z.ZodUnion) return Object.assign({}, ...schema.options.map(shapeOf)) as Record<string, unknown>;
  if (schema instanceof z.ZodArray) return shapeOf(schema.element);
  if (schema instanceof z.ZodPipe) return shapeOf(schema.out);
  return schema instanceof z.ZodType ? shapeOf(schema.meta()?.orObject) : {};
}
