import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { SharedAnswer } from "../../../providers/lifecycle/shared-answer";

test("whoever asks gets an answer that was begun after the question, and what many ask at once is asked twice at most", async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), fc.integer({ min: 1, max: 12 }), async (scheduler, asking) => {
      const shared = new SharedAnswer<number>();
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
  expect(new Set(await Promise.all(answers))).toEqual(new Set([1, 2]));
  expect(await shared.ask(() => Promise.resolve(++asked))).toBe(3);
});
