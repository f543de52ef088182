import { UsageError } from "./command";

const UNITS: Record<string, number> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** "2h" is two hours ago; anything else has to be a date. */
export function moment(text: string, now: number, option = "--since"): number {
  const ms = durationIn(text);
  if (ms !== undefined) return now - ms;
  const at = Date.parse(text);
  if (!Number.isNaN(at)) return at;
  throw new UsageError(`${option} ${text}: not a time. Give an age (30m, 2h, 1d) or a date (2026-01-31T12:00:00Z).`);
}

/** "2h" is two hours, in milliseconds. */
export function duration(text: string, option = "--for"): number {
  const ms = durationIn(text);
  if (ms !== undefined && ms > 0) return ms;
  throw new UsageError(`${option} ${text}: not a length of time. Give one such as 30m, 2h or 1d.`);
}

function durationIn(text: string): number | undefined {
  const [, count, unit] = /^(\d{1,9})([smhd])$/.exec(text) ?? [];
  return count === undefined || unit === undefined ? undefined : Number(count) * (UNITS[unit] ?? 0);
}
