import { describe, expect, test } from "@jest/globals";
import { againAfterTroubleMs, againForPlaceMs, againForSlotMs } from "../../../receiver/aws/again";
import type { SqsRecord } from "../../../receiver/aws/lambda";

const DAY = 24 * 3_600_000;
const received = (times: number): SqsRecord => ({
  messageId: "m",
  receiptHandle: "h",
  body: "",
  attributes: { ApproximateReceiveCount: String(times) },
  messageAttributes: {},
});

describe("an event that was not tried", () => {
  test.each<[string, (record: SqsRecord) => number]>([
    ["because the table does not answer", (record) => againAfterTroubleMs(record, 0)],
    ["because its destination is slow", (record) => againForPlaceMs(record, 0)],
    ["because its relay is limited", (record) => againForSlotMs(record, 1_000, 30_000, 0)],
  ])("%s comes so rarely that thirteen days stay below the receives that a queue allows", (_, again) => {
    let receives = 1;
    for (let at = 0; at < 13 * DAY; receives += 1) at += again(received(receives));
    // Half of the longest pauses at worst; each of them is random by half.
    expect(receives).toBeLessThan(1_000 * 1.5);
    let atLeast = 1;
    for (let at = 0; at < 13 * DAY; atLeast += 1) at += (again(received(atLeast)) * 3) / 2;
    expect(atLeast).toBeLessThan(1_000);
  });

  test("comes soon at first, and for a moment of its own exactly when there is one", () => {
    expect(againAfterTroubleMs(received(1), 0)).toBe(15_000);
    expect(againForPlaceMs(received(1), 0)).toBeLessThanOrEqual(1_000);
    for (let receives = 1; receives <= 50; receives += 1)
      expect(againForSlotMs(received(receives), 250, 0, 1)).toBe(250);
    expect(againForSlotMs(received(2), 250, 10_000, 0)).toBe(5_250);
    expect(againForSlotMs(received(2), 250, 1e9, 1)).toBe(30_250);
  });
});
