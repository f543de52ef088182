import { expect, test } from "@jest/globals";
import { CHECKS } from "../../cli/doctor/checks";
import { withChecks } from "../../scripts/docs/doctor";
import { textOf } from "./support";

test("the table of docs/doctor.md is what `npm run docs` writes", () => {
  const page = textOf("docs/doctor.md");
  expect(withChecks(page, CHECKS)).toBe(page);
  for (const { name } of CHECKS) expect(page).toContain(`| \`${name}\``);
});

test.each(CHECKS.map(({ name, asks, remedy }) => [name, asks, remedy]))(
  "%s says in sentences what it asks, and what to do",
  (_, asks, remedy) => {
    for (const words of [asks, remedy]) expect(words).toMatch(/^[^\s][^\n]+\.$/);
  },
);

test("every check has a name of its own, and needs only checks that there are", () => {
  const names = CHECKS.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  for (const { name, about, needs = [] } of CHECKS) {
    const kinds = needs.map((need) => CHECKS.find((check) => check.name === need)?.about);
    // Of the same subject, or of its organisation: others are not found.
    expect([name, kinds.filter((kind) => kind !== about && kind !== "organisation")]).toEqual([name, []]);
  }
});
