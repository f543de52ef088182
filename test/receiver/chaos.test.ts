import { expect, test } from "@jest/globals";
import { chaos } from "./support/chaos";

/** Each named moment twice, and as many random ones; two hundred rounds under `npm run test:engine`. */
test("two dozen kills at random and named moments lose no acknowledged event and break no conversation's order", () => {
  const { status, result } = chaos("--rounds", "24", "--seed", "50");
  expect(result).toMatchObject({ rounds: 24, lost: 0, outOfOrder: 0, integrity: "ok" });
  expect(result.acknowledged).toBeGreaterThan(200);
  expect(status).toBe(0);
}, 300_000);
