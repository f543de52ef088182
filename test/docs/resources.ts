import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "@jest/globals";
import * as publicApi from "../../index";
import * as provider from "../../provider";
import { lifecycles } from "../../providers/lifecycles";
import { outputsOf, reference } from "../../scripts/docs/reference";
import { sentencesOfResources } from "../../scripts/docs/sentences";
import { repoRoot } from "../../toolbox/pulumi";

const sentences = sentencesOfResources();

test("docs/resources.md is what `npm run docs` writes", () => {
  const written = readFileSync(path.join(repoRoot(), "docs", "resources.md"), "utf8");
  expect(written).toBe(reference(lifecycles, sentences));
});

test("every lifecycle is served by provider.ts, and is a class of the public API", () => {
  const names = lifecycles.map(({ name }) => name);
  expect(Object.keys(provider).sort()).toEqual([...names].sort());
  expect(Object.keys(publicApi)).toEqual(expect.arrayContaining(names));
});

/** What an editor shows of each argument and each property. */
const shown = lifecycles.flatMap((lifecycle): [string, string | undefined][] => {
  const { resource, inputs, outputs } = sentences.get(lifecycle.name) ?? {};
  const args = Object.entries(lifecycle.inputs).filter(([, { internal }]) => !internal);
  return [
    [lifecycle.name, resource],
    ...args.map(([name]): [string, string | undefined] => [`${lifecycle.name}.${name}`, inputs?.get(name)]),
    ...outputsOf(lifecycle).map(([name]): [string, string | undefined] => [
      `${lifecycle.name}.${name}`,
      outputs?.get(name),
    ]),
  ];
});

test.each(shown)("%s says in plain sentences what it is", (_, text) => {
  expect(text).toMatch(/^\S.*[.]$/);
});

test("nothing that is the package's own can be given or used", () => {
  for (const lifecycle of lifecycles) {
    const { inputs = new Map(), outputs = new Map() } = sentences.get(lifecycle.name) ?? {};
    const own = (fields: Readonly<Record<string, { internal: boolean }>>): string[] =>
      Object.entries(fields).flatMap(([name, { internal }]) => (internal ? [name] : []));
    for (const name of own(lifecycle.inputs)) expect([...inputs.keys()]).not.toContain(name);
    for (const name of own(lifecycle.outputs)) expect([...outputs.keys()]).not.toContain(name);
  }
});

test("every field of a form of Airkit's says whether it is documented or inferred", () => {
  const ours = new Set(["appliedRevision", "secretCommand"]);
  const silent = lifecycles
    .filter(({ type }) => type.startsWith("airkit:"))
    .flatMap(({ name, inputs }) =>
      Object.entries(inputs)
        .filter(([field, { internal, compare }]) => !internal && compare !== "identity" && !ours.has(field))
        .filter(([field]) => !/\((documented|inferred)\b|inferred/.test(sentences.get(name)?.inputs.get(field) ?? ""))
        .map(([field]) => `${name}.${field}`),
    );
  expect(silent).toEqual([]);
});

test("a field is declared once, and its sentence stands once", () => {
  const declaration = readFileSync(path.join(repoRoot(), "providers", "kustomer", "api-key", "fields.ts"), "utf8");
  expect(declaration.match(/^ +overlapHours: /gm)).toHaveLength(1);
});
