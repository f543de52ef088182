import { describe, expect, test } from "@jest/globals";
import { Circuit } from "../../receiver/circuit";

const settings = { failuresToOpen: 3, silenceMs: 2_000, firstPauseMs: 1_000, maxPauseMs: 4_000, untriedPauseMs: 500 };
const circuit = (): Circuit => new Circuit(settings, () => 1);
const free = { total: 10, triedFirst: 2, triedMost: 8 };
const nothing = { total: 0, triedFirst: 0, triedMost: 0 };
const unreachable = { unreachable: true, tried: false };
const failing = { unreachable: false, tried: false };

/** Opened at 0; tried events wait until 1,000, untried ones until 500. */
function opened(): Circuit {
  const one = circuit();
  for (const event of [1, 2, 3]) one.failedOn(event, 0, unreachable);
  return one;
}

describe("a circuit", () => {
  test("opens at once when different events in a row cannot even reach the destination", () => {
    const one = opened();
    expect(one.open).toBe(true);
    expect(one.allowance(499, free)).toEqual(nothing);
    expect(one.waitUntil()).toEqual({ untried: 500, tried: 1_000 });
  });

  test("opens for failures that may be the events' own only when nothing was answered for a while", () => {
    const one = circuit();
    for (let event = 0; event < 50; event += 1) one.failedOn(event, event, failing);
    expect(one.open).toBe(false);
    one.failedOn(50, 2_000, failing);
    expect(one.open).toBe(true);
  });

  test("stays closed as long as some event is answered now and then, whatever becomes of the others", () => {
    const one = circuit();
    for (let second = 0; second < 60; second += 1) {
      for (let event = 0; event < 500; event += 1) one.failedOn(event, second * 1_000 + event, failing);
      one.answered();
    }
    expect(one.open).toBe(false);
  });

  test("stays closed however often one and the same event fails", () => {
    const one = circuit();
    for (let i = 0; i < 50; i += 1) one.failedOn(1, i * 1_000, unreachable);
    expect(one.allowance(50_000, free)).toEqual(free);
  });

  test("lets a single probe through after the pause, the one that was tried least", () => {
    const one = opened();
    expect(one.allowance(1_000, free)).toEqual({ total: 1, triedFirst: 0, triedMost: 1, leastTriedFirst: true });
    one.started(7, false);
    expect(one.allowance(1_000, free)).toEqual(nothing);
  });

  test("lets an event that was never tried go half a second after the last failure, however long the pause", () => {
    const one = opened();
    expect(one.allowance(500, free)).toEqual({ total: 1, triedFirst: 0, triedMost: 0, leastTriedFirst: true });
    one.started(4, false);
    one.failedOn(4, 600, unreachable);
    expect(one.waitUntil()).toEqual({ untried: 1_100, tried: 2_600 });
  });

  test("pauses twice as long after each failed probe, up to the maximum", () => {
    const one = opened();
    let now = 1_000;
    for (const pause of [2_000, 4_000, 4_000]) {
      one.started(9, true);
      one.failedOn(9, now, failing);
      expect(one.waitUntil()?.tried).toBe(now + pause);
      now += pause;
    }
  });

  test("closes at once when anything is answered: the destination is there again", () => {
    const one = opened();
    one.started(1, true);
    one.answered();
    expect(one.allowance(1_000, free)).toEqual(free);
  });

  test("is not kept open by failures of deliveries that began before it opened", () => {
    const one = opened();
    one.started(9, true);
    one.failedOn(4, 500, unreachable);
    one.failedOn(5, 600, unreachable);
    expect(one.waitUntil()).toEqual({ untried: 500, tried: Infinity });
  });

  test("does not open for events that have failed before, unless nothing gets through at all", () => {
    const again = { unreachable: false, tried: true };
    const one = circuit();
    for (let event = 0; event < 500; event += 1) one.failedOn(event, event * 100, again);
    expect(one.open).toBe(false);
    for (let event = 0; event < 3; event += 1) one.failedOn(event, 50_000, { ...again, unreachable: true });
    expect(one.open).toBe(true);
  });

  test("lets a new event go while a probe that failed before hangs", () => {
    const one = opened();
    one.started(9, true);
    expect(one.allowance(1_000, free)).toEqual({ total: 1, triedFirst: 0, triedMost: 0, leastTriedFirst: true });
  });

  test("gives a destination the rest that it asks different events for, and one event's rest to that event alone", () => {
    const asked = { ...failing, restMs: 3_000 };
    const one = circuit();
    one.failedOn(1, 0, asked);
    expect(one.allowance(0, free)).toEqual(free);
    for (const event of [2, 3]) one.failedOn(event, 2_000, asked);
    expect(one.waitUntil()).toEqual({ untried: 2_500, tried: 5_000 });
  });

  test("lets another probe go when one was broken off", () => {
    const one = opened();
    one.started(9, true);
    one.abandoned(9);
    expect(one.allowance(1_000, free).total).toBe(1);
  });
});
