import { describe, expect, test } from "@jest/globals";
import { type BusinessHours, businessHoursProblem, isSilent } from "../../receiver/silence";

const HOUR = 3_600_000;
const berlin: BusinessHours = {
  timeZone: "Europe/Berlin",
  days: ["mon", "tue", "wed", "thu", "fri"],
  from: "08:00",
  to: "18:00",
};
/** Summer time: Berlin is two hours ahead. */
const at = (text: string): number => Date.parse(`2026-07-${text}:00+02:00`);

describe("silence", () => {
  test("is when no event has come for as long as one is expected", () => {
    expect(isSilent(0, 59 * 60_000, 60, undefined)).toBe(false);
    expect(isSilent(0, HOUR, 60, undefined)).toBe(true);
  });

  test("counts business hours only, in their own time zone: nights and week-ends are nobody's alarm", () => {
    const friday = at("10T17:30");
    expect(isSilent(friday, at("11T12:00"), 60, berlin)).toBe(false);
    expect(isSilent(friday, at("13T08:20"), 60, berlin)).toBe(false);
    expect(isSilent(friday, at("13T08:31"), 60, berlin)).toBe(true);
    expect(isSilent(friday, at("13T18:05"), 60, berlin)).toBe(false);
  });

  test("is not a matter of a clock that was set back", () => {
    expect(isSilent(10 * HOUR, HOUR, 60, undefined)).toBe(false);
  });

  test("is asked for in hours that exist", () => {
    expect(businessHoursProblem(berlin)).toBeUndefined();
    expect(businessHoursProblem({ ...berlin, to: "24:00" })).toBeUndefined();
    expect(businessHoursProblem({ ...berlin, from: "8" })).toMatch(/from has to be a time/);
    expect(businessHoursProblem({ ...berlin, to: "25:00" })).toMatch(/to has to be a time/);
    expect(businessHoursProblem({ ...berlin, from: "19:00" })).toMatch(/before/);
    expect(businessHoursProblem({ ...berlin, timeZone: "Berlin" })).toMatch(/Europe\/Berlin/);
  });
});
