import { expect, test } from "@jest/globals";
import { NOTHING_LOST, rotationUnderLoad } from "./support/rotation-under-load";

test("two rotations under a hundred events a second lose nothing and refuse nothing for good, without a receiver", () => {
  // Airkit itself knows one secret only, so an event may come twice.
  expect(rotationUnderLoad("direct")).toMatchObject(NOTHING_LOST);
}, 240_000);

test("with a receiver between, they lose nothing, refuse nothing for good, and nothing comes twice", () => {
  const figures = rotationUnderLoad("self-hosted");
  expect(figures).toMatchObject({ ...NOTHING_LOST, duplicates: 0 });
  expect(figures.sent).toBeGreaterThan(400);
  expect(figures.calls).toBeGreaterThan(10);
}, 240_000);
