import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { Rate } from "../../receiver/rate";

describe("a rate", () => {
  test("is never exceeded in any second, wherever that begins, and may be used to the full", () => {
    const pauses = fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), pauses, (perSecond, steps) => {
        let now = 0;
        const rate = new Rate(perSecond, () => now);
        const went: number[] = [];
        for (const step of steps) {
          now += step;
          for (let left = rate.allowance(); left > 0; left -= 1) {
            rate.spend();
            went.push(now);
          }
          expect(rate.waitMs()).toBeGreaterThan(0);
          expect(went.filter((at) => at > now - 1_000).length).toBeLessThanOrEqual(perSecond);
        }
      }),
    );
  });

  test("has nothing to wait for exactly where one may go, whatever a clock's fractions round to", () => {
    const fraction = fc.double({ min: 0, max: 1e7, noNaN: true });
    fc.assert(
      fc.property(fc.double({ min: 0.01, max: 50, noNaN: true }), fraction, (perSecond, start) => {
        let now = start;
        const rate = new Rate(perSecond, () => now);
        for (const off of [-2, -1, 0, 1, 2]) {
          now = start + (Math.max(1, Math.floor(perSecond)) / perSecond) * 1_000 + off * Number.EPSILON * start;
          expect(rate.waitMs() === 0).toBe(rate.allowance() > 0);
        }
      }),
    );
  });

  test("of a fraction is one in so many seconds", () => {
    let now = 0;
    const rate = new Rate(0.5, () => now);
    expect(rate.waitMs()).toBe(2_000);
    now = 1_999;
    expect(rate.allowance()).toBe(0);
    now = 2_000;
    expect(rate.allowance()).toBe(1);
    rate.spend();
    expect(rate.allowance()).toBe(0);
  });

  test("begins as if all of it had just been used, so that a restart makes no second one too many", () => {
    let now = 5_000;
    const rate = new Rate(3, () => now);
    expect(rate.allowance()).toBe(0);
    now = 6_000;
    expect(rate.allowance()).toBe(3);
  });
});
