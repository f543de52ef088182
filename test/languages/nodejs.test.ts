import { mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, expect, test } from "@jest/globals";
import { generateSdk } from "../../toolbox/codegen/generate";
import { repoRoot } from "../../toolbox/pulumi";
import { run } from "../../toolbox/pulumi/run";

const MINUTES = 60_000;
let directory: string | undefined;
afterEach(() => {
  if (directory !== undefined) rmSync(directory, { recursive: true, force: true });
});

test(
  "the SDK for Node.js compiles, under a name that is nobody else's",
  async () => {
    directory = mkdtempSync(path.join(tmpdir(), "relay-node-sdk-"));
    await generateSdk(path.join(repoRoot(), "providers/native/schema.json"), "nodejs", directory);
    const { name } = JSON.parse(readFileSync(path.join(directory, "package.json"), "utf8")) as {
      readonly name: string;
    };
    expect(name).toBe("pulumi-kustomer-relay-sdk");
    symlinkSync(path.join(repoRoot(), "node_modules"), path.join(directory, "node_modules"));
    const compiler = path.join(repoRoot(), "node_modules/typescript/bin/tsc");
    await run(process.execPath, [compiler, "--noEmit", "--project", directory], {
      env: process.env,
      timeoutMs: 5 * MINUTES,
    });
  },
  40 * MINUTES,
);
