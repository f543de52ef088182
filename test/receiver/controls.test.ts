import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  changed,
  type Controls,
  effective,
  isRate,
  nextEnd,
  NO_CONTROLS,
  type Order,
  type Overrides,
  overridesFrom,
  sentencesOf,
  standing,
} from "../../receiver/controls";

const HOUR = 3_600_000;
const ana = { by: "ana" };

describe("an override", () => {
  test("stands above what is declared, until its time or a resume", () => {
    const paused = changed({}, { do: "pause", forMs: 2 * HOUR, ...ana }, NO_CONTROLS, 0);
    expect(effective(NO_CONTROLS, paused, HOUR)).toMatchObject({ paused: true });
    expect(effective(NO_CONTROLS, paused, 2 * HOUR)).toMatchObject({ paused: false });
    expect(nextEnd(paused)).toBe(2 * HOUR);
    expect(changed(paused, { do: "resume", ...ana }, NO_CONTROLS, HOUR)).toEqual({});
  });

  test("of a limit goes on after a pause, because each ends for itself", () => {
    const declared: Controls = { paused: false, maxPerSecond: 50 };
    const limited = changed({}, { do: "limit", maxPerSecond: 5, ...ana }, declared, 0);
    const both = changed(limited, { do: "pause", forMs: HOUR, ...ana }, declared, 10);
    expect(effective(declared, both, HOUR)).toEqual({ paused: true, maxPerSecond: 5 });
    expect(effective(declared, both, 2 * HOUR)).toEqual({ paused: false, maxPerSecond: 5 });
    const unlimited = changed(both, { do: "limit", maxPerSecond: "none", ...ana }, declared, 3 * HOUR);
    expect(effective(declared, unlimited, 3 * HOUR)).toEqual(NO_CONTROLS);
  });

  test("lets a relay flow that is declared as paused, for as long as is said", () => {
    const declared: Controls = { paused: true, maxPerSecond: undefined };
    const resumed = changed({}, { do: "resume", forMs: HOUR, ...ana }, declared, 0);
    expect(effective(declared, resumed, 1)).toMatchObject({ paused: false });
    expect(effective(declared, resumed, HOUR)).toMatchObject({ paused: true });
  });

  test("is told with who, why, since when and until when", () => {
    const order: Order = { do: "pause", forMs: HOUR, reason: "Airkit is being moved", ...ana };
    const overrides = changed({}, order, NO_CONTROLS, Date.parse("2026-11-26T13:00:00Z"));
    expect(sentencesOf(overrides)).toEqual([
      "paused by ana since 2026-11-26T13:00Z until 2026-11-26T14:00Z (Airkit is being moved)",
    ]);
  });

  test.each([999_999_999 * 24 * HOUR, Infinity, NaN, -1, 0])(
    "is refused for a length of %p, which would be no date",
    (forMs) => {
      for (const order of [{ do: "pause" }, { do: "limit", maxPerSecond: 5 }, { do: "resume" }] as const)
        expect(() => changed({}, { ...order, forMs, ...ana }, NO_CONTROLS, 0)).toThrow("ten years at most");
    },
  );

  test.each([NaN, 0, -3, 1.5, 1e9])("is refused for a limit of %p", (maxPerSecond) => {
    expect(() => changed({}, { do: "limit", maxPerSecond, ...ana }, NO_CONTROLS, 0)).toThrow("A limit is");
  });

  test("that was stored with a time that no calendar has is told all the same: a receiver starts with it", () => {
    const kept = overridesFrom(JSON.stringify({ paused: { value: true, by: "ana", since: 1, until: 9e16 } }));
    expect(sentencesOf(kept)).toEqual(["paused by ana since 1970-01-01T00:00Z until a time that is no date"]);
  });

  test("comes back from where it was kept as it was", () => {
    const override = <V>(value: fc.Arbitrary<V>) =>
      fc.record(
        { value, by: fc.string(), since: fc.nat(), until: fc.nat(), reason: fc.string() },
        { requiredKeys: ["value", "by", "since"] },
      );
    const overrides: fc.Arbitrary<Overrides> = fc.record(
      {
        paused: override(fc.boolean()),
        maxPerSecond: override(fc.oneof(fc.integer({ min: 1, max: 1000 }), fc.constant("none" as const))),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(overrides, fc.nat(), (given, now) => {
        expect(overridesFrom(JSON.stringify(given))).toEqual(given);
        const left = standing(given, now);
        expect(effective(NO_CONTROLS, left, now)).toEqual(effective(NO_CONTROLS, given, now));
        expect(nextEnd(left)).toBeGreaterThan(now);
      }),
    );
    expect(overridesFrom(undefined)).toEqual({});
  });

  test("that cannot be read keeps everything back until somebody resumes it, and says so", () => {
    const ok = '{"value":true,"by":"x","since":1}';
    const damaged = [
      "",
      "no json",
      "null",
      "7",
      '{"paused":{"value":"yes","by":"x","since":1}}',
      '{"paused":{"value":false,"by":"x","since":1,"until":"tomorrow"}}',
      '{"paused":{"value":false}}',
      '{"maxPerSecond":{"value":-1,"by":"x","since":1}}',
      '{"maxPerSecond":{"value":{"a":"newer version"},"by":"x","since":1}}',
      `{"paused":null,"maxPerSecond":${ok}}`,
    ];
    for (const text of damaged) {
      const read = overridesFrom(text);
      expect([text, effective(NO_CONTROLS, read, HOUR).paused]).toEqual([text, true]);
      expect(sentencesOf(read)[0]).toBe(
        "paused by the receiver until somebody resumes it (what is stored of its overrides cannot be read)",
      );
      expect(changed(read, { do: "resume", ...ana }, NO_CONTROLS, HOUR)).toEqual({});
    }
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        const { paused, maxPerSecond, ...more } = overridesFrom(text);
        expect(more).toEqual({});
        // Either it says something that was there, or it keeps everything back.
        if (!text.includes("paused") && !text.includes("maxPerSecond") && !/^\s*[[{]/.test(text))
          expect(paused?.value).toBe(true);
        expect(maxPerSecond === undefined || text.includes("maxPerSecond")).toBe(true);
      }),
    );
  });

  test("of a newer version that says more beside what is known here counts as far as it is known", () => {
    const newer = '{"paused":{"value":true,"by":"x","since":1,"ticket":"OPS-7"},"sampling":{"value":0.5}}';
    expect(overridesFrom(newer)).toEqual({ paused: { value: true, by: "x", since: 1 } });
  });
});

test("a rate is a whole number of requests a second, or a fraction of one", () => {
  for (const rate of [0.1, 0.5, 1, 7, 1000]) expect(isRate(rate)).toBe(true);
  for (const rate of [0, -1, 0.05, 2.5, 1001, NaN, Infinity, "5", null]) expect(isRate(rate)).toBe(false);
});
