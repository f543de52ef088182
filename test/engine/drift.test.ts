import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import { COMMAND } from "../receiver/support/command";
import { Example } from "./support/example";

const FOLDER = path.resolve(__dirname, "../../examples/drift-detection");

interface Step {
  readonly name?: string;
  readonly if?: string;
  readonly run?: string;
}

const read = (file: string): unknown => parse(readFileSync(path.join(FOLDER, file), "utf8"));

/** The steps of the GitHub job that run something, without the one that installs packages from a registry. */
function githubSteps(): Step[] {
  const { jobs } = read("github-workflow.yml") as { jobs: { drift: { steps: Step[] } } };
  return jobs.drift.steps.filter(({ run, name }) => run !== undefined && name !== "Install");
}

function gitlabScript(): string[] {
  const jobs = read("gitlab-ci.yml") as Record<string, { script: string[] }>;
  return jobs["kustomer-relay-drift"]?.script ?? [];
}

describe("the scheduled job, command by command as its files have it", () => {
  let example: Example;
  const file = (name: string): string => path.join(example.shell.directory, name);
  const summary = (): string => readFileSync(file("step-summary"), "utf8");

  beforeAll(async () => {
    example = await Example.copied("simple");
    cpSync(path.join(FOLDER, "drift.sh"), file("drift.sh"));
    // As npm makes it: dist/ is not installed here, but linked.
    mkdirSync(file("node_modules/.bin"));
    writeFileSync(
      file("node_modules/.bin/kustomer-relay"),
      `#!/bin/sh\nexec '${process.execPath}' '${COMMAND}' "$@"\n`,
    );
    chmodSync(file("node_modules/.bin/kustomer-relay"), 0o755);
    const { sandbox, ids } = example;
    await example.stack("dev", "kustomer-relay-simple", {
      airkitHostname: sandbox.url,
      accountId: ids.account,
      resourceId: ids.resource,
      hubId: ids.hub,
    });
    await example.up();
  });

  afterAll(() => example.close());

  function fresh(): void {
    for (const name of ["summary.md", "step-summary", "doctor.md"]) rmSync(file(name), { force: true });
  }

  /** In the shell that GitHub takes where none is named; a step with `!cancelled()` runs after a failed one, too. */
  async function github(): Promise<string[]> {
    fresh();
    const failed: string[] = [];
    for (const { name = "", run = "", if: condition } of githubSteps()) {
      if (failed.length > 0 && condition !== "${{ !cancelled() }}") continue;
      writeFileSync(file("step.sh"), run);
      const { code } = await example.shell.run(`STACK=dev GITHUB_STEP_SUMMARY=step-summary bash -e step.sh`);
      if (code !== 0) failed.push(`${name} ${String(code)}`);
    }
    return failed;
  }

  /** GitLab runs the lines as one script that ends with the first that fails. */
  async function gitlab(): Promise<number | null> {
    fresh();
    writeFileSync(file("job.sh"), `set -eo pipefail\n${gitlabScript().join("\n")}\n`);
    return (await example.shell.run("STACK=dev bash job.sh")).code;
  }

  test("succeeds where nothing differs, and its summary says so", async () => {
    expect(githubSteps().map(({ name }) => name)).toEqual(["Drift", "Doctor", "Summary"]);
    expect(await github()).toEqual([]);
    expect(summary()).toMatch(/^## ✅ No drift in dev\n/);
    expect(summary()).toMatch(/## ⚠️ kustomer-relay doctor\n/);
    expect(summary()).toContain("`airkit-steps`");
    expect(await gitlab()).toBe(0);
    expect(readFileSync(file("summary.md"), "utf8")).toMatch(/^## ✅ No drift in dev\n[^]*kustomer-relay doctor/);
  });

  test("fails where somebody switched the webhook off, and its summary says what, and what to do", async () => {
    const [webhook] = example.sandbox.webhooks();
    example.sandbox.editWebhook(webhook?.id ?? "", { enabled: false });
    expect(await github()).toEqual(["Drift 7", "Doctor 1"]);
    expect(summary()).toMatch(/^## ❌ Drift in dev\n/);
    expect(summary()).toMatch(/^ {4}.*~ enabled: false => true$/m);
    // The Routing Flow's secret only looks as if it changed.
    expect(summary()).toContain("webhookSecretKey: [secret] => [unknown]` only follows from another change above");
    expect(summary()).toMatch(/\| ❌ \| support-webhook \| `webhook-enabled` \| switched off/);
    expect(await gitlab()).toBe(1);
    const text = readFileSync(file("summary.md"), "utf8");
    expect(text).toContain("❌ Drift");
    expect(text).toContain("`webhook-enabled`");
    // Nobody was to change anything.
    expect(example.sandbox.webhooks()[0]?.enabled).toBe(false);
  });

  test("tells a preview that failed from drift", async () => {
    writeFileSync(file("job.sh"), "sh drift.sh nosuchstack\n");
    fresh();
    expect((await example.shell.run("bash job.sh")).code).toBe(6);
    expect(readFileSync(file("summary.md"), "utf8")).toMatch(
      /drift in nosuchstack could not be found out[^]*no stack named/,
    );
  });

  test("has written no secret anywhere", () => {
    expect(existsSync(file("drift.txt"))).toBe(true);
    const everything = example.shell.everything();
    expect(everything).toContain("support-webhook");
    for (const secret of [example.token, example.sandbox.managementKey, example.sandbox.webhooks()[0]?.token ?? ""])
      expect(everything).not.toContain(secret);
  });
});
