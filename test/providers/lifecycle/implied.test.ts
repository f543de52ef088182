import { expect, test } from "@jest/globals";
import fc from "fast-check";
import * as z from "zod";
import { internalInput, internalOutput, output } from "../../../providers/lifecycle/fields";
import { knownFields, omitImplied, restoreImplied } from "../../../providers/lifecycle/implied";
import { lifecycles } from "../../../providers/lifecycles";

const fields = {
  ...{ organisation: output(z.string()), isDoubled: internalOutput(z.boolean(), { implied: () => false }) },
  ...{ key: internalInput(z.string(), { implied: ({ organisation }) => organisation }) },
};

test("what goes without saying is not stored, and what says something is", () => {
  expect(omitImplied(fields, { organisation: "a", isDoubled: false, key: "a" })).toEqual({ organisation: "a" });
  expect(omitImplied(fields, { organisation: "a", isDoubled: true, key: "" })).toEqual({
    organisation: "a",
    isDoubled: true,
    key: "",
  });
});

test("what an older state said counts", () => {
  expect(restoreImplied(fields, { organisation: "a", isDoubled: true, key: "b" })).toEqual({
    organisation: "a",
    isDoubled: true,
    key: "b",
  });
});

test("where nothing tells what is implied, nothing is made up", () => {
  expect(restoreImplied(fields, {})).toEqual({ isDoubled: false });
});

test("whatever is known comes back from the state as it was", () => {
  const text = fc.constantFrom("", "a", "b");
  const known = fc.record({ organisation: text, isDoubled: fc.boolean(), key: text });
  fc.assert(
    fc.property(known, (properties) => {
      expect(restoreImplied(fields, omitImplied(fields, properties))).toEqual(properties);
    }),
  );
});

test.each(lifecycles.map((lifecycle) => [lifecycle.name, lifecycle] as const))(
  "programs find every output of %s in the state: only the package's own go without saying",
  (_, lifecycle) => {
    const implied = Object.entries(knownFields(lifecycle)).filter(([, field]) => field.implied !== undefined);
    const all = { ...lifecycle.inputs, ...lifecycle.outputs };
    expect(implied.filter(([name]) => all[name]?.internal !== true)).toEqual([]);
  },
);
