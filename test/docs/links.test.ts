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

test("the links of every page that is published lead to what is published, too", () => {
  const published = (file: string): boolean =>
    ["README.md", "LICENSE", "package.json"].includes(file) ||
    manifest.files.some((entry) => file === entry || file.startsWith(`${entry}/`));
  const lost = pages()
    .filter(published)
    .flatMap((page) => linksOf(page).map((link) => ({ page, file: link.replace(/#.*/, "") })))
    .filter(({ file }) => !published(file));
  expect(lost).toEqual([]);
});

test("the README is at most 120 lines, so that it is read", () => {
  expect(textOf("README.md").trimEnd().split("\n").length).toBeLessThanOrEqual(120);
});
