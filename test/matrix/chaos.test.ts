import { expect, test } from "@jest/globals";
import { chaos } from "../receiver/support/chaos";

test("two hundred kills at random and named moments lose no acknowledged event and break no conversation's order", () => {
  const { status, result } = chaos("--rounds", "200", "--seed", "51");
  expect(result).toMatchObject({ rounds: 200, lost: 0, outOfOrder: 0, integrity: "ok" });
  expect(result.acknowledged).toBeGreaterThan(2000);
  expect(status).toBe(0);
}, 900_000);

test("the harness catches a receiver that answers before the commit", () => {
  const { status, result } = chaos("--rounds", "8", "--broken");
  expect(result.lost).toBeGreaterThan(0);
  expect(status).toBe(1);
}, 180_000);

test("the harness catches an intake that answers before SQS has the event", () => {
  const { status, result } = chaos("--receiver", "aws-local", "--rounds", "6", "--broken");
  expect(result.lost).toBeGreaterThan(0);
  expect(status).toBe(1);
}, 180_000);
