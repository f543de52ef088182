import { expect, test } from "@jest/globals";
import { statusOf } from "../../../components/relay/status";

const step = {};

test.each([
  ["active when Kustomer delivers and nobody has anything left to do", [true, false, [], undefined], "active"],
  ["pending when somebody has something left to do", [true, false, [step], true], "pending"],
  ["failing when Kustomer switched the webhook off", [false, false, [], undefined], "failing"],
  ["failing when Kustomer reports an error", [true, true, [], true], "failing"],
  ["failing before it is pending: that is the more urgent", [false, false, [step], true], "failing"],
  ["active when the webhook was switched off on purpose", [false, false, [], false], "active"],
  ["pending when the webhook was switched off on purpose and a step is left", [false, false, [step], false], "pending"],
  ["failing when it was switched off on purpose and has an error all the same", [false, true, [], false], "failing"],
] as const)("a relay is %s", (_, [enabled, isError, steps, declared], status) => {
  expect(statusOf([enabled, isError, [...steps], declared])).toBe(status);
});
