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

/**
 * Whether an event should have come by now: none has for so long, counting only business hours where there are any. Asked
 * once a minute or so, and only while nothing comes.
 */
export function isSilent(
  lastReceivedAt: number,
  now: number,
  expectEveryMinutes: number,
  hours: BusinessHours | undefined,
): boolean {
  const minutes = Math.floor((now - lastReceivedAt) / MINUTE_MS);
  if (minutes < expectEveryMinutes) return false;
  if (!hours) return true;
  const isOpen = openingOf(hours);
  let counted = 0;
  for (let back = 0; back < Math.min(minutes, LONGEST_MINUTES); back += 1) {
    if (isOpen(now - back * MINUTE_MS)) counted += 1;
    if (counted >= expectEveryMinutes) return isOpen(now);
  }
  return false;
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
