import { UsageError } from "./command";

const UNITS: Record<string, number> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** "2h" is two hours ago; anything else has to be a date. */
export function moment(text: string, now: number): number {
  const [, count, unit] = /^(\d+)([smhd])$/.exec(text) ?? [];
  if (count !== undefined && unit !== undefined) return now - Number(count) * (UNITS[unit] ?? 0);
  const at = Date.parse(text);
  if (!Number.isNaN(at)) return at;
  throw new UsageError(`--since ${text}: not a time. Give an age (30m, 2h, 1d) or a date (2026-01-31T12:00:00Z).`);
}
