import { expect, test } from "@jest/globals";
import { readFileSync } from "node:fs";
import path from "node:path";
import { lifecycles } from "../../providers/lifecycles";
import { SCHEMA, schemaText } from "../../scripts/docs/schema/text";
import { repoRoot } from "../../toolbox/pulumi";

interface Property {
  readonly description?: string;
  readonly secret?: true;
  readonly willReplaceOnChanges?: true;
  readonly $ref?: string;
}

interface Schema {
  readonly resources: Record<
    string,
    {
      readonly inputProperties: Record<string, Property>;
      readonly properties: Record<string, Property>;
      readonly aliases?: readonly { readonly type: string }[];
      readonly description: string;
    }
  >;
  readonly functions: Record<string, unknown>;
  readonly types: Record<string, { readonly properties?: Record<string, Property> }>;
}

const text = schemaText();
const schema = JSON.parse(text) as Schema;

test("the schema that is shipped is what the declarations say: `npm run docs` writes it anew", () => {
  expect(readFileSync(path.join(repoRoot(), SCHEMA), "utf8")).toBe(text);
});

test("every resource is in it, under its own type and with that of the dynamic providers as an alias", () => {
  for (const { name, type, inputs, outputs } of lifecycles) {
    const resource = schema.resources[`kustomer-relay:index:${name}`];
    expect(resource?.aliases).toEqual([{ type: `pulumi-nodejs:${type}` }]);
    const declared = (table: object): string[] =>
      Object.entries(table).flatMap(([property, field]) =>
        (field as { internal: boolean }).internal ? [] : [property],
      );
    expect(Object.keys(resource?.inputProperties ?? {})).toEqual(declared(inputs));
    expect(new Set(Object.keys(resource?.properties ?? {}))).toEqual(
      new Set([...declared(inputs), ...declared(outputs)]),
    );
  }
});

test("what is secret is marked as such, and what replaces is said to", () => {
  const webhook = schema.resources["kustomer-relay:index:KustomerOutboundWebhook"];
  expect(webhook?.properties.signingSecret?.secret).toBe(true);
  expect(webhook?.inputProperties.rotation?.willReplaceOnChanges).toBe(true);
  expect(schema.resources["kustomer-relay:index:KustomerApiKey"]?.inputProperties.token?.secret).toBe(true);
  expect(schema.resources["kustomer-relay:index:KustomerRelay"]?.properties.kustomerApiKey?.secret).toBe(true);
  expect(schema.types["kustomer-relay:index:KustomerSettings"]?.properties?.apiKey?.secret).toBe(true);
});

test("a receiver on AWS is offered to nobody, since the plugin refuses it", () => {
  const receiver = Object.entries(schema.types).filter(([token]) =>
    token.startsWith("kustomer-relay:index:RelayReceiver"),
  );
  expect(Object.keys(schema.types["kustomer-relay:index:RelayReceiver"]?.properties ?? {})).toEqual([
    "kind",
    "url",
    "publicUrl",
    "secretFile",
  ]);
  expect(JSON.stringify([receiver, schema.resources["kustomer-relay:index:KustomerRelay"]])).not.toMatch(/aws/i);
});

test("everything in it has its sentence, and every type that it refers to is there", () => {
  const silent = Object.entries(schema.resources).flatMap(([name, { description, inputProperties, properties }]) => [
    ...(description === "" ? [name] : []),
    ...Object.entries({ ...properties, ...inputProperties }).flatMap(([property, told]) =>
      (told.description ?? "") === "" ? [`${name}.${property}`] : [],
    ),
  ]);
  expect(silent).toEqual([]);
  const missing = [...text.matchAll(/"#\/types\/([^"]+)"/g)].flatMap(([, token = ""]) =>
    token in schema.types ? [] : [token],
  );
  expect(missing).toEqual([]);
});
