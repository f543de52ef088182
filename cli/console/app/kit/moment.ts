/** A moment as a person at this machine reads it; the full one for a title. */
export function timeOf(moment: number | string): string {
  return new Date(moment).toLocaleTimeString();
}

/** How long ago, in one unit: `12 s`, `4 min`, `3 h`, `2 d`. */
export function ageOf(moment: number | string, now: number): string {
  const seconds = Math.max(0, Math.round((now - new Date(moment).getTime()) / 1000));
  if (seconds < 90) return `${seconds} s`;
  if (seconds < 90 * 60) return `${Math.round(seconds / 60)} min`;
  return seconds < 36 * 3600 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86_400)} d`;
}
