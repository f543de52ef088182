export const KILL_POINTS = ["appended", "before-commit", "committed", "before-answer", "answered", "posted"] as const;
export type KillPoint = (typeof KILL_POINTS)[number];

/** How one round ends. */
export type Ending =
  | { readonly how: "point"; readonly point: KillPoint; readonly nth: number }
  /** So long after the process says that it is ready. */
  | { readonly how: "running"; readonly afterMs: number }
  /** So long after it was started, while it may still be opening and recovering the store. */
  | { readonly how: "starting"; readonly afterMs: number };

/** Half of the rounds end at a named point, most others at a random moment, a few during the start. */
export function ending(round: number, random: () => number): Ending {
  if (round % 2 === 0) {
    const point = KILL_POINTS[(round / 2) % KILL_POINTS.length] ?? "committed";
    return { how: "point", point, nth: 1 + Math.floor(random() * 120) };
  }
  if (random() < 0.1) return { how: "starting", afterMs: 50 + random() * 400 };
  return { how: "running", afterMs: 5 + random() * 250 };
}
