import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "@jest/globals";
import * as publicApi from "../../index";
import * as provider from "../../provider";
import { lifecycles } from "../../providers/lifecycles";
import { outputsOf, reference } from "../../scripts/docs/reference";
import { repoRoot } from "../../toolbox/pulumi";

test("docs/resources.md is what `npm run docs` writes", () => {
  expect(readFileSync(path.join(repoRoot(), "docs", "resources.md"), "utf8")).toBe(reference(lifecycles));
});

test("every lifecycle is served by provider.ts, and is a class of the public API", () => {
  const names = lifecycles.map(({ name }) => name);
  expect(Object.keys(provider).sort()).toEqual([...names].sort());
  expect(Object.keys(publicApi)).toEqual(expect.arrayContaining(names));
});

const properties = lifecycles.flatMap((lifecycle) =>
  [...Object.entries(lifecycle.fields).filter(([, field]) => !field.internal), ...outputsOf(lifecycle)].map(
    ([name, { doc }]) => [`${lifecycle.name}.${name}`, doc] as const,
  ),
);

test.each(properties)("%s says in one sentence what it is", (_, doc) => {
  expect(doc).toMatch(/^[^\s][^\n]+[.]$/);
});

test.each(lifecycles.map(({ name, doc }) => [name, doc]))("%s says in one sentence what it is", (_, doc) => {
  expect(doc).toMatch(/^[^\s][^\n]+[.]$/);
});
