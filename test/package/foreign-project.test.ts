import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { rmSync } from "node:fs";
import { createRequire } from "node:module";
import { type Sandbox, startSandbox } from "../../sandbox";
import { CommandLine } from "../engine/support/command-line";
import { livesItsLife } from "./support/life";
import { type Packed, pack } from "./support/packed";
import { type PackedSandbox, startPackedSandbox } from "./support/packed-sandbox";
import { Project, installers } from "./support/project";

/** The versions this repository itself is tested with. */
const companions = ["@pulumi/pulumi", "typescript", "@types/node"].map((name) => {
  const { version } = createRequire(__filename)(`${name}/package.json`) as { version: string };
  return `${name}@${version}`;
});

const UNCHECKED = { PULUMI_NODEJS_TRANSPILE_ONLY: "true" };

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

/** The hosted functions, each one file with its map and the licences of what is in it; the plugin; what a proxy takes; the two pages. */
function isBundled(file: string): boolean {
  if (/^dist\/(sandbox\/page\/page|cli\/console\/page\/page|plugin\/[\w/]+|provider\.proxy)\.js$/.test(file))
    return true;
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
    project.write(
      "wrong.ts",
      'import { KustomerOutboundWebhook } from "pulumi-kustomer-relay";\nnew KustomerOutboundWebhook("relay", { url: 7 });\n',
    );
    const { code, output } = await project.compile();
    expect(code).not.toBe(0);
    expect(output.match(/error TS/g)).toHaveLength(1);
    expect(output).toMatch(/^wrong\.ts\(2,\d+\): error TS2322: Type 'number' is not assignable/);
    project.delete("wrong.ts");
  });

  test("a relay is created, stays as it is, and is destroyed", async () => {
    // Types are checked along the way, as Pulumi does it by default; hereafter they are not, which takes some seconds each time.
    await livesItsLife(place.project, place.sandbox);
    place.project.env = UNCHECKED;
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

  describe("a stranger who begins there", () => {
    let shell: CommandLine;
    let sandbox: PackedSandbox;

    beforeAll(async () => {
      shell = await CommandLine.open(UNCHECKED, place.project.directory);
      sandbox = await startPackedSandbox(shell.directory);
    });
    afterAll(async () => {
      expect(await sandbox.stop()).toBe(0);
    });

    const list = async <One>(what: string): Promise<One[]> => {
      const answer = (await (await fetch(`${sandbox.url}/sandbox/${what}`)).json()) as One[] | Record<string, One[]>;
      return Array.isArray(answer) ? answer : (Object.values(answer)[0] ?? []);
    };
    const arrived = async (): Promise<number> =>
      (await list<{ verified: boolean }>("received")).filter((one) => one.verified).length;
    const send = async (): Promise<void> => {
      await fetch(`${sandbox.url}/sandbox/events`, { method: "POST", body: '{"name": "kustomer.message.create"}' });
    };
    const until = async (condition: () => Promise<boolean>): Promise<void> => {
      for (let tries = 0; !(await condition()); tries += 1) {
        if (tries === 100) throw new Error("no event arrived");
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    };

    test.each(["typescript", "stack-config"])(
      "is told what is missing, then has a relay that brings an event to Airkit: init --template %s",
      async (template) => {
        expect(await shell.type(`npx kustomer-relay init ${template} --template ${template}`)).toMatch(
          /^Written in .*Pulumi\.dev\.yaml.*\n\nNext:\n {2}cd .*\n {2}npm install\n {2}pulumi stack init dev\n {2}pulumi up/,
        );
        if (template === "typescript") await shell.type(`npx tsc --noEmit -p ${template}`);
        await shell.type(`cd ${template} && pulumi stack init dev`);
        const told = await shell.failureOf(`cd ${template} && pulumi preview --non-interactive`);
        expect(told).toMatch(
          template === "typescript"
            ? /7 problems must be fixed first; nothing was changed:[^]*channelResourceIds: must name at least one Resource/
            : /no relays are declared yet/,
        );
        // Word for word what the sandbox says.
        const [settings = "", program = "", declaration = ""] = sandbox.blocks;
        await shell.type(`cd ${template} && ${settings}`);
        const commands = template === "typescript" ? program : declaration;
        await shell.type(`cd ${template} && ${commands.replaceAll("\n", " && ")}`);
        await shell.type(`cd ${template} && pulumi up --yes --skip-preview --non-interactive`);
        const before = await arrived();
        await send();
        await until(async () => (await arrived()) > before);
        // Once is enough to see that the installed command finds the project.
        if (template === "stack-config")
          expect(await shell.type(`cd ${template} && npx kustomer-relay doctor`)).toMatch(/ 0 failed, /);
      },
    );
  });
});

describe("in an empty project, installed with pnpm,", () => {
  const place = emptyProject("pnpm");

  test("a relay is created, stays as it is, and is destroyed", async () => {
    place.project.env = UNCHECKED;
    await livesItsLife(place.project, place.sandbox);
  });
});
