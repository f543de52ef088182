import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { engineEnv, ensureEngine, pulumiCommand } from "../../../toolbox/pulumi";
import { Machine } from "./fakes";

let machine: Machine;
beforeEach(() => {
  machine = new Machine();
});
afterEach(() => {
  machine.remove();
});

test("a pulumi on the PATH with its language host beside it is taken before anything installed, and one line says so", async () => {
  const bin = machine.pulumi(machine.pathDirectory, "3.255.0");
  machine.installed("3.258.0");

  const engine = await ensureEngine(machine.options);

  expect(engine).toMatchObject({ bin, version: "3.255.0", source: "path" });
  expect(machine.lines).toEqual([`Pulumi 3.255.0: found on the PATH (${bin})`]);
});

test("the language host may be elsewhere on the PATH", async () => {
  machine.pulumi(machine.pathDirectory, "3.255.0", { host: false });
  const elsewhere = path.join(machine.directory, "elsewhere");
  machine.script(path.join(elsewhere, "pulumi-language-nodejs"), "exit 0");

  const env = { ...machine.env, PATH: `${machine.env.PATH ?? ""}:${elsewhere}` };

  expect(await ensureEngine({ ...machine.options, env })).toMatchObject({ bin: machine.pathDirectory, source: "path" });
});

test("the language host may be beside the file that a link on the PATH leads to", async () => {
  const real = machine.pulumi(path.join(machine.directory, "opt", "pulumi"), "3.255.0");
  symlinkSync(path.join(real, "pulumi"), path.join(machine.pathDirectory, "pulumi"));

  expect(await ensureEngine(machine.options)).toMatchObject({ bin: real, source: "path" });
});

test("a pulumi on the PATH without its language host is passed over with the reason", async () => {
  machine.pulumi(machine.pathDirectory, "3.255.0", { host: false });
  const bin = machine.installed("3.258.0");

  expect(await ensureEngine(machine.options)).toMatchObject({ bin, source: "home" });
  expect(machine.lines).toEqual([
    `Pulumi 3.258.0: found under the Pulumi home (${bin}); passed over on the PATH: ` +
      `${machine.pathDirectory}/pulumi: no pulumi-language-nodejs on the PATH or beside it`,
  ]);
});

test.each([
  ["too old", "3.120.0", "older than 3.250.0"],
  ["of another major version", "4.0.0", "another major version"],
])("a pulumi on the PATH that is %s is passed over with the reason", async (_what, version, reason) => {
  machine.pulumi(machine.pathDirectory, version);
  machine.installed("3.258.0");

  expect(await ensureEngine(machine.options)).toMatchObject({ version: "3.258.0", source: "home" });
  expect(machine.lines[0]).toContain(reason);
});

test("under the Pulumi home the newest suitable version is taken, by number and not by spelling", async () => {
  for (const version of ["3.251.0", "3.259.0", "3.1000.0", "3.90.0", "4.1.0"]) machine.installed(version);

  expect(await ensureEngine(machine.options)).toMatchObject({
    root: path.join(machine.versions, "3.1000.0"),
    version: "3.1000.0",
    source: "home",
  });
});

test("the home's own bin directory takes its place among the versions", async () => {
  machine.installed("3.251.0");
  const bin = machine.pulumi(path.join(machine.home, "bin"), "3.252.0");
  expect(await ensureEngine(machine.options)).toMatchObject({ root: machine.home, bin, version: "3.252.0" });

  machine.installed("3.253.0");
  expect(await ensureEngine(machine.options)).toMatchObject({ version: "3.253.0" });
});

test("without PULUMI_HOME, or with an empty one, the home is ~/.pulumi", async () => {
  const bin = machine.pulumi(path.join(machine.directory, ".pulumi", "bin"), "3.252.0");

  expect(await ensureEngine({ ...machine.options, env: { ...machine.env, PULUMI_HOME: "" } })).toMatchObject({ bin });
});

test("installations that are broken, incomplete or hang are passed over for the next newest", async () => {
  const garbage = path.join(machine.versions, "3.258.0", "bin");
  mkdirSync(garbage, { recursive: true });
  writeFileSync(path.join(garbage, "pulumi"), "\u007fELF half a binary");
  writeFileSync(path.join(garbage, "pulumi-language-nodejs"), "");
  for (const name of ["pulumi", "pulumi-language-nodejs"]) chmodSync(path.join(garbage, name), 0o755);
  machine.installed("3.257.0", { body: "echo 'missing library' >&2; exit 127" });
  machine.installed("3.256.0", { host: false });
  machine.installed("3.255.0", { body: "sleep 60" });
  machine.installed("3.254.0");

  const engine = await ensureEngine({ ...machine.options, timeouts: { probeMs: 500 } });

  expect(engine).toMatchObject({ version: "3.254.0", source: "home" });
  expect(machine.lines).toHaveLength(1);
  for (const reason of ["missing library", "no pulumi-language-nodejs beside it", "did not end within 500 ms"]) {
    expect(machine.lines[0]).toContain(reason);
  }
});

test("a CLI from the PATH works as an Automation API command, whatever its directory is called", async () => {
  for (const directory of [machine.pathDirectory, path.join(machine.directory, "usr", "bin")]) {
    machine.pulumi(directory, "3.255.0");
    const env = { ...machine.env, PATH: `${directory}:/usr/bin:/bin` };
    // Twice, because the second run finds what the first has linked.
    await ensureEngine({ ...machine.options, env });
    const engine = await ensureEngine({ ...machine.options, env });

    const command = await pulumiCommand(engine);

    expect(engine.bin).toBe(directory);
    expect(command.command).toBe(path.join(engine.root, "bin", "pulumi"));
    expect(command.version?.toString()).toBe("3.255.0");
  }
});

test("the engine's environment puts this Node first, then the CLI, and keeps everything else", async () => {
  const bin = machine.installed("3.258.0");
  const engine = await ensureEngine(machine.options);

  const { PATH = "", ...others } = engineEnv(engine, { PATH: "/a:/b", PULUMI_CONFIG_PASSPHRASE: "x" });

  expect(PATH.split(":").slice(0, 4)).toEqual([path.dirname(process.execPath), bin, "/a", "/b"]);
  expect(others).toEqual({ PULUMI_CONFIG_PASSPHRASE: "x", PULUMI_SKIP_UPDATE_CHECK: "true" });
});

test("an installation without the launcher of dynamic providers gets the SDK's", async () => {
  const bin = machine.installed("3.258.0");
  const engine = await ensureEngine(machine.options);
  const last = (): string => engineEnv(engine, { PATH: "/a" }).PATH?.split(":").at(-1) ?? "";

  expect(last()).toMatch(/node_modules\/@pulumi\/pulumi$/);

  machine.script(path.join(bin, "pulumi-resource-pulumi-nodejs"), "exit 0");
  expect(last()).toBe("/a");
});
