import { setTimeout as sleep } from "node:timers/promises";

/** What the engine asks side by side comes within this time: with each answer it sends the next call. */
const GATHERING_MS = 2;

/**
 * One question that many ask at once. Whoever asks while an answer is under way gets the next one, together with all others
 * who ask meanwhile or right after: fewer requests, and never an answer from before the question.
 *
 * Each may have a time of its own: who has none left goes, and asks alone what need not wait. The question goes on for the
 * others; with the last of them it is cancelled, and ends as it would for one alone.
 */
export class SharedAnswer<T> {
  private underWay: Promise<void> = Promise.resolve();
  private next: Question<T> | undefined;

  /** `gathered` ends when the others have asked, too. */
  constructor(private readonly gathered: () => Promise<unknown> = () => sleep(GATHERING_MS)) {}

  ask(ask: Ask<T>, signal?: AbortSignal): Promise<T> {
    // Nobody else is to wait in its line: only what need not wait is let through.
    if (signal?.aborted) return ask(signal);
    if (this.next === undefined) void this.beginNext();
    if (this.next === undefined || this.next.isDeserted) this.next = new Question(ask);
    return this.next.join(signal);
  }

  private async beginNext(): Promise<void> {
    await this.underWay;
    await this.gathered();
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

  join(signal: AbortSignal | undefined): Promise<T> {
    this.asking += 1;
    if (signal === undefined) return this.answer.promise;
    return new Promise((resolve, reject) => {
      let isAlone = false;
      const leave = (): void => {
        this.asking -= 1;
        const isLast = this.asking === 0;
        if (isLast) this.over.abort(signal.reason);
        // What has begun ends by itself, be it with an answer that is there already. Otherwise no wait is left, and who was to
        // finish something, such as a creation that has to get into the state, still has an answer where that needs none.
        isAlone = !isLast || !this.hasBegun;
        if (isAlone) this.ask(signal).then(resolve, reject);
      };
      const fail = (error: Error): void => {
        if (!isAlone) reject(error);
      };
      signal.addEventListener("abort", leave, { once: true });
      void this.answer.promise.then(resolve, fail).finally(() => {
        signal.removeEventListener("abort", leave);
      });
    });
  }
}

function ignore(): void {
  // Whoever asked hears of it.
}
