import { expect, test } from "@jest/globals";
import { soak } from "../../lab/soak/soak";

/** `npm run soak` takes longer, and twenty relays. */
test("relays that drift, change, fail and are killed are as declared after every round, and every secret agrees", async () => {
  const figures = await soak({ minutes: 0.5, relays: 3, seed: 5 });
  expect(figures).toMatchObject({ complaints: [] });
  expect(figures.rounds).toBeGreaterThan(0);
  expect(figures.drifts + figures.changes + figures.failures + figures.kills).toBeGreaterThan(0);
}, 300_000);
