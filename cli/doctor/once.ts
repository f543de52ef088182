/** Asks at most once, whoever wants to know; all share the answer, or the failure. */
export function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  // An async function, so that what `ask` throws at once is shared like any other failure.
  return () => (answer ??= (async () => ask())());
}
