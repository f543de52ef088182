import * as z from "zod";
import { RELAY_SHAPE } from "../../../components/relay/shape";
import { RELAY_OUTPUTS } from "../../../components/relay/outputs";
import { PACKAGE } from "../../../providers/types";
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

const TOKEN = `${PACKAGE}:index:Relay`;

/** A receiver on AWS is made of another package's resources: TypeScript programs alone have it, and nobody else is offered it. */
const [atUrl, selfHosted] = RELAY_SHAPE.receiver.unwrap().options;
const SHAPE = { ...RELAY_SHAPE, receiver: z.discriminatedUnion("kind", [atUrl, selfHosted]).optional() };

function withoutAws(text: string): string {
  return text
    .replace(/ `aws`: one that AWS runs[^]*/, "")
    .replace("`url`, `self-hosted` or `aws`", "`url` or `self-hosted`");
}

/** The relay, out of the rules of its arguments: what they may be is said once, there. */
export function relayComponent(words: Words, types: NamedTypes): Record<string, unknown> {
  const before = new Set(Object.keys(types));
  const inputs = Object.entries(SHAPE).map(([name, schema]): [string, SchemaProperty] => [
    name,
    {
      ...plainly(typeOf(schema, "input", TOKEN + capitalize(name), types)),
      description: withoutAws(words.argument("KustomerRelayArgs", name)),
    },
  ]);
  for (const token of Object.keys(types).filter((name) => !before.has(name)))
    types[token] = nested(token, words, types);
  const outputs = Object.entries(RELAY_OUTPUTS).map(([name, { schema, secret }]): [string, SchemaProperty] => [
    name,
    {
      ...typeOf(schema, "output", `${TOKEN}Output${capitalize(name)}`, types),
      description: words.output("KustomerRelay", name),
      ...(secret && { secret: true }),
    },
  ]);
  return {
    isComponent: true,
    description: words.class("KustomerRelay"),
    inputProperties: Object.fromEntries(inputs),
    requiredInputs: [],
    properties: Object.fromEntries(outputs),
    required: outputs.map(([name]) => name),
  };
}

/** A group of arguments is there or not, and only what is in it may be the output of another resource. */
function plainly(type: SchemaType): SchemaType {
  return type.$ref === undefined || type.$ref.startsWith("pulumi.json") ? type : { ...type, plain: true };
}

/** A nested group: its own groups are plain, too, and each argument has its sentence. */
function nested(token: string, words: Words, types: NamedTypes): NamedTypes[string] {
  const type = types[token];
  if (type?.type !== "object") return type ?? { type: "object", properties: {} };
  const at = pathOf(token);
  const properties = Object.entries(type.properties).map(([name, property]): [string, SchemaProperty] => [
    name,
    { ...plainly(property), description: withoutAws(words.argument("KustomerRelayArgs", [...at, name].join("."))) },
  ]);
  return { ...type, properties: Object.fromEntries(properties) };
}

/** `kustomer-relay:index:RelayKustomerApiKey` stands for `kustomer.apiKey`: the way that leads there in the shape. */
function pathOf(token: string): string[] {
  const path: string[] = [];
  let rest = token.slice(TOKEN.length);
  let shape: Record<string, unknown> = SHAPE;
  while (rest !== "") {
    const name = Object.keys(shape).find((key) => rest.startsWith(capitalize(key)));
    if (name === undefined) break;
    path.push(name);
    rest = rest.slice(name.length);
    shape = shapeOf(shape[name]);
  }
  return path;
}

function shapeOf(schema: unknown): Record<string, unknown> {
  if (schema instanceof z.ZodOptional) return shapeOf(schema.unwrap());
  if (schema instanceof z.ZodObject) return schema.shape;
  if (schema instanceof z.ZodUnion) return Object.assign({}, ...schema.options.map(shapeOf)) as Record<string, unknown>;
  return {};
}
