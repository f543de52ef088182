import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "@jest/globals";
import { lifecycles } from "../../providers/lifecycles";
import { repoRoot } from "../../toolbox/pulumi";

type Names = Readonly<Record<string, readonly string[]>>;

/** What every program that was ever written may use of a resource, by resource. Names are added, never taken away. */
const promised = JSON.parse(readFileSync(path.join(repoRoot(), "test/fixtures/public-names.json"), "utf8")) as Names;

const today: Names = Object.fromEntries(
  lifecycles.map(({ name, inputs, outputs }) => {
    const isPublic = Object.entries({ ...inputs, ...outputs }).filter(([, { internal }]) => !internal);
    return [name, isPublic.map(([property]) => property).sort()];
  }),
);

test("no output that was ever released is gone: an `up` without a change gives a program the state's old outputs", () => {
  for (const [resource, names] of Object.entries(promised))
    expect(today[resource]).toEqual(expect.arrayContaining([...names]));
});

test("every output of today is promised: it is added to test/fixtures/public-names.json", () => {
  expect(promised).toEqual(today);
});
