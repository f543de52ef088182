import { dynamicTypeOf } from "../../providers/types";
import { trampoline } from "../../providers/trampoline";
import { secretProperties } from "../../providers/lifecycle/lifecycle";
import { importables } from "./objects";
import { type Plan, type PlannedResource, hasQuery } from "./plan";

type Properties = Record<string, unknown>;

/**
 * What `pulumi import --file` reads. Outputs are given, so that the engine reads nothing itself, which it cannot for a dynamic
 * resource. Secrets are written so that the engine encrypts them before they reach the state; this file has them in clear.
 */
export function importFile({ resources }: Plan, plainHeaders: ReadonlySet<string>): string {
  const parents = [...new Set(resources.flatMap(({ parent }) => (parent === undefined ? [] : [parent])))];
  const components = parents.map((name) => ({
    type: "kustomer-relay:index:KustomerRelay",
    name: componentEntry(name),
    logicalName: name,
    component: true,
  }));
  return JSON.stringify(
    { resources: [...components, ...resources.map((resource) => entry(resource, plainHeaders))] },
    null,
    2,
  );
}

function entry(
  { kind, name, parent, id, inputs, outputs }: PlannedResource,
  plainHeaders: ReadonlySet<string>,
): Properties {
  const { declaration } = importables[kind];
  const __provider = trampoline(declaration.name);
  const encrypted = (properties: Properties): Properties => ({
    ...withSecrets(kind, properties, plainHeaders),
    __provider,
  });
  return {
    type: dynamicTypeOf(declaration),
    name,
    ...(parent === undefined ? {} : { parent: componentEntry(parent) }),
    id,
    inputs: encrypted(inputs),
    outputs: encrypted(outputs),
  };
}

/** The name of a component within the file, where no resource can have the same. */
function componentEntry(name: string): string {
  return `relay/${name}`;
}

function withSecrets(
  kind: PlannedResource["kind"],
  properties: Properties,
  plainHeaders: ReadonlySet<string>,
): Properties {
  const { declaration } = importables[kind];
  const secrets = secretProperties(declaration);
  return Object.fromEntries(
    Object.entries(properties)
      .filter(([, value]) => value !== undefined)
      .map(([property, value]) => {
        if (secrets.includes(property)) return [property, secret(value)];
        // A header's value may be one.
        const isMap = declaration.inputs[property]?.compare === "case-insensitive map";
        if (isMap) return [property, eachSecret(value as Properties, plainHeaders)];
        return [property, property === "url" && hasQuery(String(value)) ? secret(value) : value];
      }),
  );
}

function eachSecret(values: Properties, plain: ReadonlySet<string>): Properties {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [key, plain.has(key.toLowerCase()) ? value : secret(value)]),
  );
}

/** The two texts are part of the engine's protocol; the value is JSON inside JSON. */
function secret(value: unknown): Properties {
  return { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", plaintext: JSON.stringify(value) };
}
