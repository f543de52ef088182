import { expect, test } from "@jest/globals";
import { readFileSync } from "node:fs";
import path from "node:path";
import { repoRoot } from "../../../toolbox/pulumi";
import { engineVersion } from "../../../toolbox/pulumi/version";

test("the pinned module is the version that the build says it is", () => {
  const manifest = readFileSync(path.join(repoRoot(), "toolbox", "pulumi", "cli", "go.mod"), "utf8");

  expect(manifest).toContain(`github.com/pulumi/pulumi/pkg/v3 v${engineVersion}\n`);
});
