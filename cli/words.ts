export const DAY_MS = 86_400_000;

/** `1 webhook`, `2 webhooks` */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** `30 s`, `5 min`, `3 h`, `2 days` */
export function lasting(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.round(seconds / 3600)} h` : `${Math.floor(seconds / 86_400)} days`;
}

/** Whole days from now; negative for what is past. */
export function daysUntil(at: number): number {
  return Math.floor((at - Date.now()) / DAY_MS);
}

export function list(items: Iterable<string>): string {
  return [...items].join(", ");
}

/** `"support" (5f2c…), "sales" (61aa…)` */
export function named(objects: Iterable<{ readonly name: string; readonly id: string }>): string {
  return list(Array.from(objects, ({ name, id }) => `"${shortened(name)}" (${id})`));
}

/** Begin and end of what is too long for a line: a name may have 255 characters. */
export function shortened(text: string, most = 40): string {
  const letters = Array.from(text);
  if (letters.length <= most) return text;
  const half = (most - 1) / 2;
  return `${letters.slice(0, Math.ceil(half)).join("")}…${letters.slice(-Math.floor(half)).join("")}`;
}
