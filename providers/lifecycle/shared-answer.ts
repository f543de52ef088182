/**
 * One question that many ask at once. Whoever asks while an answer is under way gets the next one, together with all others
 * who ask meanwhile: fewer requests, and never an answer from before the question.
 */
export class SharedAnswer<T> {
  private underWay: Promise<T> | undefined;
  private next: Promise<T> | undefined;

  ask(question: () => Promise<T>): Promise<T> {
    if (this.next !== undefined) return this.next;
    if (this.underWay === undefined) return this.begin(question);
    this.next = this.underWay.then(ignore, ignore).then(() => {
      this.next = undefined;
      return this.begin(question);
    });
    return this.next;
  }

  private begin(question: () => Promise<T>): Promise<T> {
    const answer = question();
    const end = (): void => {
      if (this.underWay === answer) this.underWay = undefined;
    };
    this.underWay = answer;
    answer.then(end, end);
    return answer;
  }
}

function ignore(): void {
  // Whoever asked hears of it.
}
