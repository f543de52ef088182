/** A wall clock that runs faster from a moment on that all sandboxes agree on. Set by whoever starts them. */
export function scaledClock(environment: NodeJS.ProcessEnv): () => number {
  const origin = Number(environment.LOCAL_CLOCK_ORIGIN);
  const scale = Number(environment.LOCAL_CLOCK_SCALE);
  const wall = Date.now;
  return () => Math.floor(origin + (wall() - origin) * scale);
}
