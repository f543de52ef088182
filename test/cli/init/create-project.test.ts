import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "@jest/globals";
import { parse } from "yaml";
import { TEMPLATES, type Template, createProject } from "../../../cli/init/create-project";
import { sourceAround } from "../../../cli/init/source-around";
import manifest from "../../../package.json";
import { temporaryFolder } from "../../receiver/support/temporary-folder";

const base = temporaryFolder();
let folder: string;
let count = 0;

beforeEach(() => {
  folder = join(base, `project-${(count += 1)}`);
});

const create = (template: Template, packageSource?: string) =>
  createProject({ folder, template, name: "our-relays", packageSource });
const read = (file: string): string => readFileSync(join(folder, file), "utf8");
const readJson = (file: string): Record<string, Record<string, string>> =>
  JSON.parse(read(file)) as Record<string, Record<string, string>>;

describe.each(TEMPLATES)("init with the template %s", (template) => {
  test("makes a project with a README, settings to fill in, and no placeholder left", () => {
    const { written, kept } = create(template);
    expect(written).toEqual(expect.arrayContaining(["README.md", "Pulumi.yaml", "Pulumi.dev.yaml", "package.json"]));
    expect(kept).toEqual([]);
    for (const file of readdirSync(folder)) expect(read(file)).not.toMatch(/\$\{[A-Z]+\}/);
    expect(parse(read("Pulumi.yaml"))).toEqual(expect.objectContaining({ name: "our-relays" }));
    expect(parse(read("Pulumi.yaml"))).not.toHaveProperty("template");
    expect(read(".gitignore")).toMatch(/^node_modules\/\n/);
  });

  test("takes this version of the package, or the one that is named, and the SDK that goes with it", () => {
    create(template);
    const { dependencies = {} } = readJson("package.json");
    expect(dependencies["pulumi-kustomer-relay"]).toBe(`^${manifest.version}`);
    // A program in another language needs no SDK for Node: the package brings the command line and the plugin.
    const isJavaScript = read("Pulumi.yaml").includes("runtime: nodejs");
    const sdk = isJavaScript ? manifest.peerDependencies["@pulumi/pulumi"] : undefined;
    expect(dependencies["@pulumi/pulumi"]).toBe(sdk);
  });
});

test("a package that npm finds in a file is named as seen from the project", () => {
  const tarball = join(base, "package.tgz");
  writeFileSync(tarball, "");
  create("typescript", tarball);
  expect(readJson("package.json").dependencies?.["pulumi-kustomer-relay"]).toBe("file:../package.tgz");
});

test("the package comes out of the file that the folder around has it from, as long as no registry has it", () => {
  const around = join(base, "around");
  mkdirSync(join(around, "a", "b"), { recursive: true });
  const declare = (source: string, folder = around): void => {
    writeFileSync(
      join(folder, "package.json"),
      JSON.stringify({ devDependencies: { "pulumi-kustomer-relay": source } }),
    );
  };
  writeFileSync(join(around, "a", "package.json"), "no JSON");
  declare("file:../relay.tgz");
  expect(sourceAround(join(around, "a", "b"))).toBe(join(base, "relay.tgz"));
  declare("^0.2.0", join(around, "a"));
  expect(sourceAround(join(around, "a", "b"))).toBeUndefined();
  expect(sourceAround(base)).toBeUndefined();
});

describe("in a folder that is in use", () => {
  beforeEach(() => {
    mkdirSync(folder);
  });

  test("an existing package.json gets only what it lacks, and other files of the folder's own are kept", () => {
    const theirs = {
      name: "theirs",
      scripts: { test: "x" },
      dependencies: { "pulumi-kustomer-relay": "file:../a.tgz" },
    };
    writeFileSync(join(folder, "package.json"), JSON.stringify(theirs));
    writeFileSync(join(folder, "README.md"), "theirs");
    expect(create("typescript").kept).toEqual(["README.md"]);
    expect(read("README.md")).toBe("theirs");
    const merged = readJson("package.json");
    expect(merged).toMatchObject({ name: "theirs", scripts: { test: "x" } });
    expect(merged.dependencies?.["pulumi-kustomer-relay"]).toBe("file:../a.tgz");
    expect(Object.keys(merged.devDependencies ?? {})).toContain("typescript");
  });

  test("nothing is written at all where a file of the project is there already", () => {
    writeFileSync(join(folder, "index.ts"), "theirs");
    expect(() => create("typescript")).toThrow(/^index\.ts exist.*nothing was written/);
    expect(existsSync(join(folder, "Pulumi.yaml"))).toBe(false);
    expect(read("index.ts")).toBe("theirs");
  });
});
