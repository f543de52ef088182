import { expect, test } from "@jest/globals";
import { chaos } from "./support/chaos";

/** Each named moment twice, and as many random ones; two hundred rounds under `npm run test:engine`. */
test("two dozen kills at random and named moments lose no acknowledged event and break no conversation's order", () => {
  const { status, result } = chaos("--rounds", "24", "--seed", "50");
  expect(result).toMatchObject({ rounds: 24, lost: 0, outOfOrder: 0, integrity: "ok" });
  expect(result.acknowledged).toBeGreaterThan(200);
  expect(status).toBe(0);
}, 300_000);

test("the same harness catches a receiver that answers before the commit", () => {
  const { status, result } = chaos("--rounds", "8", "--broken");
  expect(result.lost).toBeGreaterThan(0);
  expect(status).toBe(1);
}, 180_000);
