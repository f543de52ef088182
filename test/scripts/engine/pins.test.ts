import { expect, test } from "@jest/globals";
import { readFileSync } from "node:fs";
import path from "node:path";
import { repoRoot } from "../../../scripts/engine";
import { engineVersion } from "../../../scripts/engine/version";

test("the pinned module is the version that the build says it is", () => {
  const manifest = readFileSync(path.join(repoRoot(), "scripts", "engine", "cli", "go.mod"), "utf8");

  expect(manifest).toContain(`github.com/pulumi/pulumi/pkg/v3 v${engineVersion}\n`);
});
