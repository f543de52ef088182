import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";

const SCRIPT = path.resolve(__dirname, "../../examples/drift-detection/drift.sh");

/** What `pulumi preview --diff` prints of a webhook that was switched off. */
const WEBHOOK = `  pulumi:pulumi:Stack: (same)
        ~ pulumi-nodejs:kustomer:OutboundWebhook: (update)
          ~ enabled: false => true
`;
const ROUTING_FLOW = `        ~ pulumi-nodejs:airkit:RoutingFlow: (update)
          ~ webhookSecretKey: [secret] => [unknown]
`;
const SENTENCE =
  /^A line such as `webhookSecretKey: \[secret\] => \[unknown\]` only follows from another change above/m;

describe("the drift script", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "kustomer-relay-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  /** Beside a CLI that prints and ends as it is told. */
  function drift(printed: string, status: number): { readonly status: number | null; readonly summary: string } {
    const pulumi = path.join(folder, "pulumi");
    writeFileSync(path.join(folder, "printed"), printed);
    writeFileSync(pulumi, `#!/bin/sh\ncat printed\nexit ${status}\n`);
    chmodSync(pulumi, 0o755);
    const env = { ...process.env, PATH: `${folder}:${process.env.PATH ?? ""}` };
    const run = spawnSync("sh", [SCRIPT, "dev"], { cwd: folder, env, encoding: "utf8" });
    expect(run.stdout).toBe(printed);
    return { status: run.status, summary: readFileSync(path.join(folder, "summary.md"), "utf8") };
  }

  test("explains a secret that only looks as if it changed, below the change that it follows from", () => {
    const { status, summary } = drift(WEBHOOK + ROUTING_FLOW, 7);
    expect(status).toBe(7);
    expect(summary).toMatch(/^## ❌ Drift in dev\n/);
    expect(summary).toMatch(SENTENCE);
    expect(summary.indexOf("RoutingFlow")).toBeLessThan(summary.search(SENTENCE));
  });

  test.each([
    ["an account's key", "          ~ apiKey          : [secret] => [unknown]\n"],
    ["a receiver's secret file", "          ~ signingSecret: [secret] => [unknown]\n"],
  ])("explains %s as well", (_, line) => {
    expect(drift(WEBHOOK + line, 7).summary).toMatch(SENTENCE);
  });

  test("says nothing of it where no secret looks so, where nothing differs, and where the preview failed", () => {
    expect(drift(WEBHOOK, 7).summary).not.toMatch(SENTENCE);
    const nothing = drift("", 0);
    expect(nothing.status).toBe(0);
    expect(nothing.summary.split("\n## ").at(-1)).toMatch(/^✅ No drift in dev\n/);
    const failed = drift(ROUTING_FLOW, 255);
    expect(failed.status).toBe(255);
    expect(failed.summary).toMatch(/could not be found out[^]* {4} {8}~ pulumi-nodejs:airkit:RoutingFlow/);
    expect(failed.summary.split("could not be found out").at(-1)).not.toMatch(SENTENCE);
  });
});

test("the workflow names every action by its commit: a tag can be moved", () => {
  const used = [
    ...readFileSync(path.join(path.dirname(SCRIPT), "github-workflow.yml"), "utf8").matchAll(/uses: (\S+)/g),
  ].map(([, action]) => action);
  expect(used.length).toBeGreaterThan(0);
  expect(used.filter((action) => !/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/.test(action ?? ""))).toEqual([]);
});
