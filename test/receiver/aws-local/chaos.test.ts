import { expect, test } from "@jest/globals";
import { chaos } from "../support/chaos";

test("killing the hosted functions at named and random moments loses no acknowledged event and breaks no conversation's order", () => {
  const { status, result } = chaos("--receiver", "aws-local", "--rounds", "14", "--seed", "14");
  expect(result).toMatchObject({ rounds: 14, lost: 0, outOfOrder: 0 });
  expect(result.acknowledged).toBeGreaterThan(50);
  expect(status).toBe(0);
});

test("the same harness catches an intake that answers before SQS has the event", () => {
  const { status, result } = chaos("--receiver", "aws-local", "--rounds", "6", "--broken");
  expect(result.lost).toBeGreaterThan(0);
  expect(status).toBe(1);
});
