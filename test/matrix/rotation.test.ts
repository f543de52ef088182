import { expect, test } from "@jest/globals";
import { NOTHING_LOST, rotationUnderLoad } from "../engine/support/rotation-under-load";

test("two rotations under a hundred events a second lose nothing and refuse nothing for good, without a receiver", () => {
  // Airkit itself knows one secret only, so an event may come twice.
  expect(rotationUnderLoad("direct")).toMatchObject(NOTHING_LOST);
}, 240_000);
