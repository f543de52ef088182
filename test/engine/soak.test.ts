import { expect, test } from "@jest/globals";
import { soak } from "../../lab/soak/soak";

/** One round; `npm run test:engine` plays some, and `npm run soak` for an hour with twenty relays. */
test("relays that drift, change, fail and are killed are as declared after the round, and every secret agrees", async () => {
  const figures = await soak({ minutes: 5, rounds: 1, relays: 3, seed: 5 });
  expect(figures).toMatchObject({ complaints: [], rounds: 1 });
  expect(figures.drifts + figures.changes + figures.failures + figures.kills).toBeGreaterThan(0);
}, 300_000);
