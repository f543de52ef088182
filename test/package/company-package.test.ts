import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { trampoline } from "../../providers/trampoline";
import { repoRoot } from "../../toolbox/pulumi";
import { outputOf } from "./support/command";
import { type Packed, pack } from "./support/packed";

let packed: Packed;
let workspace: string;

function write(file: string, content: object | string): void {
  const target = path.join(workspace, file);
  mkdirSync(path.dirname(target), { recursive: true });
  writeFileSync(target, typeof content === "string" ? content : JSON.stringify(content));
}

beforeAll(async () => {
  packed = await pack();
  workspace = mkdtempSync(path.join(tmpdir(), "kustomer-relay-company-"));
  write(
    "pnpm-workspace.yaml",
    "packages:\n  - apps/*\n  - packages/*\nautoInstallPeers: false\nstrictPeerDependencies: false\n",
  );
  write("package.json", { name: "acme", private: true });
  write("packages/relays/package.json", {
    name: "@acme/relays",
    version: "1.0.0",
    dependencies: { "pulumi-kustomer-relay": `file:${packed.tarball}` },
  });
  write("apps/infra/package.json", {
    name: "infra",
    version: "1.0.0",
    private: true,
    dependencies: { "@acme/relays": "workspace:*" },
  });
  await outputOf(
    process.execPath,
    [
      path.join(repoRoot(), "node_modules/pnpm/bin/pnpm.mjs"),
      "install",
      "--prefer-offline",
      "--ignore-scripts",
      "--reporter=append-only",
    ],
    { cwd: workspace },
  );
});

afterAll(() => {
  rmSync(workspace, { recursive: true, force: true });
  rmSync(packed.directory, { recursive: true, force: true });
});

test("the text in the state finds the package under pnpm where only a company's package depends on it", () => {
  const script = `${trampoline("KustomerOutboundWebhook")};process.stdout.write(typeof exports.handler().create)`;
  const { stdout, stderr } = spawnSync(process.execPath, ["-e", script], {
    cwd: path.join(workspace, "apps/infra"),
    encoding: "utf8",
  });
  expect({ stdout, stderr }).toEqual({ stdout: "function", stderr: "" });
});
