import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { rmSync } from "node:fs";
import { createRequire } from "node:module";
import { type Sandbox, startSandbox } from "../../sandbox";
import { type Packed, pack } from "./support/packed";
import { Project, installers } from "./support/project";

/** The versions this repository itself is tested with. */
const companions = ["@pulumi/pulumi", "typescript"].map((name) => {
  const { version } = createRequire(__filename)(`${name}/package.json`) as { version: string };
  return `${name}@${version}`;
});

let packed: Packed;

beforeAll(async () => {
  packed = await pack();
});

afterAll(() => {
  rmSync(packed.directory, { recursive: true, force: true });
});

const ASIDE = ["LICENSE", "README.md", "package.json", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md"];

describe("the packed package", () => {
  test("holds what runs, its types, the licence and the README, and nothing of the workshop", () => {
    expect(packed.files).toEqual(expect.arrayContaining([...ASIDE, "dist/provider.LICENSE.txt"]));
    const rest = packed.files
      .filter((file) => ![...ASIDE, "dist/provider.LICENSE.txt"].includes(file))
      .filter((file) => !isBundled(file));
    const known =
      /^(docs\/.+\.(md|svg|png|ya?ml)|dist\/.+\.(js|d\.ts)|dist\/(sandbox\/page|cli\/console\/page|plugin(\/functions\/\w+)?)\/[\w.-]+|(templates|examples)\/.+|sandbox\/README\.md)$/;
    expect(rest.filter((file) => !known.test(file))).toEqual([]);
    expect(
      rest.filter((file) =>
        /(^|\/)(test|toolbox|lab|scripts|bench)\/|^dist\/(sandbox\/aws|providers\/native)/.test(file),
      ),
    ).toEqual([]);
  });

  test("has types for every file of code", () => {
    const code = packed.files.filter((file) => /^dist\/.*\.js$/.test(file) && !isBundled(file));
    expect(code.length).toBeGreaterThan(0);
    expect(packed.files).toEqual(expect.arrayContaining(code.map((file) => file.replace(/\.js$/, ".d.ts"))));
  });

  test("is found by old and by new ways of resolving: main and types as well as exports", () => {
    const { main, types, exports } = packed.manifest;
    expect(exports["."]).toEqual({ types, default: main });
    const targets = Object.values(exports).flatMap((target) =>
      typeof target === "string" ? [target] : Object.values(target),
    );
    expect(packed.files).toEqual(expect.arrayContaining(targets.map((target) => target.replace("./", ""))));
  });
});

/** The hosted functions, each one file with its map and the licences of what is in it; the plugin; the two pages. */
function isBundled(file: string): boolean {
  if (/^dist\/(sandbox\/page\/page|cli\/console\/page\/page|plugin\/[\w/]+)\.js$/.test(file)) return true;
  return /^dist\/receiver\/aws\/functions\/(intake|delivery|silence)\/(index\.js|index\.js\.map|LICENSE\.txt)$/.test(
    file,
  );
}

/** An empty project of the describe block around it, with the package and its companions. */
function emptyProject(installer: keyof typeof installers): { readonly project: Project; readonly sandbox: Sandbox } {
  const place = {} as { project: Project; sandbox: Sandbox };
  beforeAll(async () => {
    place.sandbox = await startSandbox();
    place.project = Project.foreign();
    await installers[installer]([packed.tarball, ...companions], place.project.directory);
  });
  afterAll(async () => {
    await place.sandbox.close();
    place.project.remove();
  });
  return place;
}

describe("in an empty project, installed with npm,", () => {
  const place = emptyProject("npm");

  test("the types accept what is right and report what is wrong", async () => {
    const { project } = place;
    project.writeProgram("types.ts");
    expect(await project.compile()).toEqual({ code: 0, output: "" });

    project.write(
      "index.ts",
      'import { KustomerOutboundWebhook } from "pulumi-kustomer-relay";\nnew KustomerOutboundWebhook("relay", { url: 7 });\n',
    );
    const { code, output } = await project.compile();
    expect(code).not.toBe(0);
    expect(output).toMatch(/index\.ts\(2,\d+\): error TS2322: Type 'number' is not assignable/);
  });

  test("a relay is created, stays as it is, and is destroyed", async () => {
    await livesItsLife(place.project, place.sandbox);
  });

  test("there is nothing of AWS, and only a relay whose receiver is there asks for it", async () => {
    const { project } = place;
    const installed = project.find("node_modules", "@pulumi");
    expect(installed).toContain("pulumi");
    expect(installed).not.toContain("aws");
    const { output } = await project.node(
      'try { require("pulumi-kustomer-relay/aws") } catch ({ message }) { console.log(message.split("\\n")[0]) }',
    );
    expect(output).toMatch(/^Cannot find module '@pulumi\/aws\/.*'\n$/);

    project.writeProgram("relay-on-aws.ts");
    const refused = await project.tryPulumi("preview");
    expect(refused.code).not.toBe(0);
    expect(refused.output).toContain(
      'relay "support": receiver.kind: a receiver on AWS needs the package @pulumi/aws: run `npm install @pulumi/aws@7`',
    );
    expect(refused.output).not.toContain("    at ");
    project.writeProgram("relay.ts");
  });

  test("a package that was removed is named with the command that brings it back, and nothing is lost", async () => {
    const { project, sandbox } = place;
    await project.pulumi("up", "--yes", "--skip-preview");
    const before = await project.resources();

    project.move("node_modules/pulumi-kustomer-relay", "node_modules/away");
    for (const command of ["refresh", "destroy"]) {
      const { code, output } = await project.tryPulumi(command, "--yes", "--skip-preview");
      expect(code).not.toBe(0);
      expect(output).toContain("Cannot find module 'pulumi-kustomer-relay/provider'");
      expect(output).toContain("run: npm install pulumi-kustomer-relay");
    }
    expect(await project.resources()).toEqual(before);
    expect(sandbox.webhooks()).toHaveLength(1);

    project.move("node_modules/away", "node_modules/pulumi-kustomer-relay");
    await project.pulumi("destroy", "--yes", "--skip-preview");
    expect(sandbox.webhooks()).toEqual([]);
  });
});

describe("in an empty project, installed with pnpm,", () => {
  const place = emptyProject("pnpm");

  test("a relay is created, stays as it is, and is destroyed", async () => {
    await livesItsLife(place.project, place.sandbox);
  });
});

describe("in a folder of this repository", () => {
  let project: Project;
  let sandbox: Sandbox;

  beforeAll(async () => {
    sandbox = await startSandbox();
    project = Project.inside();
  });

  afterAll(async () => {
    await sandbox.close();
    project.remove();
  });

  test("a relay is created, stays as it is, and is destroyed", async () => {
    await livesItsLife(project, sandbox);
  });
});

/** Types are checked along the way, as Pulumi does it by default. */
async function livesItsLife(project: Project, sandbox: Sandbox): Promise<void> {
  const keysBefore = sandbox.keys().length;
  project.writeProgram("relay.ts");
  await project.initialize(sandbox);

  await project.pulumi("up", "--yes", "--skip-preview");
  expect(sandbox.webhooks()).toEqual([expect.objectContaining({ name: "relay", enabled: true })]);
  expect(sandbox.keys()).toHaveLength(keysBefore + 1);
  expect(JSON.parse(await project.pulumi("stack", "output", "--json", "--show-secrets"))).toEqual({
    webhookId: sandbox.webhooks()[0]?.id,
    signingSecret: sandbox.webhooks()[0]?.token,
  });

  await project.pulumi("preview", "--expect-no-changes");
  expect(await project.pulumi("refresh", "--yes", "--skip-preview", "--expect-no-changes")).toContain("unchanged");

  await project.pulumi("destroy", "--yes", "--skip-preview");
  expect(sandbox.webhooks()).toEqual([]);
  expect(sandbox.keys()).toHaveLength(keysBefore);
}
