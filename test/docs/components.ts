import { expect, test } from "@jest/globals";
import { componentsPage } from "../../scripts/docs/components";
import { textOf } from "./support";

const page = componentsPage();

test("docs/components.md is what `npm run docs` writes", () => {
  expect(textOf("docs/components.md")).toBe(page);
});

test("every argument and output of a component says what it is", () => {
  const rows = [...page.matchAll(/^\| `([^`]+)` +\|(.*)\|$/gm)].filter(
    ([, name = ""]) => !/^kustomer\.\w+\.\w+$/.test(name),
  );
  expect(rows.length).toBeGreaterThan(100);
  const silent = rows.flatMap(([, name = "", cells = ""]) =>
    /[a-z]/i.test(cells.split("|").at(-1) ?? "") || cells.trim() === "|" ? [] : [name],
  );
  expect(silent.filter((name) => !name.startsWith("kustomer."))).toEqual([]);
});

test("the reference names nested arguments by their paths, and the defaults among the twelve events", () => {
  for (const name of [
    "kustomer.webhook.headers",
    "airkit.hub.channelResourceIds",
    "receiver.publicUrl",
    "intake.maxBodyKiB",
    "airkit.driver",
  ])
    expect(page).toContain(`| \`${name}\``);
  expect(page.match(/^\| `kustomer\.\w+\.(create|update)`/gm)).toHaveLength(12);
});
