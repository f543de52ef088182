import { setTimeout as sleep } from "node:timers/promises";
import { RelayError } from "./errors";

/** The person has cancelled, or the time for it is over, while it waited: what came next was not begun. */
export class CancelledError extends RelayError {
  override readonly name = "CancelledError";
}

/** Waits so long; once `signal` is aborted it ends at once, with an error that says what was being done. */
export function wait(ms: number, doing: string, signal: AbortSignal): Promise<void> {
  return unlessCancelled(sleep(ms, undefined, { signal }), doing, signal);
}

/** The end of something that waits by `signal` itself, with an abort put into words. */
export async function unlessCancelled<T>(
  waiting: Promise<T>,
  doing: string,
  signal: AbortSignal | undefined,
  awaited?: string,
): Promise<T> {
  try {
    return await waiting;
  } catch (error) {
    if (!signal?.aborted) throw error;
    const isLate = (signal.reason as Error).name === "TimeoutError";
    const why = isLate ? "its time was over (`customTimeouts`)" : "cancelled";
    const what = `${why} while it waited${awaited === undefined ? "" : ` for ${awaited}`}`;
    throw new CancelledError({ doing, what, next: "run it again" }, { cause: error });
  }
}
