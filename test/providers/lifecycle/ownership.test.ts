import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  HeldClaims,
  type Owner,
  type Seen,
  choose,
  claimedAt,
  earlierThan,
  foreignDoubles,
  isTakenOver,
  newGeneration,
  ownDoubles,
  ownerFrom,
  ownerText,
} from "../../../providers/lifecycle/ownership";

const NOW = Date.parse("2026-11-26T12:00:00Z");
const generation = fc
  .date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true })
  .map((at) => newGeneration("", at.getTime()));
const owner: fc.Arbitrary<Owner> = fc.record({
  mark: fc.constantFrom("one", "two"),
  rotation: fc.integer({ min: 0, max: 1 }),
  generation,
});
const things = fc
  .array(fc.record({ owner: fc.option(owner, { nil: undefined }), fits: fc.boolean() }), { maxLength: 8 })
  .map((all) => all.map((one, index): Seen => ({ ...one, id: `id-${index}`, createdAt: "" })));

describe("an owner mark", () => {
  test("is read back as it was written", () => {
    fc.assert(
      fc.property(owner, (written) => {
        expect(ownerFrom(ownerText(written))).toEqual(written);
      }),
    );
  });

  test.each(["", "a", "a.b", "a.0", "a.x.c", "a.0.", "a b.0.c", ".0.c", "a.0.c.d"])("is not read from %j", (text) => {
    expect(ownerFrom(text)).toBeUndefined();
  });

  test("of a later claim sorts after the one whose place it takes, whatever the clocks say", () => {
    fc.assert(
      fc.property(generation, fc.integer({ min: 0, max: 4e12 }), (former, now) => {
        expect(newGeneration(former, now) > former).toBe(true);
        expect(newGeneration(former, now)).toHaveLength(15);
      }),
    );
  });

  test("tells when it was claimed; what is none tells nothing, and is sorted before by nothing", () => {
    expect(claimedAt(newGeneration("", NOW))).toEqual(new Date(NOW));
    expect(claimedAt("")).toBeUndefined();
    expect(newGeneration("zzzzzzzzzzzzzzz", NOW)).toHaveLength(15);
  });
});

describe("a creation", () => {
  test("takes over just what is its own and does what is declared, and never what the state holds", () => {
    fc.assert(
      fc.property(things, owner, fc.boolean(), (seen, claim, isHeld) => {
        const { takeOver, left } = choose(claim, seen, isHeld);
        const own = seen.filter((one) => one.owner?.mark === claim.mark && one.owner.rotation === claim.rotation);
        expect(takeOver === undefined || (!isHeld && takeOver.fits && own.includes(takeOver))).toBe(true);
        expect(takeOver === undefined && !isHeld && own.some(({ fits }) => fits)).toBe(false);
        expect([...left, ...(takeOver === undefined ? [] : [takeOver])].sort(byId)).toEqual([...own].sort(byId));
      }),
    );
  });

  test("holds back only for the same kind, mark and rotation", () => {
    const held = new HeldClaims();
    held.note("webhook", { mark: "m", rotation: 1 });
    expect(held.has("webhook", { mark: "m", rotation: 1 })).toBe(true);
    expect(held.has("webhook", { mark: "m", rotation: 0 })).toBe(false);
    expect(held.has("webhook", { mark: "n", rotation: 1 })).toBe(false);
    expect(held.has("key", { mark: "m", rotation: 1 })).toBe(false);
  });

  test("beside others at the same time keeps exactly one object, whenever each of them looks", () => {
    // Everybody makes one and looks afterwards; whoever sees an earlier one lets its own go.
    const run = fc.record({ makes: fc.integer({ min: 0, max: 1000 }), looksAfter: fc.integer({ min: 1, max: 1000 }) });
    fc.assert(
      fc.property(fc.array(run, { minLength: 1, maxLength: 5 }), (runs) => {
        const made = runs.map(({ makes, looksAfter }, index) => ({
          id: `id-${index}`,
          owner: { mark: "m", rotation: 0, generation: newGeneration("", NOW + index) },
          fits: true,
          createdAt: new Date(NOW + makes * 10 + index).toISOString(),
          looksAt: makes * 10 + index + looksAfter,
        }));
        const gone = new Set<string>();
        for (const one of [...made].sort((a, b) => a.looksAt - b.looksAt)) {
          const there = made.filter((other) => Date.parse(other.createdAt) - NOW <= one.looksAt && !gone.has(other.id));
          if (earlierThan(one, there) !== undefined) gone.add(one.id);
        }
        expect(made.length - gone.size).toBe(1);
      }),
    );
  });
});

describe("what a state holds", () => {
  const kept = { mark: "one", rotation: 0, generation: newGeneration("", NOW), id: "id-0", posted: ["p1", "p2"] };

  test("is taken over by a later claim, or another resource's, and by none of its own", () => {
    const claim = (at: string) => isTakenOver({ mark: "one", rotation: 0, generation: at }, kept);
    expect(claim(newGeneration("", NOW + 1))).toBe(true);
    expect(claim(newGeneration("", NOW - 1))).toBe(false);
    expect(claim(kept.generation)).toBe(false);
    expect(claim("p2")).toBe(false);
    expect(isTakenOver(undefined, kept)).toBe(false);
    // Another resource's machine may have a clock that is behind.
    expect(isTakenOver({ mark: "two", rotation: 0, generation: newGeneration("", NOW - 1) }, kept)).toBe(true);
  });

  test("may remove what its own attempts made beside it; what else has its mark is somebody's", () => {
    fc.assert(
      fc.property(things, fc.array(generation, { maxLength: 3 }), (seen, posted) => {
        const some = seen.flatMap((one) => (one.owner === undefined ? [] : [one.owner.generation])).slice(0, 2);
        const state = { ...kept, posted: [...posted, ...some] };
        const [own, foreign] = [ownDoubles(state, seen), foreignDoubles(state, seen)];
        expect(own.some((one) => foreign.includes(one))).toBe(false);
        expect([...own, ...foreign].some(({ id }) => id === state.id)).toBe(false);
        for (const one of own) expect(state.posted).toContain(one.owner?.generation);
        for (const one of foreign) expect(one.owner).toMatchObject({ mark: "one" });
      }),
    );
  });
});

function byId(one: Seen, other: Seen): number {
  return one.id < other.id ? -1 : 1;
}
