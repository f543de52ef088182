/** Milliseconds since the epoch, as far as the receiver is concerned. */
export type Clock = () => number;

/**
 * The wall clock as it stood when the process began, carried on by the monotonic one. A clock set forward by an operator or
 * by NTP would otherwise forget all duplicates at once, and one set back would hold every retry until it caught up.
 */
export function steadyClock(wall: Clock = Date.now, monotonic: Clock = () => performance.now()): Clock {
  const origin = wall() - monotonic();
  return () => Math.floor(origin + monotonic());
}
