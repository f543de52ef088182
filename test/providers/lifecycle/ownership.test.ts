import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  Fates,
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

  test("is read with a rotation of many digits, and a text without one is none", () => {
    expect(ownerFrom("m-1.120.0abc")).toEqual({ mark: "m-1", rotation: 120, generation: "0abc" });
    expect(ownerFrom("of somebody else altogether")).toBeUndefined();
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

  test("takes the one that was made first, by its time; where no time tells, by its id, which everybody sees alike", () => {
    const claim = { mark: "m", rotation: 0 };
    const made = (id: string, createdAt: string): Seen => ({
      id,
      createdAt,
      fits: true,
      owner: { ...claim, generation: newGeneration("", NOW) },
    });
    const [early, late] = ["2026-11-26T09:00:00Z", "2026-11-26T10:00:00+00:00"];
    const first = (...seen: Seen[]) => choose(claim, seen, false).takeOver?.id;
    expect(first(made("a", late), made("b", early))).toBe("b");
    expect(first(made("b", early), made("a", late))).toBe("b");
    expect(first(made("b", early), made("a", early))).toBe("a");
    expect(first(made("a", early), made("b", early))).toBe("a");
    expect(first(made("b", ""), made("a", late))).toBe("a");
    expect(first(made("b", early), made("a", "when?"))).toBe("a");
  });

  test("gives way to nothing but an earlier object of the same claim that does what is declared", () => {
    const owner = { mark: "m", rotation: 1, generation: newGeneration("", NOW) };
    const earlier: Seen = { id: "earlier", fits: true, createdAt: "2026-11-26T09:00:00Z", owner };
    const made: Seen = { id: "made", fits: true, createdAt: "2026-11-26T10:00:00Z", owner };
    expect(earlierThan(made, [made, earlier])).toBe(earlier);
    expect(earlierThan(earlier, [made, earlier])).toBeUndefined();
    for (const other of [
      { ...earlier, fits: false },
      { ...earlier, owner: undefined },
      { ...earlier, owner: { ...owner, mark: "another" } },
      { ...earlier, owner: { ...owner, rotation: 0 } },
      { ...earlier, id: made.id },
    ])
      expect(earlierThan(made, [made, other])).toBeUndefined();
    expect(earlierThan({ ...made, owner: undefined }, [earlier])).toBeUndefined();
    const earliest = { ...earlier, id: "earliest", createdAt: "2026-11-26T08:00:00Z" };
    expect(earlierThan(made, [made, earlier, earliest])).toBe(earliest);
  });

  test("and a removal may want the same object in one run: whoever decides first has it, and hears so again", () => {
    const fates = new Fates();
    expect([fates.isTakenOver("a"), fates.isRemoved("a")]).toEqual([false, false]);
    expect(fates.decide("a", "taken over")).toBe(true);
    expect(fates.decide("a", "removed")).toBe(false);
    expect(fates.decide("a", "taken over")).toBe(true);
    expect([fates.isTakenOver("a"), fates.isRemoved("a")]).toEqual([true, false]);
    expect(fates.decide("b", "removed")).toBe(true);
    expect(fates.decide("b", "taken over")).toBe(false);
    expect([fates.isTakenOver("b"), fates.isRemoved("b")]).toEqual([false, true]);
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

  test("counts each thing beside it once: its own attempts that fit, and others of its claim", () => {
    const made = (id: string, parts: Partial<Seen> = {}): Seen => ({
      id,
      fits: true,
      createdAt: "",
      owner: { mark: "one", rotation: 0, generation: "p1" },
      ...parts,
    });
    const of = (generation: string, mark = "one") => ({ owner: { mark, rotation: 0, generation } });
    const seen = [
      made(kept.id),
      made("own"),
      made("own, renamed", of("p2", "a former name's")),
      made("own, but of no use", { fits: false }),
      made("foreign", of("p3")),
      made("somebody's", of("p3", "two")),
      made("nobody's", { owner: undefined }),
    ];
    expect(ownDoubles(kept, seen).map(({ id }) => id)).toEqual(["own", "own, renamed"]);
    expect(foreignDoubles(kept, seen).map(({ id }) => id)).toEqual(["own, but of no use", "foreign"]);
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
