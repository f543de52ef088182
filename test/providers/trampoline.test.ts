import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { trampoline } from "../../providers/trampoline";

/** What the launcher does with the text, in the program's folder. */
function runIn(cwd: string): { status: number | null; stdout: string; stderr: string } {
  mkdirSync(cwd, { recursive: true });
  const script = `${trampoline("Thing")};process.stdout.write(exports.handler())`;
  return spawnSync(process.execPath, ["-e", script], { cwd, encoding: "utf8" });
}

describe("the text in the state", () => {
  let root: string;

  /** A package of our name that tells where it is. */
  const install = (where: string): void => {
    const folder = path.join(root, where);
    mkdirSync(folder, { recursive: true });
    const manifest = { name: "pulumi-kustomer-relay", version: "1.0.0", exports: { "./provider": "./provider.js" } };
    writeFileSync(path.join(folder, "package.json"), JSON.stringify(manifest));
    writeFileSync(path.join(folder, "provider.js"), `exports.Thing = ${JSON.stringify(where)};`);
  };

  beforeAll(() => {
    root = realpathSync(mkdtempSync(path.join(tmpdir(), "kustomer-relay-trampoline-")));
    install("npm/node_modules/pulumi-kustomer-relay");
    install("pnpm/node_modules/.pnpm/node_modules/pulumi-kustomer-relay");
    install("pnpm/apps/direct/node_modules/pulumi-kustomer-relay");
    install("itself");
  });
  afterAll(() => {
    rmSync(root, { recursive: true });
  });

  test.each([
    ["in the program's folder", "npm", "npm/node_modules/pulumi-kustomer-relay"],
    ["in a folder above", "npm/apps/relay", "npm/node_modules/pulumi-kustomer-relay"],
    [
      "where pnpm has it for a company's package alone",
      "pnpm",
      "pnpm/node_modules/.pnpm/node_modules/pulumi-kustomer-relay",
    ],
    [
      "there from a workspace's member too",
      "pnpm/apps/infra",
      "pnpm/node_modules/.pnpm/node_modules/pulumi-kustomer-relay",
    ],
    ["among its own first", "pnpm/apps/direct", "pnpm/apps/direct/node_modules/pulumi-kustomer-relay"],
    ["in the package's own folder", "itself/examples/simple", "itself"],
  ])("finds the package %s", (_, cwd, found) => {
    expect(runIn(path.join(root, cwd))).toMatchObject({ status: 0, stdout: found });
  });

  test("says what to do where the package is missing", () => {
    const { status, stderr } = runIn(path.join(root, "empty"));
    expect(status).not.toBe(0);
    expect(stderr).toContain("Cannot find module 'pulumi-kustomer-relay/provider'");
    expect(stderr).toContain("run: npm install pulumi-kustomer-relay");
  });

  test("can never be another one, and is short: every state has it twice", () => {
    expect(trampoline("KustomerOutboundWebhook")).toBe(
      'exports.handler=()=>{const r=require("module").createRequire(process.cwd()+"/run: npm install pulumi-kustomer-relay");return r(r.resolve("pulumi-kustomer-relay/provider",{paths:[".",...r.resolve.paths("x").map(p=>p+"/.pnpm")]})).KustomerOutboundWebhook}',
    );
    expect(trampoline("KustomerOutboundWebhook").length).toBeLessThan(260);
  });
});
