import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { compileFilter, filterProblems, type FilterRule } from "../../receiver/filter";

const problems = (filter: unknown): string[] =>
  filterProblems(filter).map(({ path, problem }) => `${path.join(".")}: ${problem}`);

const message = (direction: string) => ({
  name: "kustomer.message.create",
  data: { type: "message", attributes: { direction, channels: ["chat", "email"], spam: false, size: 3 } },
  changes: null,
});

describe("a filter", () => {
  const judge = (rules: FilterRule[], event: unknown): string | undefined => compileFilter(rules)(event);

  test("lets named events go on, by their whole name or its beginning, and filters all others by the rule's name", () => {
    const rules = [{ name: "wanted", events: ["kustomer.message.*", "kustomer.user.create"] }];
    expect(judge(rules, message("in"))).toBeUndefined();
    expect(judge(rules, { name: "kustomer.user.create" })).toBeUndefined();
    expect(judge(rules, { name: "kustomer.user.update" })).toBe("wanted");
    expect(judge(rules, {})).toBe("wanted");
  });

  test("asks what is at a path: that it equals, is one of, or is there at all", () => {
    const at = "data.attributes.direction";
    expect(judge([{ path: at, equals: "in" }], message("in"))).toBeUndefined();
    expect(judge([{ path: at, equals: "in" }], message("out"))).toBe("rule-1");
    expect(judge([{ path: at, oneOf: ["in", "initial"] }], message("initial"))).toBeUndefined();
    expect(judge([{ path: "data.attributes.size", oneOf: ["3"] }], message("in"))).toBe("rule-1");
    expect(judge([{ path: "data.attributes.spam", equals: false }], message("in"))).toBeUndefined();
    expect(judge([{ path: "data.attributes.channels", equals: "email" }], message("in"))).toBeUndefined();
    expect(judge([{ path: "data.attributes.channels.0", equals: "email" }], message("in"))).toBe("rule-1");
    expect(judge([{ path: "changes", exists: true }], message("in"))).toBe("rule-1");
    expect(judge([{ path: "changes", exists: false }], message("in"))).toBeUndefined();
  });

  test("keeps a relay from hearing itself: not what goes out", () => {
    const rules = [{ name: "own-words", not: { path: "data.attributes.direction", equals: "out" } }];
    expect(judge(rules, message("out"))).toBe("own-words");
    expect(judge(rules, message("in"))).toBeUndefined();
    expect(judge(rules, { name: "kustomer.tag.create" })).toBeUndefined();
  });

  test("of one kind of event lets go on only what a rule about that kind allows", () => {
    const rules = [
      { name: "noise", appliesTo: ["kustomer.conversation.update"], path: "changes.attributes.status", exists: true },
    ];
    expect(judge(rules, { name: "kustomer.conversation.update", changes: { attributes: { rev: {} } } })).toBe("noise");
    const opened = { attributes: { status: { op: "replace", before: "done", after: "open" } } };
    expect(judge(rules, { name: "kustomer.conversation.update", changes: opened })).toBeUndefined();
    expect(judge(rules, message("in"))).toBeUndefined();
  });

  test("counts by the first rule that does not hold, under its position where it has no name", () => {
    const rules = [
      { path: "data", exists: true },
      { path: "org", exists: true },
    ];
    expect(judge(rules, { data: {} })).toBe("rule-2");
    expect(judge(rules, {})).toBe("rule-1");
  });

  test("lets what is no object go on: it could not be judged, and is not lost for that", () => {
    for (const event of [undefined, null, "text", 7, ["a"]])
      expect(judge([{ events: ["kustomer.message.create"] }], event)).toBeUndefined();
  });

  test("sees only what is in the event, not what every object inherits", () => {
    for (const path of ["constructor", "__proto__", "toString", "data.attributes.channels.length"])
      expect(judge([{ path, exists: true }], { data: { attributes: { channels: [] } } })).toBe(
        path.endsWith("length") ? undefined : "rule-1",
      );
  });
});

