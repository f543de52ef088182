import type { KillPoint } from "./plan";

/** End at the n-th time this point is reached. */
export interface KillAt {
  readonly point: KillPoint;
  readonly nth: number;
}

/** Called at every point that is reached; ends the process, all of its threads, without a word when the order's moment is there. */
export function killer(order: KillAt | undefined): (point: KillPoint) => void {
  let reached = 0;
  return (point) => {
    if (point !== order?.point) return;
    reached += 1;
    if (reached === order.nth) process.kill(process.pid, "SIGKILL");
  };
}
