/** The time of a function, of which nothing may be begun that might not end before it does. */
export interface TimeBudget {
  /** What is left of it. */
  readonly remaining: () => number;
  /** What was left when the batch came. */
  readonly budgetMs: number;
}

/** Kept back for noting the outcome. A quarter more is what a destination's time-out leaves over. */
const LONGEST_RESERVE_MS = 4_000;
/** Not more than this, nor than a quarter of what is left. */
const LONGEST_NOTE_MS = 3_000;
/** What a claim that took unusually long leaves of a POST at least. */
const SHORTEST_POST_MS = 500;

/** For a request to the table, the secret or a queue. */
export function noteMs({ remaining }: Pick<TimeBudget, "remaining">): number {
  return Math.max(Math.min(remaining() / 4, LONGEST_NOTE_MS), 1);
}

/** No POST is begun that might not end, and be noted, before the function does. */
export function isTimeToPost(timeoutMs: number, budget: TimeBudget): boolean {
  return budget.remaining() >= postMs(timeoutMs, budget) + reserveMs(budget);
}

/** How long a POST may take that is begun now. */
export function postMsNow(timeoutMs: number, budget: TimeBudget): number {
  return Math.max(Math.min(postMs(timeoutMs, budget), budget.remaining() - reserveMs(budget)), SHORTEST_POST_MS);
}

/** The destination's own time-out, or less where the function does not live so long. */
function postMs(timeoutMs: number, budget: TimeBudget): number {
  return Math.min(timeoutMs, budget.budgetMs - 1.25 * reserveMs(budget));
}

function reserveMs({ budgetMs }: TimeBudget): number {
  return Math.min(LONGEST_RESERVE_MS, budgetMs / 3);
}
