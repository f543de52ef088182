import { stringify } from "yaml";
import * as z from "zod";
import { type Block, type Code, Expression, Secret, isBlock, secretsIn } from "./code";
import type { Plan } from "./plan";

const KEY = "kustomer-relay:relays";

/** A value of stack config, by its path as `pulumi config set --path` takes it. */
export interface ConfigValue {
  readonly path: string;
  readonly value: string | number | boolean;
}

/** The lines of Pulumi.<stack>.yaml that declare the relays, without their secrets. */
export function stackConfig({ declarations }: Plan): string {
  const relays = declarations.map(({ name, args }) => ({ name, ...withoutSecrets(args) }));
  return relays.length === 0 ? "" : stringify({ config: { [KEY]: relays } }, { lineWidth: 0 });
}

/** The same lines one by one, counted from the first place that is free. */
export function configValues({ declarations }: Plan, firstPlace: number): ConfigValue[] {
  return declarations.flatMap(({ name, args }, index) =>
    valuesIn({ name, ...withoutSecrets(args) }, `${KEY}[${firstPlace + index}]`),
  );
}

export function secretValues({ declarations }: Plan, firstPlace: number): { path: string; secret: Secret }[] {
  return declarations.flatMap(({ args }, index) =>
    secretsIn(args).map(({ path, secret }) => ({
      path: path.reduce(member, `${KEY}[${firstPlace + index}]`),
      secret,
    })),
  );
}

function withoutSecrets(block: Block): Record<string, Code> {
  const entries = Object.entries(block).flatMap(([name, value]): [string, Code][] => {
    if (value instanceof Secret || value instanceof Expression) return [];
    if (!isBlock(value)) return [[name, value]];
    const inner = withoutSecrets(value);
    // A group that held nothing but secrets comes with the first of them.
    return Object.keys(inner).length === 0 && Object.keys(value).length > 0 ? [] : [[name, inner]];
  });
  return Object.fromEntries(entries);
}

function valuesIn(code: Code, path: string): ConfigValue[] {
  if (isBlock(code)) return Object.entries(code).flatMap(([name, value]) => valuesIn(value, member(path, name)));
  if (typeof code !== "object") return [{ path, value: code }];
  return Array.isArray(code) ? code.flatMap((item: Code, index) => valuesIn(item, `${path}[${index}]`)) : [];
}

function member(path: string, name: string): string {
  return /^[\w-]+$/.test(name) ? `${path}.${name}` : `${path}[${JSON.stringify(name)}]`;
}

/** The names of the relays that the stack declares already. */
export function relaysIn(config: ReadonlyMap<string, string>): string[] {
  const relays = z.array(z.object({ name: z.string() }).catch({ name: "" }));
  return relays.parse(JSON.parse(config.get(KEY) ?? "[]")).map(({ name }) => name);
}
