import type { Places } from "./inbox";

export interface CircuitSettings {
  /** So many different events in a row, without one answer that is about the event itself. */
  readonly failuresToOpen: number;
  /** And for so long, unless the destination could not even be reached: a few events may be all that it chokes on. */
  readonly silenceMs: number;
  readonly firstPauseMs: number;
  readonly maxPauseMs: number;
  /** However long the pause: an event that was never tried is sent so long after the last failure, one at a time. */
  readonly untriedPauseMs: number;
}

export const CIRCUIT_DEFAULTS: CircuitSettings = {
  failuresToOpen: 5,
  silenceMs: 2_000,
  firstPauseMs: 1_000,
  maxPauseMs: 30_000,
  untriedPauseMs: 500,
};

export interface DestinationFailure {
  readonly unreachable: boolean;
  /** The event had failed before: unless nothing gets through at all, that says nothing new about the destination. */
  readonly tried: boolean;
  /** The destination asked for this long a rest. */
  readonly restMs?: number | undefined;
}

/** From when on events may go out again, by whether they were tried before. */
export interface Opening {
  readonly untried: number;
  readonly tried: number;
}

const NOTHING: Places = { total: 0, triedFirst: 0, triedMost: 0 };

/**
 * Keeps a dead destination cheap: while the circuit is open nothing is sent, and after each pause one event goes out as a
 * probe, the one that was tried least. Only trouble of the destination as a whole opens it: different events fail, and
 * nothing is answered meanwhile. An event that always fails must not cost the others anything.
 */
export class Circuit {
  private readonly failed = new Set<number>();
  private failingSince = 0;
  private restUntil = 0;
  private pauses = 0;
  private opening: Opening = { untried: 0, tried: 0 };
  /** The events that are under way as probes. One that was tried before may hang, and keeps no new one waiting. */
  private readonly probes: { untried?: number | undefined; tried?: number | undefined } = {};

  constructor(
    private readonly settings: CircuitSettings = CIRCUIT_DEFAULTS,
    private readonly random: () => number = Math.random,
  ) {}

  get open(): boolean {
    return this.pauses > 0;
  }

  /** Which of the free places may be used now. */
  allowance(now: number, free: Places): Places {
    if (!this.open) return free;
    if (this.probes.untried !== undefined || free.total <= 0 || now < this.opening.untried) return NOTHING;
    const mayBeTried = this.probes.tried === undefined && now >= this.opening.tried;
    return { total: 1, triedFirst: 0, triedMost: mayBeTried ? 1 : 0, leastTriedFirst: true };
  }

  /** When to ask again; never while a probe is under way, whose end will tell. */
  waitUntil(): Opening | undefined {
    if (!this.open) return undefined;
    const { untried, tried } = this.opening;
    const { probes } = this;
    const both = probes.untried !== undefined;
    return { untried: both ? Infinity : untried, tried: both || probes.tried !== undefined ? Infinity : tried };
  }

  started(event: number, tried: boolean): void {
    if (this.open) this.probes[tried ? "tried" : "untried"] = event;
  }

  /** The destination answered, if with a refusal: it is alive. */
  answered(): void {
    this.failed.clear();
    this.pauses = 0;
    this.restUntil = 0;
    this.probes.untried = undefined;
    this.probes.tried = undefined;
  }

  failedOn(event: number, now: number, { unreachable, tried, restMs = 0 }: DestinationFailure): void {
    const wasProbe = this.abandoned(event);
    if (tried && !unreachable && !wasProbe) return;
    if (this.failed.size === 0) this.failingSince = now;
    if (this.failed.size < this.settings.failuresToOpen) this.failed.add(event);
    this.restUntil = Math.max(this.restUntil, now + Math.min(restMs, this.settings.maxPauseMs));
    if (wasProbe || (!this.open && this.isDown(now, unreachable))) this.pause(now);
  }

  /** The event is not under way any more: if it was a probe, another one may go. */
  abandoned(event: number): boolean {
    for (const kind of ["untried", "tried"] as const) {
      if (this.probes[kind] !== event) continue;
      this.probes[kind] = undefined;
      return true;
    }
    return false;
  }

  private isDown(now: number, unreachable: boolean): boolean {
    if (this.failed.size < this.settings.failuresToOpen) return false;
    return unreachable || now - this.failingSince >= this.settings.silenceMs;
  }

  private pause(now: number): void {
    const { firstPauseMs, maxPauseMs, untriedPauseMs } = this.settings;
    const full = Math.min(maxPauseMs, firstPauseMs * 2 ** Math.min(this.pauses, 40));
    this.pauses += 1;
    const tried = Math.max(now + full / 2 + (full / 2) * this.random(), this.restUntil);
    this.opening = { tried, untried: Math.min(tried, now + untriedPauseMs) };
  }
}
