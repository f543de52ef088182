import { afterAll } from "@jest/globals";
import timers from "node:timers/promises";

/**
 * Time runs `factor` times as fast in this file, for the code under test and for the sandbox beside it: what they wait for, and what
 * the clock says meanwhile. Everything else is as real as ever: the order of things, HTTP, and how long work takes, which seems
 * `factor` times as long.
 */
export function quickenTime(factor: number): void {
  const real = {
    Date,
    setTimeout: globalThis.setTimeout,
    setInterval: globalThis.setInterval,
    sleep: timers.setTimeout,
  };
  const started = Date.now();
  class QuickDate extends real.Date {
    constructor(...given: unknown[]) {
      super(...((given.length === 0 ? [QuickDate.now()] : given) as [number]));
    }

    static override now(): number {
      return Math.floor(started + (real.Date.now() - started) * factor);
    }
  }
  const quick = <T extends (work: never, ms?: number, ...rest: never[]) => unknown>(timer: T): T =>
    Object.assign(((work: never, ms = 0, ...rest: never[]) => timer(work, ms / factor, ...rest)) as T, timer);
  globalThis.Date = QuickDate as unknown as DateConstructor;
  globalThis.setTimeout = quick(real.setTimeout);
  globalThis.setInterval = quick(real.setInterval);
  timers.setTimeout = (ms = 0, ...rest) => real.sleep(ms / factor, ...rest);
  afterAll(() => {
    globalThis.Date = real.Date;
    globalThis.setTimeout = real.setTimeout;
    globalThis.setInterval = real.setInterval;
    timers.setTimeout = real.sleep;
  });
}
