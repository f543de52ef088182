import { existsSync } from "node:fs";
import path from "node:path";
import { expect, test } from "@jest/globals";
import { repoRoot } from "../../toolbox/pulumi";
import manifest from "../../package.json";
import { anchorsOf, linksOf, pages, scriptsIn, textOf } from "./support";

test.each(pages())("the relative links of %s lead somewhere", (page) => {
  const broken = linksOf(page).filter((link) => {
    const [file = "", heading] = link.split("#");
    if (!existsSync(path.join(repoRoot(), file))) return true;
    return heading !== undefined && !anchorsOf(textOf(file)).includes(heading);
  });
  expect(broken).toEqual([]);
});

test.each(pages())("the npm scripts that %s names exist", (page) => {
  const missing = scriptsIn(textOf(page)).filter((name) => !Object.hasOwn(manifest.scripts, name));
  expect(missing).toEqual([]);
});

test("every page of docs/ can be reached from the README", () => {
  const reached = new Set(["README.md"]);
  for (const page of reached) {
    const linked = linksOf(page).map((link) => link.replace(/#.*/, ""));
    linked.filter((file) => pages().includes(file)).forEach((file) => reached.add(file));
  }
  expect(pages().filter((page) => !reached.has(page))).toEqual([]);
});
