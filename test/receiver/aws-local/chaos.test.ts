import { expect, test } from "@jest/globals";
import { chaos } from "../support/chaos";

test("killing the hosted functions at named and random moments loses no acknowledged event and breaks no conversation's order", () => {
  const { status, result } = chaos("--receiver", "aws-local", "--rounds", "14", "--seed", "14");
  expect(result).toMatchObject({ rounds: 14, lost: 0, outOfOrder: 0 });
  expect(result.acknowledged).toBeGreaterThan(50);
  expect(status).toBe(0);
});
