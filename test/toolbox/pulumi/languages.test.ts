import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { accessSync, constants, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { type Engine, engineEnv, ensureLanguageHosts } from "../../../toolbox/pulumi";
import { Machine } from "./fakes";

let machine: Machine;
beforeEach(() => {
  machine = new Machine();
});
afterEach(() => {
  machine.remove();
});

function engineWith(...hosts: string[]): Engine {
  const bin = machine.installed("3.259.0");
  for (const host of hosts) machine.script(path.join(bin, host), "exit 0");
  return { root: path.dirname(bin), bin, version: "3.259.0", source: "home" };
}

test("a CLI that brings a language host along is not given another", async () => {
  const engine = engineWith("pulumi-language-yaml");
  expect(await ensureLanguageHosts(engine, ["yaml"], machine.options)).toEqual([engine.bin]);
  expect(machine.lines).toEqual([]);
});

test("beside a CLI that was built it is built too, once, with what has to lie beside it, and the CLI finds it", async () => {
  const module = path.join(machine.directory, "module");
  mkdirSync(path.join(module, "python/cmd"), { recursive: true });
  writeFileSync(path.join(module, "python/cmd/pulumi-language-python-exec"), "#!/usr/bin/env python\n");
  machine.go({ work: `if [ "$1" = list ]; then echo ${module}; exit 0; fi` });
  machine.script(path.join(machine.directory, "built/pulumi-language-python"), "exit 0");
  const engine = engineWith();

  const folders = await ensureLanguageHosts(engine, ["python"], machine.options);

  const [build] = machine.logged();
  expect(build).toMatch(/-mod=readonly .*\/pulumi-language-python github\.com\/pulumi\/.*\/pulumi-language-python$/);
  const [folder = ""] = folders;
  for (const file of ["pulumi-language-python", "pulumi-language-python-exec"])
    accessSync(path.join(folder, file), constants.X_OK);
  expect(engineEnv(engine, machine.env, folders).PATH?.split(path.delimiter)).toContain(folder);
  const asked = machine.logged().length;
  expect(await ensureLanguageHosts(engine, ["python"], machine.options)).toEqual(folders);
  expect(machine.logged()).toHaveLength(asked);
});

test("where it cannot be built, one line says what is missing", async () => {
  await expect(ensureLanguageHosts(engineWith(), ["go"], machine.options)).rejects.toThrow(
    /^Pulumi's language host for Go: Go is not on the PATH; install Go 1\.21 or later/,
  );
});
