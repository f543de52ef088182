import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { repoRoot } from "../toolbox/pulumi";

const CRUISER = path.join(repoRoot(), "node_modules/.bin/depcruise");
const CONFIG = ".dependency-cruiser.mjs";

/** A file that imports what it must not know, and the rule that says so. */
const FORBIDDEN = [
  ["providers/kustomer/client.ts", "providers/airkit/account.ts", "kustomer-knows-the-kernel"],
  ["providers/airkit/account.ts", "providers/kustomer/client.ts", "airkit-knows-the-kernel"],
  ["providers/receiver/route.ts", "providers/kustomer/client.ts", "receiver-resources-know-the-kernel"],
  ["providers/lifecycle/check.ts", "providers/kustomer/client.ts", "kernel-knows-itself"],
  ["providers/lifecycle/diff.ts", "@pulumi/pulumi", "no-pulumi"],
  ["receiver/intake.ts", "@pulumi/pulumi", "no-pulumi"],
  ["receiver/attempt.ts", "providers/lifecycle/http.ts", "receiver-knows-itself"],
  ["providers/dynamic/adapt.ts", "providers/kustomer/client.ts", "dynamic-knows-the-kernel-and-the-list"],
  ["components/relay/shape.ts", "receiver/intake.ts", "components-know-resources"],
  ["cli/main.ts", "lab/project.ts", "product-knows-no-workshop"],
  ["cli/doctor/check.ts", "sandbox/start.ts", "product-knows-no-workshop"],
  ["index.ts", "toolbox/cache.ts", "product-knows-no-workshop"],
  ["toolbox/cache.ts", "sandbox/start.ts", "toolbox-knows-what-is-below"],
  ["sandbox/start.ts", "lab/project.ts", "sandbox-knows-what-is-below"],
  ["lab/tour.ts", "bench/run.ts", "lab-knows-what-is-below"],
  ["bench/run.ts", "scripts/docs.ts", "bench-knows-what-is-below"],
] as const;

const ALLOWED = [
  ["providers/kustomer/key.ts", "providers/lifecycle/http.ts"],
  ["components/aws/queues.ts", "receiver/contract.ts"],
  ["cli/pulumi.ts", "receiver/intake.ts"],
  ["scripts/start.ts", "index.ts"],
  ["lab/soak.ts", "sandbox/start.ts"],
] as const;

describe("npm run lint", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "kustomer-relay-imports-"));
  const written = new Map<string, string>();
  let violations: { rule: string; from: string; to: string }[];

  /** Only its type: what is imported for nothing else counts as well. */
  const importing = (from: string, to: string): void => {
    const target = to.startsWith("@")
      ? to
      : path.relative(path.dirname(from), to.replace(".ts", "")).replace(/^(?!\.)/, "./");
    written.set(from, `${written.get(from) ?? ""}import type { Thing } from "${target}";\n`);
    if (!to.startsWith("@") && !written.has(to)) written.set(to, "");
  };

  beforeAll(() => {
    for (const [from, to] of [...FORBIDDEN, ...ALLOWED]) importing(from, to);
    importing("sandbox/one.ts", "sandbox/two.ts");
    importing("sandbox/two.ts", "sandbox/one.ts");
    written.set("node_modules/@pulumi/pulumi/index.d.ts", "");
    written.set("node_modules/@pulumi/pulumi/package.json", `{"name":"@pulumi/pulumi","types":"index.d.ts"}`);
    written.set("package.json", `{"dependencies":{"@pulumi/pulumi":"3"}}`);
    for (const [file, text] of written) {
      mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
      const exported = file.endsWith(".ts") ? "export interface Thing {\n  readonly is: string;\n}\n" : "";
      writeFileSync(path.join(folder, file), text + exported);
    }
    for (const file of [CONFIG, "tsconfig.json"]) copyFileSync(path.join(repoRoot(), file), path.join(folder, file));
    const args = [CRUISER, "--config", CONFIG, "--output-type", "json", "."];
    const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8" });
    if (stdout === "") throw new Error(stderr);
    const { summary } = JSON.parse(stdout) as {
      summary: { violations: { from: string; to: string; rule: { name: string } }[] };
    };
    violations = summary.violations.map(({ from, to, rule }) => ({ from, to, rule: rule.name }));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  test.each(FORBIDDEN)("fails when %s imports %s", (from, to, rule) => {
    const target = to.startsWith("@") ? expect.stringContaining(to) : to;
    expect(violations).toContainEqual({ rule, from, to: target });
  });

  test("fails on a circle, also of types alone", () => {
    const circles = violations.filter(({ rule }) => rule === "no-circles");
    expect(circles).toContainEqual({ rule: "no-circles", from: "sandbox/one.ts", to: "sandbox/two.ts" });
  });

  test("lets everybody import what they may know", () => {
    for (const [from, to] of ALLOWED)
      expect(violations.filter((violation) => violation.from === from && violation.to === to)).toEqual([]);
  });

  test("looks at imports first of all", () => {
    const { scripts } = JSON.parse(readFileSync(path.join(repoRoot(), "package.json"), "utf8")) as {
      scripts: Record<string, string>;
    };
    expect(scripts.lint).toContain("npm run -s lint:imports");
    expect(scripts["lint:imports"]).toBe(`depcruise --config ${CONFIG} .`);
  });
});
