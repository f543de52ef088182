import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { rmSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { type Sandbox, startSandbox } from "../../sandbox";
import { outputOf } from "../package/support/command";
import { type Packed, pack } from "../package/support/packed";
import { Project } from "../package/support/project";

const { version } = createRequire(__filename)("@pulumi/pulumi/package.json") as { version: string };

describe("in an empty project, installed with Yarn 4,", () => {
  let packed: Packed;
  let sandbox: Sandbox;

  beforeAll(async () => {
    [packed, sandbox] = await Promise.all([pack(), startSandbox()]);
  });
  afterAll(async () => {
    await sandbox.close();
    rmSync(packed.directory, { recursive: true, force: true });
  });

  test.each([
    ["node-modules", (): Record<string, string> => ({})],
    ["pnp", (folder: string) => ({ NODE_OPTIONS: `--require ${path.join(folder, ".pnp.cjs")}` })],
  ])("linked by %s, a relay is created, stays as it is, and is destroyed", async (linker, environment) => {
    const project = Project.foreign();
    try {
      project.write(".yarnrc.yml", `nodeLinker: ${linker}\nenableTelemetry: false\n`);
      project.write("yarn.lock", "");
      await outputOf(
        "npx",
        [
          "--yes",
          "@yarnpkg/cli-dist@4",
          "add",
          `@pulumi/pulumi@${version}`,
          `pulumi-kustomer-relay@${packed.tarball}`,
          "--mode=skip-build",
        ],
        { cwd: project.directory },
      );
      project.env = environment(project.directory);
      project.write("Pulumi.yaml", "name: relays\nruntime: nodejs\nmain: index.js\n");
      project.write(
        "index.js",
        'const { KustomerOutboundWebhook } = require("pulumi-kustomer-relay");\n' +
          'new KustomerOutboundWebhook("relay", { url: "https://example.com/hook", watchSeconds: 0 });\n',
      );
      await project.initialize(sandbox);
      await project.pulumi("up", "--yes", "--skip-preview");
      expect(sandbox.webhooks()).toHaveLength(1);
      await project.pulumi("preview", "--refresh", "--expect-no-changes");
      await project.pulumi("destroy", "--yes", "--skip-preview");
      expect(sandbox.webhooks()).toEqual([]);
    } finally {
      project.remove();
    }
  });
});
