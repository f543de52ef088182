const signals: readonly NodeJS.Signals[] = ["SIGINT", "SIGTERM", "SIGHUP"];

/**
 * Turns Ctrl-C and its kin into an aborted AbortSignal, so that ordinary `finally` blocks clean up. Afterwards the process
 * ends by the signal it got, unless somebody else handles it too.
 */
export async function interruptible<T>(
  outer: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  let caught: NodeJS.Signals | undefined;
  const onSignal = (signal: NodeJS.Signals): void => {
    caught ??= signal;
    controller.abort(new Error(`interrupted by ${signal}`));
  };
  for (const signal of signals) process.on(signal, onSignal);
  try {
    return await work(outer ? AbortSignal.any([outer, controller.signal]) : controller.signal);
  } finally {
    for (const signal of signals) process.off(signal, onSignal);
    if (caught && process.listenerCount(caught) === 0) process.kill(process.pid, caught);
  }
}
