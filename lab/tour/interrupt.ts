/**
 * Ctrl-C reaches the CLI by itself, which then ends in good order; we only remember it, start nothing new, and clean up.
 */
export class Interrupt {
  private requested: NodeJS.Signals | undefined;

  constructor() {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
      process.on(signal, () => (this.requested ??= signal));
  }

  /** Throws once somebody asked to stop. */
  check(): void {
    if (this.requested !== undefined) throw new Interrupted(this.requested);
  }
}

export class Interrupted extends Error {
  constructor(readonly signal: NodeJS.Signals) {
    super(`stopped by ${signal}`);
  }
}
