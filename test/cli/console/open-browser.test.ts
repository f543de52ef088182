import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { expect, test } from "@jest/globals";
import { openBrowser } from "../../../cli/console/open-browser";
import { repoRoot } from "../../../toolbox/pulumi/places";
import { until } from "../../receiver/support/destination";
import { temporaryFolder } from "../../receiver/support/temporary-folder";

const folder = temporaryFolder();
test("the address stands on no command line: the browser gets a file that only we can read, and that goes", async () => {
  const called = path.join(folder, "called");
  writeFileSync(
    path.join(folder, "xdg-open"),
    `#!/bin/sh\necho "$@" > '${called}.new'; mv '${called}.new' '${called}'\n`,
  );
  chmodSync(path.join(folder, "xdg-open"), 0o755);
  const env = { PATH: `${folder}${path.delimiter}${process.env.PATH ?? ""}`, DISPLAY: ":0" };
  const remove = openBrowser("http://127.0.0.1:1/?ticket=a-ticket", "linux", env);
  await until(() => existsSync(called), "the browser to be called");
  const [file = "", ...more] = readFileSync(called, "utf8").trim().split(" ");
  expect(more).toEqual([]);
  expect(readFileSync(file, "utf8")).toContain("http://127.0.0.1:1/?ticket=a-ticket");
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(statSync(path.dirname(file)).mode & 0o777).toBe(0o700);
  remove?.();
  expect(existsSync(path.dirname(file))).toBe(false);
});

test("where there is no screen nothing is opened, so that the address is printed", () => {
  expect(openBrowser("http://127.0.0.1:1/?ticket=a-ticket", "linux", {})).toBe(undefined);
});

test.each(["cli/console/page", "sandbox/page"])("the page in %s is small", (page) => {
  const files = ["index.html", "page.js", "style.css"].map((name) => path.join(repoRoot(), "dist", page, name));
  const bytes = files.reduce((sum, file) => sum + gzipSync(readFileSync(file)).length, 0);
  expect(bytes).toBeLessThan(40 * 1024);
});
