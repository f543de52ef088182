import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { SharedAnswer } from "../../../providers/lifecycle/shared-answer";

test("whoever asks gets an answer that was begun after the question, and what many ask at once is asked once", async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), fc.integer({ min: 1, max: 12 }), async (scheduler, asking) => {
      const shared = new SharedAnswer<number>(() => scheduler.schedule(Promise.resolve(), "gathered"));
      let begun = 0;
      let running = 0;
      const question = async (): Promise<number> => {
        const own = ++begun;
        running += 1;
        expect(running).toBe(1);
        await scheduler.schedule(Promise.resolve());
        running -= 1;
        if (own % 3 === 0) throw new Error("no answer");
        return own;
      };
      const answers = Array.from({ length: asking }, async (_, index) => {
        await scheduler.schedule(Promise.resolve(), `asker ${index}`);
        const before = begun;
        const answer = await shared.ask(question).catch(() => undefined);
        if (answer !== undefined) expect(answer).toBeGreaterThan(before);
      });
      await scheduler.waitFor(Promise.all(answers));
    }),
  );
  const shared = new SharedAnswer<number>();
  let asked = 0;
  const answers = Array.from({ length: 20 }, () => shared.ask(() => Promise.resolve(++asked)));
  expect(new Set(await Promise.all(answers))).toEqual(new Set([1]));
  expect(await shared.ask(() => Promise.resolve(++asked))).toBe(2);
});

test("who has no time left goes, the question goes on for the others, and is cancelled with the last of them", async () => {
  const shared = new SharedAnswer<string>();
  const { promise: open, resolve: answer } = Promise.withResolvers<string>();
  const cancelled: unknown[] = [];
  const question = async (signal: AbortSignal): Promise<string> => {
    signal.throwIfAborted();
    signal.addEventListener("abort", () => cancelled.push(signal.reason));
    return open;
  };
  const first = shared.ask(question);
  const [one, other] = [new AbortController(), new AbortController()];
  const [hasty, patient] = [shared.ask(question, one.signal), shared.ask(question, other.signal)];
  one.abort("late");
  await expect(hasty).rejects.toBe("late");
  answer("an answer");
  expect(await Promise.all([first, patient])).toEqual(["an answer", "an answer"]);
  expect(cancelled).toEqual([]);

  // Alone: the question hears of it, and ends as it likes, be it with an answer.
  const alone = new AbortController();
  const begun = Promise.withResolvers<undefined>();
  const asked = shared.ask(
    (signal) =>
      new Promise((resolve) => {
        begun.resolve(undefined);
        signal.addEventListener("abort", () => {
          resolve(`finished: ${String(signal.reason)}`);
        });
      }),
    alone.signal,
  );
  await begun.promise;
  alone.abort("late");
  expect(await asked).toBe("finished: late");
  expect(await shared.ask((signal) => Promise.resolve(String(signal.aborted)), alone.signal)).toBe("true");
});

test("a question whose askers have all gone before its turn is asked by each alone, with no time to wait, and holds nobody up", async () => {
  const shared = new SharedAnswer<string>();
  const { promise: open, resolve: answer } = Promise.withResolvers<string>();
  const begun = Promise.withResolvers<undefined>();
  const first = shared.ask(() => {
    begun.resolve(undefined);
    return open;
  });
  await begun.promise;
  const gone = new AbortController();
  let asked = 0;
  const ask = (signal: AbortSignal): Promise<string> => Promise.resolve(`${++asked}: ${String(signal.reason)}`);
  const hasty = shared.ask(ask, gone.signal);
  gone.abort("late");
  expect(await hasty).toBe("1: late");
  // Whoever comes now does not hear of the others' end.
  const later = shared.ask(() => Promise.resolve("later"));
  answer("first");
  expect(await Promise.all([first, later])).toEqual(["first", "later"]);
  expect(asked).toBe(1);
});

test("whoever is cancelled while it waits for nothing but others asks alone, at once, so that what was begun can be finished", async () => {
  const gathered = Promise.withResolvers<undefined>();
  const shared = new SharedAnswer<string>(() => gathered.promise);
  const person = new AbortController();
  const asked = shared.ask(({ aborted }) => Promise.resolve(`asked, cancelled: ${aborted}`), person.signal);
  // Nothing is under way, so that the others are being waited for.
  await Promise.resolve();
  person.abort("cancelled");
  expect(await asked).toBe("asked, cancelled: true");
  gathered.resolve(undefined);
});
