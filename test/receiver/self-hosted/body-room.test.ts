import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { BodyRoom, type Place } from "../../../receiver/self-hosted/body-room";

describe("the room for bodies", () => {
  test("is never used beyond its limit by what is still coming, whatever comes in whatever order", () => {
    const step = fc.record({
      what: fc.constantFrom("enter", "grow", "grow", "grow", "arrived", "leave"),
      which: fc.nat(),
      bytes: fc.integer({ min: 1, max: 60 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const room = new BodyRoom(100);
        const places: Place[] = [];
        const gaveWay = new Set<Place>();
        for (const { what, which, bytes } of steps) {
          if (what === "enter") {
            const place: Place = room.enter(() => gaveWay.add(place));
            places.push(place);
          }
          const place = places[which % places.length];
          if (!place) continue;
          if (what === "grow" && !place.grow(bytes)) place.leave();
          else if (what === "arrived") place.arrived();
          else if (what === "leave") place.leave();
          expect(room.bytesHeld).toBeLessThanOrEqual(100);
          expect(room.bytesHeld).toBeGreaterThanOrEqual(0);
        }
        for (const place of gaveWay) expect(place.grow(1)).toBe(false);
        for (const place of places) place.leave();
        expect(room.bytesHeld).toBe(0);
      }),
    );
  });

  test("is given to the newest when strangers have filled it, and the oldest gives way", () => {
    const room = new BodyRoom(100);
    const gone: number[] = [];
    for (let i = 0; i < 10; i += 1) expect(room.enter(() => gone.push(i)).grow(10)).toBe(true);
    expect(room.enter(() => gone.push(10)).grow(15)).toBe(true);
    expect(gone).toEqual([0, 1]);
  });

  test("that is full of events being stored is given to nobody until one of them is answered", () => {
    const room = new BodyRoom(100);
    const stored = room.enter(() => {
      throw new Error("It must not give way.");
    });
    expect(stored.grow(100)).toBe(true);
    stored.arrived();
    const late = room.enter(() => undefined);
    expect(late.grow(1)).toBe(false);
    late.leave();
    stored.leave();
    expect(room.enter(() => undefined).grow(100)).toBe(true);
  });
});
