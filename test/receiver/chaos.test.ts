import { expect, test } from "@jest/globals";
import { chaos } from "./support/chaos";

/** Each named moment twice, and as many random ones; two hundred rounds under `npm run test:engine`. */
test("two dozen kills beside pauses, limits and a filter lose no acknowledged event, break no order, and deliver nothing paused or filtered", () => {
  const { status, result } = chaos("--rounds", "24", "--seed", "50", "--controls");
  expect(result).toMatchObject({ rounds: 24, lost: 0, outOfOrder: 0, integrity: "ok" });
  expect(result).toMatchObject({ filteredDelivered: 0, pausedDelivered: 0 });
  expect(result.acknowledged).toBeGreaterThan(200);
  expect(status).toBe(0);
}, 300_000);
