/** All waiting of a sandbox, so that closing it leaves none behind. */
export class Timers {
  readonly #waiting = new Map<NodeJS.Timeout, () => void>();
  #closed = false;

  after(ms: number, action: () => void): void {
    if (this.#closed) return;
    const timer = setTimeout(() => {
      this.#waiting.delete(timer);
      action();
    }, ms);
    this.#waiting.set(timer, () => undefined);
  }

  /** Ends early when the sandbox closes. */
  async sleep(ms: number): Promise<void> {
    if (this.#closed) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(timer);
        resolve();
      }, ms);
      this.#waiting.set(timer, resolve);
    });
  }

  close(): void {
    this.#closed = true;
    for (const [timer, release] of this.#waiting) {
      clearTimeout(timer);
      release();
    }
    this.#waiting.clear();
  }
}
