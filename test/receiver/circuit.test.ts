import { describe, expect, test } from "@jest/globals";
import { Circuit } from "../../receiver/circuit";

const settings = { failuresToOpen: 3, firstPauseMs: 1_000, maxPauseMs: 4_000 };
const circuit = (): Circuit => new Circuit(settings, () => 1);

function opened(): Circuit {
  const one = circuit();
  for (const event of [1, 2, 3]) one.failedOn(event, 0);
  return one;
}

describe("a circuit", () => {
  test("opens when different events fail in a row, and then lets nothing through for a pause", () => {
    const one = opened();
    expect(one.open).toBe(true);
    expect(one.allowance(999, 10)).toBe(0);
    expect(one.waitUntil(999)).toBe(1_000);
  });

  test("stays closed however often one and the same event fails", () => {
    const one = circuit();
    for (let i = 0; i < 50; i += 1) one.failedOn(1, 0);
    expect(one.allowance(0, 10)).toBe(10);
  });

  test("stays closed while some events succeed", () => {
    const one = circuit();
    for (let i = 0; i < 50; i += 1) {
      one.failedOn(i * 2, 0);
      one.failedOn(i * 2 + 1, 0);
      one.succeeded();
    }
    expect(one.open).toBe(false);
  });

  test("lets a single probe through after the pause", () => {
    const one = opened();
    expect(one.allowance(1_000, 10)).toBe(1);
    one.started();
    expect(one.allowance(1_000, 10)).toBe(0);
  });

  test("pauses twice as long after each failed probe, up to the maximum", () => {
    const one = opened();
    let now = 1_000;
    for (const pause of [2_000, 4_000, 4_000]) {
      one.started();
      one.failedOn(9, now);
      expect(one.waitUntil(now)).toBe(now + pause);
      now += pause;
    }
  });

  test("closes at once when a probe is delivered, or refused: the destination is there again", () => {
    for (const outcome of ["succeeded", "answered"] as const) {
      const one = opened();
      one.started();
      one[outcome]();
      expect(one.allowance(1_000, 10)).toBe(10);
    }
  });

  test("is not kept open by failures of deliveries that began before it opened", () => {
    const one = opened();
    one.failedOn(4, 500);
    one.failedOn(5, 600);
    expect(one.waitUntil(600)).toBe(1_000);
  });

  test("gives a destination the rest it asked for without counting it as down", () => {
    const one = circuit();
    one.restFor(2_000, 100);
    expect(one.allowance(2_099, 10)).toBe(0);
    expect(one.allowance(2_100, 10)).toBe(10);
    expect(one.open).toBe(false);
  });
});
