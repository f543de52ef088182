import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
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
    expect(read(".gitignore")).toMatch(/^node_modules\/\nkustomer-relay-import\.json\n/);
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

test.each(["../no-such.tgz", "no-such.tgz", "file:no-such.tgz", "/no/such"])(
  "a package in a file that is not there, %s, is told, and nothing is written",
  (source) => {
    expect(() => create("typescript", source)).toThrow(/^There is no file .*no.such.* to take this package from/);
    expect(existsSync(folder)).toBe(false);
  },
);

test.each(["^0.2.0", "~0.2.0", "https://example.com/relay.tgz", "npm:@acme/relay@1", "acme/relay"])(
  "a package that is in no file, %s, is named as it is",
  (source) => {
    create("typescript", source);
    expect(readJson("package.json").dependencies?.["pulumi-kustomer-relay"]).toBe(source);
  },
);

test("a folder that cannot be made is told with what to do", () => {
  writeFileSync(folder, "a file");
  expect(() => create("typescript")).toThrow(
    /^make the folder .*EEXIST.*; name another one: kustomer-relay init FOLDER/,
  );
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

  test("a .gitignore gets the lines that it lacks: node_modules, and the file of import, which holds secrets", () => {
    writeFileSync(join(folder, ".gitignore"), "dist/\n/node_modules");
    expect(create("typescript").written).toContain(".gitignore");
    expect(read(".gitignore")).toBe("dist/\n/node_modules\nkustomer-relay-import.json\n");
    const complete = read(".gitignore");
    for (const file of ["Pulumi.yaml", "Pulumi.dev.yaml", "index.ts"]) rmSync(join(folder, file));
    expect(create("typescript").kept).toContain(".gitignore");
    expect(read(".gitignore")).toBe(complete);
  });

  test("nothing is written at all where a file of the project is there already", () => {
    writeFileSync(join(folder, "index.ts"), "theirs");
    expect(() => create("typescript")).toThrow(/^index\.ts exist.*nothing was written/);
    expect(existsSync(join(folder, "Pulumi.yaml"))).toBe(false);
    expect(read("index.ts")).toBe("theirs");
  });
});
