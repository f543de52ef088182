import { describe, expect, test } from "@jest/globals";
import {
  type BusinessHours,
  businessHoursProblem,
  expectationProblem,
  expectedSince,
  isSilent,
} from "../../receiver/silence";

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

  test.each([
    // The night of 29 March 2026 has no hour from two to three in Berlin, the one of 25 October has it twice.
    ["in spring does not count the hour that is left out", "2026-03-29T04:29:00+02:00", "2026-03-29T01:29:00+01:00"],
    ["in autumn counts the hour that comes twice", "2026-10-25T03:29:00+01:00", "2026-10-25T02:29:00+02:00"],
  ])("%s", (_, now, since) => {
    const nights: BusinessHours = { timeZone: "Europe/Berlin", days: ["sun"], from: "01:00", to: "05:00" };
    expect(expectedSince(Date.parse(now), 120, nights)).toBe(Date.parse(since));
  });

  test("in hours that a clock leaves out is nobody's alarm that day, and one the next", () => {
    const hours: BusinessHours = { timeZone: "Europe/Berlin", days: ["sat", "sun"], from: "02:00", to: "03:00" };
    const sunday = Date.parse("2026-03-29T00:00:00+01:00");
    for (let minute = 0; minute < 300; minute += 1)
      expect(isSilent(0, sunday + minute * 60_000, 30, hours)).toBe(false);
    expect(isSilent(0, Date.parse("2026-04-04T02:30:00+02:00"), 30, hours)).toBe(true);
  });

  test("is judged in the local time of the place, not in the world's", () => {
    const kolkata: BusinessHours = { timeZone: "Asia/Kolkata", days: ["mon"], from: "09:30", to: "24:00" };
    expect(expectedSince(Date.parse("2026-07-13T09:29:00+05:30"), 1, kolkata)).toBeUndefined();
    expect(expectedSince(Date.parse("2026-07-13T09:30:00+05:30"), 1, kolkata)).toBeDefined();
    expect(expectedSince(Date.parse("2026-07-13T23:59:00+05:30"), 1, kolkata)).toBeDefined();
    expect(expectedSince(Date.parse("2026-07-14T00:00:00+05:30"), 1, kolkata)).toBeUndefined();
  });

  test("is never asked for where nobody would ever be told", () => {
    const hour: BusinessHours = { timeZone: "UTC", days: ["mon", "mon"], from: "09:00", to: "10:00" };
    expect(expectationProblem(60, hour)).toBeUndefined();
    expect(expectationProblem(61, hour)).toBe(
      "are 60 minutes a week, and expectEventEveryMinutes is 61: nobody would ever be told",
    );
    expect(expectationProblem(undefined, hour)).toMatch(/goes with expectEventEveryMinutes/);
    expect(expectationProblem(61, undefined)).toBeUndefined();
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
