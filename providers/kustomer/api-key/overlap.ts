import type { RetiredKey } from "./fields";

const HOUR_MS = 3600_000;

/** Until when a key that has a successor stays valid, ISO 8601. */
export function endOfOverlap({ retiredAt }: RetiredKey, overlapHours: number): string {
  return new Date(Date.parse(retiredAt) + overlapHours * HOUR_MS).toISOString();
}

export function isPastOverlap(key: RetiredKey, overlapHours: number): boolean {
  return Date.parse(endOfOverlap(key, overlapHours)) <= Date.now();
}

/** When the first of them is to be revoked, ISO 8601; empty where there is none. */
export function revokeAfter(retired: readonly RetiredKey[], overlapHours: number): string {
  return retired.map((key) => endOfOverlap(key, overlapHours)).sort()[0] ?? "";
}
