import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { chmodSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Project } from "../../lab/project";
import { type Sandbox, startSandbox } from "../../sandbox";
import { repoRoot } from "../../toolbox/pulumi";
import { LanguageStack } from "../engine/support/language-stack";

/** The example of a policy pack, on the real engine: each kind of policy, over both kinds of resource. */

let sandbox: Sandbox;

beforeEach(async () => {
  sandbox = await startSandbox();
});
afterEach(() => sandbox.close());

/**
 * The pack as a program of its own, which the engine starts as it starts one in any language. The language host that
 * is built here where none is installed is older than the CLI, and cannot run a pack's folder.
 */
function packIn(folder: string): string {
  const file = path.join(folder, "pack");
  const runner = require.resolve("@pulumi/pulumi/cmd/run-policy-pack");
  writeFileSync(file, `#!/bin/sh\ncd ${path.join(repoRoot(), "examples/policy-pack")} && exec node ${runner} "$1" .\n`);
  chmodSync(file, 0o755);
  return file;
}

const sent = () =>
  Object.fromEntries(sandbox.webhooks().flatMap(({ headers }) => headers.map((h) => [h.name, h.value])));

test("policies refuse, complete and comment on a webhook of a TypeScript or JavaScript program, whose secrets stay secret", async () => {
  const project = await Project.create({
    name: "policies",
    program: `
      const pulumi = require("@pulumi/pulumi");
      const { KustomerOutboundWebhook } = require("pulumi-kustomer-relay");
      new KustomerOutboundWebhook("relay", { url: process.env.URL_OF, watchSeconds: 0, headers: { "x-gate": pulumi.secret("gate-value-0815") } });
    `,
    env: {
      KUSTOMER_BASE_URL: sandbox.url,
      KUSTOMER_API_KEY: sandbox.managementKey,
      URL_OF: "https://elsewhere.example/",
    },
  });
  try {
    const pack = packIn(project.directory);
    const refused = await project.pulumi("preview", "--policy-pack", pack);
    expect(refused.status).not.toBe(0);
    expect(refused.output).toMatch(
      /\[mandatory\] {2}webhooks-go-to-our-receiver[^]*sends to https:\/\/elsewhere\.example\//,
    );
    expect((await project.pulumi("up", "--yes", "--skip-preview", "--policy-pack", pack)).status).not.toBe(0);
    expect(sandbox.webhooks()).toEqual([]);

    project.set({ URL_OF: "https://relay.example.com/kustomer" });
    const done = await project.must("up", "--yes", "--skip-preview", "--policy-pack", pack);
    expect(done).toMatch(/\[remediate\] {2}webhooks-say-which-team/);
    expect(done).toMatch(/\[advisory\] {2}webhooks-are-protected[^]*relay is not protected/);
    expect(sent()).toMatchObject({ "x-team": "support", "x-gate": "gate-value-0815" });
    await project.must("preview", "--expect-no-changes", "--policy-pack", pack);
    expect(project.everythingWritten()).not.toContain("gate-value-0815");
    expect(project.everythingWritten()).not.toContain(sandbox.webhooks()[0]?.token);
  } finally {
    await project.remove();
  }
});

test("the same pack holds for a webhook of the plugin, in YAML", async () => {
  const stack = new LanguageStack("yaml");
  const declare = (url: string) =>
    stack.writeYaml({
      relay: { type: "kustomer-relay:KustomerOutboundWebhook", properties: { url, watchSeconds: 0 } },
    });
  try {
    await declare("https://elsewhere.example/");
    await stack.run("stack", "init", "dev");
    await stack.set({ "kustomer.baseUrl": sandbox.url, "kustomer.apiKey": sandbox.managementKey });
    const pack = packIn(stack.directory);
    const refused = await stack.attempt("up", "--yes", "--skip-preview", "--policy-pack", pack);
    expect(refused.status).not.toBe(0);
    expect(refused.text).toMatch(/sends to https:\/\/elsewhere\.example\//);
    expect(sandbox.webhooks()).toEqual([]);

    await declare("https://relay.example.com/kustomer");
    await stack.run("up", "--yes", "--skip-preview", "--policy-pack", pack);
    expect(sent()).toMatchObject({ "x-team": "support" });
    await stack.run("up", "--yes", "--skip-preview", "--expect-no-changes", "--policy-pack", pack);
    expect(stack.everything()).not.toContain(sandbox.webhooks()[0]?.token);
  } finally {
    stack.remove();
  }
});
