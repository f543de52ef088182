import { expect, test } from "@jest/globals";
import { chaos } from "../support/chaos";

test("killing the hosted functions beside pauses, limits and a filter loses no acknowledged event, breaks no order, and delivers nothing paused or filtered", () => {
  const { status, result } = chaos("--receiver", "aws-local", "--rounds", "14", "--seed", "14", "--controls");
  expect(result).toMatchObject({ rounds: 14, lost: 0, outOfOrder: 0, filteredDelivered: 0, pausedDelivered: 0 });
  expect(result.acknowledged).toBeGreaterThan(50);
  expect(status).toBe(0);
});
