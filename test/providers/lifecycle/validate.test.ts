import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { validate } from "../../../providers/lifecycle/validate";
import { UNKNOWN } from "../../../providers/lifecycle/unknown";
import { example } from "./example";

const reasons = (given: Record<string, unknown>): string[] =>
  validate(example, given).problems.map(({ reason }) => reason);

describe("checking inputs", () => {
  test("defaults are filled in, and sets are sorted without repetitions", () => {
    expect(validate(example, { name: "relay", tags: ["b", "a", "b"] })).toEqual({
      inputs: { name: "relay", count: 3, tags: ["a", "b"], headers: {}, watch: 0 },
      problems: [],
      complete: true,
    });
  });

  test("all mistakes are told at once, each with the path of the property", () => {
    const problems = reasons({
      name: "",
      count: 1.5,
      tags: ["fine", "much too long"],
      headers: { "not a name": "x", good: 5 },
      nested: { inner: 1 },
    });
    expect(problems).toEqual([
      "name: must not be empty",
      "count: must be whole",
      "tags[1]: is too long",
      "headers.not a name: not a header name",
      "headers.good: must be text",
      "nested.inner: must be text",
    ]);
  });

  test("a property that does not exist is named, with those that do", () => {
    expect(reasons({ name: "relay", titel: "x" })).toEqual([
      "titel: no such property; there are name, count, tags, headers, nested, secret, adopt",
    ]);
  });

  test.each(["constructor", "toString", "hasOwnProperty"])(
    "a property called like something every object has (%s) does not exist either",
    (property) => {
      expect(validate(example, { name: "relay", [property]: "x" }).problems).toHaveLength(1);
    },
  );

  test("a mistake in a secret does not show the secret", () => {
    expect(reasons({ name: "relay", secret: "abc" })).toEqual(["secret: is too short"]);
  });

  test.each([
    ["as a whole", { name: UNKNOWN, count: UNKNOWN, tags: UNKNOWN, headers: UNKNOWN, nested: UNKNOWN }],
    [
      "inside of a list, a map or an object",
      { name: "relay", tags: [UNKNOWN], headers: { a: UNKNOWN }, nested: { inner: UNKNOWN } },
    ],
  ])("a value that is not known yet is let through %s", (_, given) => {
    const { problems, complete, inputs } = validate(example, given);
    expect(problems).toEqual([]);
    expect(complete).toBe(false);
    expect(inputs).toMatchObject(given);
  });

  test("what is known beside an unknown value is still checked", () => {
    expect(reasons({ name: UNKNOWN, count: 0.5, tags: [UNKNOWN, "much too long"] })).toEqual([
      "count: must be whole",
      "tags[1]: is too long",
    ]);
  });

  test("checking what was checked changes nothing more", () => {
    const inputs = fc.record({
      name: fc.string({ minLength: 1 }),
      tags: fc.array(fc.string({ maxLength: 5 })),
      headers: fc.dictionary(fc.stringMatching(/^[\w-]+$/), fc.string()),
    });
    fc.assert(
      fc.property(inputs, (given) => {
        const once = validate(example, given);
        expect(once.problems).toEqual([]);
        expect(validate(example, once.inputs)).toEqual(once);
      }),
    );
  });
});
