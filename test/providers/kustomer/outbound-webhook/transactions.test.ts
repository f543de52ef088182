import { expect, test } from "@jest/globals";
import { transactionData } from "../../../../providers/kustomer/answers";
import { momentOf } from "../../../../providers/kustomer/answers";
import { outcomeOf } from "../../../../providers/kustomer/outbound-webhook/transactions";

test.each([
  ["200", null, "delivered"],
  ["204", null, "delivered"],
  ["success", null, "delivered"],
  ["Delivered", null, "delivered"],
  ["500", null, "failed"],
  ["302", null, "failed"],
  ["failed", "2026-01-01T00:00:00Z", "failed"],
  ["timeout", null, "failed"],
  ["connection error", null, "failed"],
  ["unsuccessful", "1767225600000", "failed"],
  ["retrying", 1767225600000, "failed"],
  ["queued", null, "unknown"],
  ["2001", null, "unknown"],
  [undefined, undefined, "unknown"],
])("an attempt with the status %s whose next retry is %s counts as %s", (status, nextRetry, outcome) => {
  const attributes = { ...(status === undefined ? {} : { status }), ...(nextRetry === undefined ? {} : { nextRetry }) };
  expect(outcomeOf(transactionData.parse({ attributes }))).toBe(outcome);
});

test.each([
  [1_767_225_600, 1_767_225_600_000],
  [1_767_225_600_000, 1_767_225_600_000],
  ["2026-01-01T00:00:00Z", 1_767_225_600_000],
  ["soon", 0],
])("sentAt %s is a moment, whatever its unit", (sentAt, at) => {
  expect(momentOf(sentAt)).toBe(at);
});
