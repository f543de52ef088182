/** How a relay's events are delivered, if at all. */
export interface Controls {
  /** Events are taken and kept, and none is delivered. */
  readonly paused: boolean;
  /** Requests to the destination in any second; undefined where there is no limit. */
  readonly maxPerSecond: number | undefined;
}

export const NO_CONTROLS: Controls = { paused: false, maxPerSecond: undefined };

/** What somebody has set while the receiver runs. It stands above what is declared. */
export interface Override<Value> {
  readonly value: Value;
  /** Who did it. */
  readonly by: string;
  readonly reason?: string;
  /** By the wall's clock, as is `until`: people write times down. */
  readonly since: number;
  /** When it ends by itself; undefined where only `resume` ends it. */
  readonly until?: number;
}

/** Each ends for itself: what was slowed down before a pause is slow after it, too. */
export interface Overrides {
  readonly paused?: Override<boolean>;
  readonly maxPerSecond?: Override<number | "none">;
}

export type ControlName = keyof Overrides;

/** What a person wants of a running relay. */
export interface Order {
  readonly do: "pause" | "resume" | "limit";
  /** With `limit`. */
  readonly maxPerSecond?: number | "none";
  readonly forMs?: number;
  readonly by: string;
  readonly reason?: string;
}

/** A relay's controls as they are shown, with what they come from. */
export interface RelayControls extends Controls {
  readonly relay: string;
  /** Undefined where it is not known from here. */
  readonly declared?: Controls;
  readonly overrides: Overrides;
}

/** Those that have not ended. */
export function standing({ paused, maxPerSecond }: Overrides, now: number): Overrides {
  return {
    ...(paused && isStanding(paused, now) && { paused }),
    ...(maxPerSecond && isStanding(maxPerSecond, now) && { maxPerSecond }),
  };
}

function isStanding({ until = Infinity }: Override<unknown>, now: number): boolean {
  return now < until;
}

/** What holds now. */
export function effective(declared: Controls, overrides: Overrides, now: number): Controls {
  const { paused, maxPerSecond } = standing(overrides, now);
  const limit = maxPerSecond === undefined ? declared.maxPerSecond : maxPerSecond.value;
  return { paused: paused?.value ?? declared.paused, maxPerSecond: limit === "none" ? undefined : limit };
}

/** When the next one ends by itself. */
export function nextEnd({ paused, maxPerSecond }: Overrides): number {
  return Math.min(paused?.until ?? Infinity, maxPerSecond?.until ?? Infinity);
}

/** Beyond this a mistyped length would be a date that no calendar has. */
const LONGEST_MS = 10 * 365 * 86_400_000;

/**
 * The overrides after an order. `resume` ends all of them; where the relay is declared as paused that would leave it so, and
 * events flow by an override of their own.
 */
export function changed(before: Overrides, order: Order, declared: Controls, now: number): Overrides {
  const { by, reason, forMs } = order;
  if (forMs !== undefined && !(forMs > 0 && forMs <= LONGEST_MS))
    throw new Error("An override may stand for ten years at most, or without an end until it is resumed.");
  const { maxPerSecond = "none" } = order;
  if (maxPerSecond !== "none" && !isRate(maxPerSecond)) throw new Error(`A limit is ${RATE_IN_WORDS}, or none.`);
  const told = {
    by,
    since: now,
    ...(reason !== undefined && { reason }),
    ...(forMs !== undefined && { until: now + forMs }),
  };
  switch (order.do) {
    case "pause":
      return { ...standing(before, now), paused: { value: true, ...told } };
    case "limit":
      return { ...standing(before, now), maxPerSecond: { value: order.maxPerSecond ?? "none", ...told } };
    case "resume":
      return declared.paused ? { paused: { value: false, ...told } } : {};
  }
}

export function relayControls(
  relay: string,
  declared: Controls | undefined,
  overrides: Overrides,
  now: number,
): RelayControls {
  const standingNow = standing(overrides, now);
  return {
    relay,
    ...(declared && { declared }),
    overrides: standingNow,
    ...effective(declared ?? NO_CONTROLS, standingNow, now),
  };
}

/** One sentence for each override, for status, health, warnings and logs alike. */
export function sentencesOf(overrides: Overrides): string[] {
  const { paused, maxPerSecond } = overrides;
  return [
    ...(paused ? [`${paused.value ? "paused" : "not paused, whatever is declared,"} ${circumstances(paused)}`] : []),
    ...(maxPerSecond ? [`${limitInWords(maxPerSecond.value)} ${circumstances(maxPerSecond)}`] : []),
  ];
}

function limitInWords(limit: number | "none"): string {
  return limit === "none" ? "without a limit, whatever is declared," : `limited to ${limit} a second`;
}

function circumstances({ by, since, until, reason }: Override<unknown>): string {
  const end = until === undefined ? "until somebody resumes it" : `until ${moment(until)}`;
  const beginning = since === 0 ? "" : ` since ${moment(since)}`;
  return `by ${by}${beginning} ${end}${reason === undefined ? "" : ` (${reason})`}`;
}

/** What was stored may be anything: a time that no calendar has must not keep a receiver from telling the rest. */
function moment(at: number): string {
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? "a time that is no date" : `${date.toISOString().slice(0, 16)}Z`;
}

/**
 * What was stored by `JSON.stringify`. Somebody has set something there: where it cannot be read (it is damaged, or another version's),
 * nothing is delivered until a person has looked. `resume` ends that, too.
 */
export function overridesFrom(text: string | undefined): Overrides {
  if (text === undefined) return {};
  const read = parsed(text);
  const paused = overrideOf(read?.paused, (value) => typeof value === "boolean");
  const maxPerSecond = overrideOf(
    read?.maxPerSecond,
    (value): value is number | "none" => value === "none" || isRate(value),
  );
  const isRead =
    read !== undefined &&
    !!paused === (read.paused !== undefined) &&
    !!maxPerSecond === (read.maxPerSecond !== undefined);
  return { ...(paused && { paused }), ...(maxPerSecond && { maxPerSecond }), ...(!isRead && { paused: UNREADABLE }) };
}

const UNREADABLE: Override<boolean> = {
  value: true,
  by: "the receiver",
  reason: "what is stored of its overrides cannot be read",
  since: 0,
};

function overrideOf<Value>(given: unknown, isValue: (value: unknown) => value is Value): Override<Value> | undefined {
  const { value, by, reason, since, until } = record(given);
  if (!isValue(value) || typeof by !== "string" || typeof since !== "number") return undefined;
  if (until !== undefined && typeof until !== "number") return undefined;
  return {
    value,
    by,
    since,
    ...(typeof reason === "string" && { reason }),
    ...(until !== undefined && { until }),
  };
}

export function controlsFrom(given: unknown): Controls {
  const { paused, maxPerSecond } = record(given);
  return { paused: paused === true, maxPerSecond: isRate(maxPerSecond) ? maxPerSecond : undefined };
}

export const RATES = { least: 0.1, most: 1000 } as const;
export const RATE_IN_WORDS = "a whole number from 1 to 1000, or a fraction from 0.1 (one in ten seconds)";

/** More than one a second in fractions would mean nothing in any single second. */
export function isRate(value: unknown): value is number {
  if (typeof value !== "number" || !(value >= RATES.least && value <= RATES.most)) return false;
  return value < 1 || Number.isInteger(value);
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}
