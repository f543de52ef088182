import { expect, test } from "@jest/globals";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { repoRoot } from "../../toolbox/pulumi";
import { outputOf } from "../package/support/command";

test("the example of a unit test passes with nothing set, as somebody has it who copied it", async () => {
  const folder = mkdtempSync(path.join(tmpdir(), "kustomer-relay-unit-test-"));
  try {
    cpSync(path.join(repoRoot(), "examples", "unit-test"), folder, { recursive: true });
    mkdirSync(path.join(folder, "node_modules"));
    symlinkSync(repoRoot(), path.join(folder, "node_modules", "pulumi-kustomer-relay"));
    symlinkSync(path.join(repoRoot(), "node_modules", "@pulumi"), path.join(folder, "node_modules", "@pulumi"));
    const printed = await outputOf(process.execPath, ["--test", "--test-reporter=tap"], { cwd: folder });
    expect(printed).toMatch(/^# pass 1$/m);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
