import { spawnSync } from "node:child_process";
import { copyFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { repoRoot } from "../../../toolbox/pulumi/places";
import { temporaryFolder } from "../../receiver/support/temporary-folder";

const BUILT = join(repoRoot(), "dist");
const folder = temporaryFolder();

describe("the file that Pulumi's provider processes load", () => {
  test("stands alone: it needs nothing of node_modules", () => {
    copyFileSync(join(BUILT, "provider.js"), join(folder, "provider.js"));
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ["-p", `Object.keys(require(${JSON.stringify(join(folder, "provider.js"))})).join()`],
      { cwd: folder, encoding: "utf8" },
    );
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout.split(",")).toContain("KustomerOutboundWebhook");
  });

  test("has what it takes to go through a proxy", () => {
    const text = readFileSync(join(BUILT, "provider.js"), "utf8");
    expect(text).toMatch(/prototype\.connect=/);
    expect(text).toContain("EnvHttpProxyAgent");
  });

  test("names no folder of the machine that built it", () => {
    expect(readFileSync(join(BUILT, "provider.js"), "utf8")).not.toContain(repoRoot());
  });

  test("comes with the licences of what is in it", () => {
    const licences = readFileSync(join(BUILT, "provider.LICENSE.txt"), "utf8");
    expect(licences.match(/^.+(?=\n=+\n)/gm)?.map((title) => title.replace(/ .*/, ""))).toEqual([
      "pulumi-kustomer-relay",
      "undici",
      "zod",
    ]);
  });
});
