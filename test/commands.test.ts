import { describe, expect, test } from "@jest/globals";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { repoRoot } from "../toolbox/pulumi";

const WHERE_COMMANDS_WRITE = ".local";

const read = (file: string): string => readFileSync(path.join(repoRoot(), file), "utf8");

describe("what commands write into the repository", () => {
  test("lies in one folder that git and prettier leave alone", () => {
    for (const file of [".gitignore", ".prettierignore"])
      expect(read(file).split("\n")).toContain(`${WHERE_COMMANDS_WRITE}/`);
  });

  test("is nothing beside that folder, when npm run sandbox has been at work", async () => {
    const { scripts } = JSON.parse(read("package.json")) as { scripts: { sandbox: string } };
    const [, words = ""] = /node dist\/sandbox\/main\.js (.*)$/.exec(scripts.sandbox) ?? [];
    const args = words.replace("--port 4010", "--port 0").split(" ");
    const cwd = mkdtempSync(path.join(tmpdir(), "kustomer-relay-"));
    const child = spawn(process.execPath, [path.join(repoRoot(), "dist/sandbox/main.js"), ...args], {
      cwd,
      stdio: ["ignore", "pipe", "inherit"],
    });
    try {
      await once(createInterface({ input: child.stdout }), "line");
      expect(readdirSync(cwd)).toEqual([WHERE_COMMANDS_WRITE]);
    } finally {
      child.kill();
      await once(child, "exit");
      rmSync(cwd, { recursive: true });
    }
  });

  test("cannot be taken for a folder of the sources: a file with such a name would be imported in its place", () => {
    const entries = readdirSync(repoRoot(), { withFileTypes: true });
    const folders = new Set(entries.filter((entry) => entry.isDirectory()).map(({ name }) => name));
    const files = entries.filter((entry) => entry.isFile()).map(({ name }) => name);
    expect(files.filter((name) => folders.has(path.parse(name).name))).toEqual([]);
  });
});

test("every test file runs by npm test, npm run test:engine or npm run test:languages, and in none of them twice", () => {
  const filesOf = (suite: string): string[] => {
    const script = path.join(repoRoot(), "dist/scripts/test.js");
    const { stdout } = spawnSync(process.execPath, [script, suite, "--listTests"], { encoding: "utf8" });
    return stdout.trim().split("\n");
  };
  const all = readdirSync(path.join(repoRoot(), "test"), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".test.ts"))
    .map((file) => path.join(repoRoot(), "test", file));
  const byHand = [...filesOf("matrix"), ...filesOf("languages")];
  expect(byHand.length).toBeGreaterThan(5);
  expect([...filesOf("all"), ...byHand].sort()).toEqual(all.sort());
  expect(all).toEqual(expect.arrayContaining(filesOf("quick")));
});

test("npm run sbom lists every dependency of the package and of those, in the version of the lock file, and nothing of the workshop", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "kustomer-relay-"));
  try {
    const file = path.join(folder, "sbom.json");
    const { stderr } = spawnSync(process.execPath, [path.join(repoRoot(), "dist/scripts/sbom.js"), file], {
      encoding: "utf8",
    });
    expect(stderr).toBe("");
    const { metadata, components } = JSON.parse(readFileSync(file, "utf8")) as {
      metadata: { component: { name: string; version: string } };
      components: { name: string; version: string }[];
    };
    const manifest = JSON.parse(read("package.json")) as { version: string; dependencies: object };
    const { packages } = JSON.parse(read("package-lock.json")) as { packages: Record<string, { version: string }> };
    expect(metadata.component).toMatchObject({ name: "pulumi-kustomer-relay", version: manifest.version });
    const names = components.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining([...Object.keys(manifest.dependencies), "sonic-boom", "tdigest"]));
    // A name may be there twice, in another version below what needs it.
    const locked = Object.entries(packages).map(
      ([at, { version }]) => `${at.replace(/^.*node_modules\//, "")} ${version}`,
    );
    for (const { name, version } of components) expect(locked).toContain(`${name} ${version}`);
    expect(names.filter((name) => /^(jest|typescript|eslint|node-|@pulumi)/.test(name))).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("installing the package runs no script, of its own or of what it depends on, and brings permissive licences alone", () => {
  interface Locked {
    readonly license?: string;
    readonly hasInstallScript?: boolean;
    readonly dependencies?: Readonly<Record<string, string>>;
  }
  const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
  expect(Object.keys(scripts).filter((name) => /^(pre|post)?install$|^prepare$/.test(name))).toEqual([]);
  const { packages } = JSON.parse(read("package-lock.json")) as { packages: Record<string, Locked> };
  const brought = new Map<string, Locked>();
  const follow = (names: readonly string[]): void => {
    for (const name of names.filter((one) => !brought.has(one))) {
      const locked = packages[`node_modules/${name}`];
      if (locked === undefined) throw new Error(`${name} is not in the lock file`);
      brought.set(name, locked);
      follow(Object.keys(locked.dependencies ?? {}));
    }
  };
  follow(Object.keys(packages[""]?.dependencies ?? {}));
  expect(brought.size).toBeGreaterThan(8);
  expect([...brought].filter(([, { hasInstallScript = false }]) => hasInstallScript)).toEqual([]);
  expect(
    [...brought].filter(([, { license = "" }]) => !["MIT", "ISC", "Apache-2.0", "BSD-3-Clause"].includes(license)),
  ).toEqual([]);
});
