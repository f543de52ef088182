import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { hasSecret, unwrapSecrets, wrapSecret, wrapSecrets } from "../../../providers/native/values";

/** Values with secrets at any depth, beside what they are in clear. */
const { value: pair } = fc.letrec<{ value: { wrapped: unknown; clear: unknown } }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.oneof(fc.string(), fc.double({ noNaN: true }), fc.boolean(), fc.constant(null)).map(plain),
    fc.array(tie("value"), { maxLength: 3 }).map((items) => ({
      wrapped: items.map(({ wrapped }) => wrapped),
      clear: items.map(({ clear }) => clear),
    })),
    fc.dictionary(fc.string({ minLength: 1, maxLength: 4 }), tie("value"), { maxKeys: 3 }).map((entries) => ({
      wrapped: Object.fromEntries(Object.entries(entries).map(([key, { wrapped }]) => [key, wrapped])),
      clear: Object.fromEntries(Object.entries(entries).map(([key, { clear }]) => [key, clear])),
    })),
    tie("value").map(({ wrapped, clear }) => ({ wrapped: wrapSecret(wrapped), clear })),
  ),
}));

function plain(value: unknown): { wrapped: unknown; clear: unknown } {
  return { wrapped: value, clear: value };
}

test("whatever is wrapped, at any depth, comes out in clear", () => {
  fc.assert(
    fc.property(pair, ({ wrapped, clear }) => {
      expect(unwrapSecrets({ property: wrapped })).toEqual({ property: clear });
    }),
  );
});

test("what was secret before is secret again, at any depth, and its value is the new one", () => {
  fc.assert(
    fc.property(pair, ({ wrapped }) => {
      const again = wrapSecrets(unwrapSecrets({ property: wrapped }), { property: wrapped }, []);
      expect(unwrapSecrets(again)).toEqual(unwrapSecrets({ property: wrapped }));
      expect(hasSecret(again.property)).toBe(hasSecret(wrapped));
      expect(leaks(again.property, wrapped)).toEqual([]);
    }),
  );
});

/** Texts of `secret` that stand in `shown` outside of a wrapping, and nowhere in clear in `secret` itself. */
function leaks(shown: unknown, secret: unknown): unknown[] {
  const inClear = new Set(textsInClear(secret));
  return textsInClear(shown).filter((text) => !inClear.has(text));
}

function textsInClear(value: unknown): unknown[] {
  if (typeof value !== "object" || value === null) return [value];
  if (hasSecret(value) && "value" in value && Object.keys(value).length === 2) return [];
  return Object.values(value).flatMap(textsInClear);
}

test("an entry that is new to a map with secrets is secret too, and one of a map without is not", () => {
  const before = { headers: { team: "support", gate: wrapSecret("key") }, plain: { one: "1" } };
  const now = { headers: { team: "support", gate: "key", copied: "key" }, plain: { one: "1", two: "2" } };
  expect(wrapSecrets(now, before, [])).toEqual({
    headers: { team: "support", gate: wrapSecret("key"), copied: wrapSecret("key") },
    plain: { one: "1", two: "2" },
  });
});

test("a declared secret is wrapped whatever came before, and an absent one stays absent", () => {
  expect(wrapSecrets({ token: "t", other: undefined }, {}, ["token", "other"])).toEqual({ token: wrapSecret("t") });
});
