import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "@jest/globals";
import { repoRoot } from "../../../toolbox/pulumi";

test.each(["typescript/index.ts", "python/__main__.py", "go/main.go"])(
  "the program of templates/%s ends at no missing setting: the relay says all of them at once",
  (file) => {
    const program = readFileSync(path.join(repoRoot(), "templates", file), "utf8");
    expect(program).toContain("kustomerToken");
    expect(program).not.toMatch(/\.require/i);
  },
);
