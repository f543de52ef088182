import { expect, test } from "@jest/globals";
import { readFileSync } from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import * as z from "zod";
import { RECEIVER_OUTPUTS } from "../../components/aws/outputs";
import { RECEIVER_SHAPE } from "../../components/aws/rules";
import { RELAY_SHAPE } from "../../components/relay/shape";
import { UNKNOWN } from "../../providers/lifecycle/unknown";
import { validate } from "../../providers/lifecycle/validate";
import { lifecycles } from "../../providers/lifecycles";
import { SCHEMA, schemaText } from "../../scripts/docs/schema/text";
import { repoRoot } from "../../toolbox/pulumi";

interface Property {
  readonly description?: string;
  readonly secret?: true;
  readonly willReplaceOnChanges?: true;
  readonly $ref?: string;
}

type Properties = Record<string, Property>;

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
  readonly functions: Record<
    string,
    {
      readonly description: string;
      readonly inputs: { readonly properties: Properties };
      readonly outputs: { readonly properties: Properties };
    }
  >;
  readonly types: Record<string, { readonly description?: string; readonly properties?: Properties }>;
  readonly config: { readonly variables: Properties };
  readonly provider: { readonly description: string; readonly inputProperties: Properties };
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

test("a receiver on AWS is made for one relay, or shared, and has the arguments and outputs of TypeScript's", () => {
  const made = schema.types["kustomer-relay:index:RelayReceiver"]?.properties ?? {};
  const shared = schema.resources["kustomer-relay:aws:RelayReceiver"];
  const names = Object.keys(shared?.inputProperties ?? {});
  // What a function is needed for, a plugin cannot take.
  expect(names).toEqual(Object.keys(RECEIVER_SHAPE));
  for (const name of names) expect(made).toHaveProperty(name);
  expect(made.receiver?.$ref).toBe("#/resources/kustomer-relay:aws:RelayReceiver");
  expect(Object.keys(shared?.properties ?? {})).toEqual(Object.keys(RECEIVER_OUTPUTS));
  // What has to be known while the program runs is plain; what may be another resource's output is not.
  const { logRetentionDays, kmsKeyArn, tags } = shared?.inputProperties ?? {};
  expect(logRetentionDays).toMatchObject({ type: "integer", plain: true });
  for (const later of [kmsKeyArn, tags]) expect(later).not.toHaveProperty("plain");
});

test("everything in it has its sentence, and everything that it refers to is there", () => {
  const silent: string[] = [];
  const look = (where: string, told: Property | undefined): void => {
    if ((told?.description ?? "").trim() === "") silent.push(where);
  };
  const lookAll = (where: string, properties: Properties = {}): void => {
    for (const [name, property] of Object.entries(properties)) look(`${where}.${name}`, property);
  };
  lookAll("config", schema.config.variables);
  look("provider", schema.provider);
  lookAll("provider", schema.provider.inputProperties);
  for (const [name, resource] of Object.entries(schema.resources)) {
    look(name, resource);
    lookAll(name, resource.inputProperties);
    lookAll(name, resource.properties);
  }
  for (const [name, told] of Object.entries(schema.functions)) {
    look(name, told);
    lookAll(name, told.inputs.properties);
    lookAll(name, told.outputs.properties);
  }
  for (const [name, type] of Object.entries(schema.types)) {
    look(name, type);
    lookAll(name, type.properties);
  }
  expect(silent).toEqual([]);
  const missing = [...text.matchAll(/"#\/(types|resources)\/([^"]+)"/g)].flatMap(([, kind = "", token = ""]) =>
    token in schema[kind as "types" | "resources"] ? [] : [token],
  );
  expect(missing).toEqual([]);
});

test("each resource and component is shown in YAML and in Python, with arguments that it takes", () => {
  for (const [token, { description }] of Object.entries(schema.resources)) {
    const [, yaml = ""] = /```yaml\n([^`]*)```/.exec(description) ?? [];
    const { resources } = parse(yaml.replaceAll(/\$\{[^}]*\}/g, UNKNOWN)) as {
      resources: Record<string, { type: string; properties?: Record<string, unknown> }>;
    };
    const [example] = Object.values(resources);
    const given = example?.properties ?? {};
    expect(example?.type).toBe(token.replace(":index:", ":"));
    expect(description).toMatch(/```python\n[^`]*\brelay\.(aws\.)?[A-Z]\w+\("/);
    const lifecycle = lifecycles.find(({ name }) => token === `kustomer-relay:index:${name}`);
    if (lifecycle) {
      // The plugin fills in what comes with the resource's name.
      const own = Object.entries(lifecycle.inputs).filter(([name, { internal }]) => name === "name" || internal);
      const inputs = { ...Object.fromEntries(own.map(([name]) => [name, UNKNOWN])), ...given };
      expect([token, validate(lifecycle, inputs).problems]).toEqual([token, []]);
    } else {
      const shape = token.includes(":aws:") ? RECEIVER_SHAPE : RELAY_SHAPE;
      expect([token, z.strictObject(shape).safeParse(given).error?.issues]).toEqual([token, undefined]);
    }
  }
});

test("what it says is said for every language: no setting is spelled as in TypeScript's stack config, and no code is TypeScript's", () => {
  const texts = JSON.stringify(schema);
  expect(texts).not.toMatch(/\b(kustomer|airkit):[a-z*]/);
  expect(texts).not.toMatch(/pulumi\.secret|requireSecret|\{ provider \}/);
});
