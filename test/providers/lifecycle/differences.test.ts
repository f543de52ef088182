import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import * as z from "zod";
import { internalInput } from "../../../providers/lifecycle/fields";
import { validate } from "../../../providers/lifecycle/validate";
import { differences } from "../../../providers/lifecycle/differences";
import { UNKNOWN } from "../../../providers/lifecycle/unknown";
import { example } from "./example";

const declarations = fc
  .record(
    {
      name: fc.string({ minLength: 1 }),
      count: fc.integer(),
      tags: fc.array(fc.string({ maxLength: 5 })),
      headers: fc.dictionary(fc.stringMatching(/^[\w-]+$/), fc.string()),
      nested: fc.record({ inner: fc.string() }),
      secret: fc.string({ minLength: 4 }),
      watch: fc.integer(),
    },
    { requiredKeys: ["name"] },
  )
  .map((given) => validate(example, given).inputs);

describe("comparing what is with what is declared", () => {
  test("what is as declared does not differ", () => {
    fc.assert(
      fc.property(declarations, (inputs) => {
        expect(differences(example, "id", inputs, inputs)).toEqual([]);
      }),
    );
  });

  test("only what differs is named", () => {
    fc.assert(
      fc.property(declarations, declarations, (known, inputs) => {
        const changed = differences(example, "id", known, inputs);
        const merged = { ...known, ...Object.fromEntries(changed.map((name) => [name, inputs[name]])) };
        expect(differences(example, "id", merged, inputs)).toEqual([]);
      }),
    );
  });

  test("the order and repetitions of a set never count", () => {
    fc.assert(
      fc.property(declarations, fc.infiniteStream(fc.nat()), (known, random) => {
        const tags = known.tags as string[];
        const shuffled = [...tags, ...tags.slice(0, 1)]
          .map((tag) => ({ tag, at: Number(random.next().value) }))
          .sort((one, other) => one.at - other.at)
          .map(({ tag }) => tag);
        expect(differences(example, "id", known, { ...known, tags: shuffled })).toEqual([]);
      }),
    );
  });

  test("the case of a header's name and the order of headers never count", () => {
    const headers = fc.uniqueArray(fc.tuple(fc.stringMatching(/^[a-z-]+$/), fc.string()), {
      selector: ([name]) => name,
    });
    fc.assert(
      fc.property(headers, (entries) => {
        const shouted = entries.map(([name, value]) => [name.toUpperCase(), value]).reverse();
        const known = { headers: Object.fromEntries(entries) as unknown };
        expect(differences(example, "id", known, { headers: Object.fromEntries(shouted) as unknown })).toEqual([]);
      }),
    );
  });

  test("another value of a header, one more and one less do count", () => {
    const known = { headers: { "x-team": "support" } };
    for (const headers of [{ "x-team": "sales" }, { "x-team": "support", more: "" }, {}])
      expect(differences(example, "id", known, { headers })).toEqual(["headers"]);
  });

  test("whatever is not known yet counts as changed, at any depth", () => {
    expect(
      differences(
        example,
        "id",
        { name: "a", tags: ["b"], headers: { c: "d" }, nested: { inner: "e" } },
        {
          name: UNKNOWN,
          tags: ["b", UNKNOWN],
          headers: { c: UNKNOWN },
          nested: { inner: UNKNOWN },
        },
      ),
    ).toEqual(["name", "tags", "headers", "nested"]);
  });

  test("an identity counts only when it names another object", () => {
    const to = (adopt: string | undefined, known?: string) => differences(example, "this", { adopt: known }, { adopt });
    expect(to(undefined)).toEqual([]);
    expect(to(undefined, "this")).toEqual([]);
    expect(to("this")).toEqual([]);
    expect(to("other")).toEqual(["adopt"]);
    expect(to("other", "other")).toEqual([]);
  });

  test("a claim counts once the object has an owner: an imported one is claimed with its next change", () => {
    const claimed = { inputs: { mark: internalInput(z.string(), { compare: "claim" }) } };
    const to = (mark: string, known: string) => differences(claimed, "id", { mark: known }, { mark });
    expect(to("ours", "")).toEqual([]);
    expect(to("ours", "ours")).toEqual([]);
    expect(to("ours", "another's")).toEqual(["mark"]);
  });

  test("what only steers our own behaviour never counts, not even when it is not known yet", () => {
    expect(differences(example, "id", { watch: 1 }, { watch: 2 })).toEqual([]);
    expect(differences(example, "id", { watch: 1 }, { watch: UNKNOWN })).toEqual([]);
  });

  test("a property that was left out before and is given now counts, and the other way round", () => {
    expect(differences(example, "id", {}, { secret: "abcd" })).toEqual(["secret"]);
    expect(differences(example, "id", { secret: "abcd" }, {})).toEqual(["secret"]);
  });
});
