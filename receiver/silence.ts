/** When events are expected. Outside of these hours nobody is told that none come. */
export interface BusinessHours {
  /** Such as Europe/Berlin. */
  readonly timeZone: string;
  readonly days: readonly Weekday[];
  /** Of the day, in hours and minutes: 08:00. */
  readonly from: string;
  /** 24:00 is the end of the day. */
  readonly to: string;
}

export const WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
export type Weekday = (typeof WEEKDAYS)[number];

const MINUTE_MS = 60_000;
/** Looked back not further than this: by then it is silent by any measure. */
const LONGEST_MINUTES = 14 * 24 * 60;

/** Whether an event should have come by now. Asked once a minute or so, and only while nothing comes. */
export function isSilent(
  lastReceivedAt: number,
  now: number,
  expectEveryMinutes: number,
  hours: BusinessHours | undefined,
): boolean {
  if (now - lastReceivedAt < expectEveryMinutes * MINUTE_MS) return false;
  const since = expectedSince(now, expectEveryMinutes, hours);
  return since !== undefined && lastReceivedAt <= since;
}

/**
 * Since when an event should have come: so many minutes ago, counting only business hours where there are any. Undefined outside of
 * them. It walks back by the world's minutes and asks each for its local time, so an hour that a clock leaves out in spring is not
 * counted, and one that it repeats in autumn is counted twice.
 */
export function expectedSince(
  now: number,
  expectEveryMinutes: number,
  hours: BusinessHours | undefined,
): number | undefined {
  if (!hours) return now - expectEveryMinutes * MINUTE_MS;
  const isOpen = openingOf(hours);
  if (!isOpen(now)) return undefined;
  let counted = 0;
  for (let back = 0; back < LONGEST_MINUTES; back += 1) {
    if (isOpen(now - back * MINUTE_MS)) counted += 1;
    if (counted >= expectEveryMinutes) return now - (back + 1) * MINUTE_MS;
  }
  return undefined;
}

function openingOf({ timeZone, days, from, to }: BusinessHours): (at: number) => boolean {
  const format = new Intl.DateTimeFormat("en-GB", {
    timeZone,
    weekday: "short",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
  return (at) => {
    const parts = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
    const day = (parts.weekday ?? "").toLowerCase();
    const time = `${parts.hour ?? ""}:${parts.minute ?? ""}`;
    return days.some((one) => one === day) && time >= from && time < to;
  };
}

const TIME = /^([01]\d|2[0-3]):[0-5]\d$/;

/** What is wrong with business hours together with how often an event is expected, or undefined. */
export function expectationProblem(
  expectEventEveryMinutes: number | undefined,
  hours: BusinessHours | undefined,
): string | undefined {
  if (hours === undefined) return undefined;
  if (expectEventEveryMinutes === undefined) return "goes with expectEventEveryMinutes, which is not given";
  const week = new Set(hours.days).size * (minuteOf(hours.to) - minuteOf(hours.from));
  return expectEventEveryMinutes <= week
    ? undefined
    : `are ${week} minutes a week, and expectEventEveryMinutes is ${expectEventEveryMinutes}: nobody would ever be told`;
}

function minuteOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(":").map(Number);
  return hours * 60 + minutes;
}

/** What is wrong with business hours, or undefined. */
export function businessHoursProblem({ timeZone, from, to }: Omit<BusinessHours, "days">): string | undefined {
  if (!TIME.test(from)) return "from has to be a time such as 08:00";
  if (!TIME.test(to) && to !== "24:00") return "to has to be a time such as 18:00, or 24:00";
  if (from >= to) return "from has to be before to";
  try {
    new Intl.DateTimeFormat("en-GB", { timeZone });
    return undefined;
  } catch {
    return `timeZone ${timeZone} is not known here; use a name such as Europe/Berlin`;
  }
}