describe("a mistake in a filter", () => {
  test.each<[unknown, string[]]>([
    [{ events: [] }, [": must be a list of rules"]],
    [["kustomer.message.create"], ["0: must be a rule: `events`, `path` or `not`"]],
    [[{ event: ["a"] }], ["0.event: is nothing that a filter knows", "0: must say exactly one of"]],
    [[{ events: [] }], ["0.events: must be a list with at least one entry"]],
    [[{ events: ["a b"] }], ["0.events.0: must be an event's name"]],
    [[{ events: ["a"], path: "b", exists: true }], ["0: must say exactly one of"]],
    [[{ events: ["a"], equals: 1 }], ["0.equals: goes with `path`"]],
    [[{ path: "a" }], ["0: must say what is at `path`"]],
    [[{ path: "a", equals: 1, exists: true }], ["0: must say what is at `path`"]],
    [[{ path: "a..b", exists: true }], ["0.path: must be names with dots"]],
    [[{ path: "a", exists: "yes" }], ["0.exists: must be true or false"]],
    [[{ path: "a", equals: null }], ["0.equals: must be text, a number"]],
    [[{ path: "a", oneOf: ["b", {}] }], ["0.oneOf.1: must be text, a number"]],
    [[{ not: { path: "a" } }], ["0.not: must say what is at `path`"]],
    [[{ not: { not: {} } }], ["0.not.not: is nothing", "0.not: must say exactly one of"]],
    [[{ not: { events: ["a"] }, path: "a", exists: true }], ["0: `not` stands alone: move path, exists"]],
    [[{ name: "A b", events: ["a"] }], ["0.name: must be lowercase"]],
    [
      [
        { name: "x", events: ["a"] },
        { name: "x", events: ["b"] },
      ],
      ["1.name: is the name of an earlier rule"],
    ],
    [[{ appliesTo: "a", events: ["a"] }], ["0.appliesTo: must be a list"]],
  ])("is told with its path: %j", (filter, expected) => {
    const found = problems(filter);
    expect(found).toHaveLength(expected.length);
    for (const [index, part] of expected.entries()) expect(found[index]).toContain(part);
  });

  test("is found whatever is given: nothing that is no filter gets through, and nothing throws", () => {
    fc.assert(
      fc.property(fc.anything(), (given) => {
        if (filterProblems(given).length === 0) compileFilter(given as FilterRule[])({});
      }),
    );
  });
});

describe("any filter without a mistake", () => {
  const value = fc.oneof(fc.constantFrom("in", "out", "a"), fc.integer({ min: 0, max: 2 }), fc.boolean());
  const path = fc.constantFrom("name", "data", "data.a", "data.a.0", "changes");
  const one = fc.oneof(
    fc.record({ events: fc.array(fc.constantFrom("x.y", "x.*", "z"), { minLength: 1, maxLength: 3 }) }),
    fc.record({ path, equals: value }),
    fc.record({ path, oneOf: fc.array(value, { minLength: 1, maxLength: 3 }) }),
    fc.record({ path, exists: fc.boolean() }),
  );
  const event = fc.record(
    {
      name: fc.constantFrom("x.y", "x.z", "z", "other"),
      data: fc.oneof(value, fc.record({ a: fc.oneof(value, fc.array(value, { maxLength: 3 })) }), fc.constant(null)),
      changes: fc.constantFrom(null, {}),
    },
    { requiredKeys: [] },
  );

  test("is one: filters exactly what its opposite lets go on", () => {
    fc.assert(
      fc.property(one, event, (rule, given) => {
        expect(filterProblems([rule])).toEqual([]);
        expect(filterProblems([{ not: rule }])).toEqual([]);
        const passes = compileFilter([rule])(given) === undefined;
        expect(compileFilter([{ not: rule }])(given) === undefined).toBe(!passes);
      }),
    );
  });

  test("lets an event go on exactly when each of its rules alone does", () => {
    fc.assert(
      fc.property(fc.array(one, { maxLength: 5 }), event, (rules, given) => {
        const alone = rules.map((rule) => compileFilter([rule])(given) === undefined);
        const failing = alone.indexOf(false);
        expect(compileFilter(rules)(given)).toBe(failing < 0 ? undefined : `rule-${failing + 1}`);
      }),
    );
  });
});
