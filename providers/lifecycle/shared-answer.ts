/**
 * One question that many ask at once. Whoever asks while an answer is under way gets the next one, together with all others
 * who ask meanwhile: fewer requests, and never an answer from before the question.
 *
 * Each may have a time of its own: who has none left goes, and the question goes on for the others. With the last of them it
 * is cancelled, and ends as it would for one alone.
 */
export class SharedAnswer<T> {
  private underWay: Question<T> | undefined;
  private next: Question<T> | undefined;

  ask(ask: Ask<T>, signal?: AbortSignal): Promise<T> {
    // Nobody else is to wait in its line: only what need not wait is let through.
    if (signal?.aborted) return ask(signal);
    if (this.next !== undefined) return this.next.join(signal);
    const question = new Question(ask);
    if (this.underWay === undefined) this.begin(question);
    else {
      this.next = question;
      void this.underWay.ended.then(() => {
        this.next = undefined;
        this.begin(question);
      });
    }
    return question.join(signal);
  }

  private begin(question: Question<T>): void {
    this.underWay = question;
    question.begin();
    void question.ended.then(() => {
      if (this.underWay === question) this.underWay = undefined;
    });
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

  begin(): void {
    this.hasBegun = true;
    // All have gone before its turn came.
    if (this.over.signal.aborted) this.answer.reject(this.over.signal.reason);
    else this.ask(this.over.signal).then(this.answer.resolve, this.answer.reject);
  }

  join(signal: AbortSignal | undefined): Promise<T> {
    this.asking += 1;
    if (signal === undefined) return this.answer.promise;
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        this.asking -= 1;
        const isLast = this.asking === 0;
        if (isLast) this.over.abort(signal.reason);
        // What has begun ends by itself, be it with an answer that is there already.
        if (!isLast || !this.hasBegun) reject(signal.reason as Error);
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
