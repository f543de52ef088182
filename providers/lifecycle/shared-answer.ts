import { setTimeout as sleep } from "node:timers/promises";

/** What the engine asks side by side comes within this time: with each answer it sends the next call. */
const GATHERING_MS = 2;

/**
 * One question that many ask at once. Whoever asks while an answer is under way gets the next one, together with all others
 * who ask meanwhile or right after: fewer requests, and never an answer from before the question.
 *
 * Each may have a time of its own: who has none left goes, and the question goes on for the others. With the last of them it
 * is cancelled, and ends as it would for one alone.
 */
export class SharedAnswer<T> {
  private underWay: Promise<void> = Promise.resolve();
  private next: Question<T> | undefined;
  private isGathering = false;

  /** `gathered` ends when the others have asked, too. */
  constructor(private readonly gathered: () => Promise<unknown> = () => sleep(GATHERING_MS)) {}

  ask(ask: Ask<T>, signal?: AbortSignal): Promise<T> {
    // Nobody else is to wait in its line: only what need not wait is let through.
    if (signal?.aborted) return ask(signal);
    if (this.next === undefined) void this.beginNext();
    if (this.next === undefined || this.next.isDeserted) this.next = new Question(ask);
    return this.next.join(signal, () => this.isGathering);
  }

  private async beginNext(): Promise<void> {
    await this.underWay;
    this.isGathering = true;
    await this.gathered();
    this.isGathering = false;
    const question = this.next;
    this.next = undefined;
    if (question === undefined) return;
    this.underWay = question.ended;
    question.begin();
  }
}

type Ask<T> = (signal: AbortSignal) => Promise<T>;

class Question<T> {
  private readonly answer = Promise.withResolvers<T>();
  private readonly over = new AbortController();
  private hasBegun = false;
  private asking = 0;
  /** Whether there was an answer or not. */
  readonly ended: Promise<void>;

  constructor(private readonly ask: Ask<T>) {
    this.ended = this.answer.promise.then(ignore, ignore);
  }

  /** All have gone before its turn came. */
  get isDeserted(): boolean {
    return this.over.signal.aborted;
  }

  begin(): void {
    this.hasBegun = true;
    if (this.isDeserted) this.answer.reject(this.over.signal.reason);
    else this.ask(this.over.signal).then(this.answer.resolve, this.answer.reject);
  }

  join(signal: AbortSignal | undefined, isGathering: () => boolean): Promise<T> {
    this.asking += 1;
    if (signal === undefined) return this.answer.promise;
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        this.asking -= 1;
        const isLast = this.asking === 0;
        if (isLast) this.over.abort(signal.reason);
        // It waits for nothing but others, which is no reason not to finish what was begun: a webhook was made just now, perhaps.
        if (isGathering()) resolve(this.ask(signal));
        // What has begun ends by itself, be it with an answer that is there already.
        else if (!isLast || !this.hasBegun) reject(signal.reason as Error);
      };
      signal.addEventListener("abort", leave, { once: true });
      this.answer.promise.then(resolve, reject).finally(() => {
        signal.removeEventListener("abort", leave);
      });
    });
  }
}

function ignore(): void {
  // Whoever asked hears of it.
}
