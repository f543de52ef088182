import { expect, test } from "@jest/globals";
import { steadyClock } from "../../receiver/clock";

test("the clock goes on evenly when the system's clock is set forward or back", () => {
  let wall = 1_000_000;
  let monotonic = 50;
  const clock = steadyClock(
    () => wall,
    () => monotonic,
  );
  expect(clock()).toBe(1_000_000);
  wall += 48 * 3_600_000;
  monotonic += 10;
  expect(clock()).toBe(1_000_010);
  wall = 0;
  monotonic += 10;
  expect(clock()).toBe(1_000_020);
});
