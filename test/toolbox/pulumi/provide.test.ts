import { afterEach, beforeEach, expect, test } from "@jest/globals";
import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { EngineError, ensureEngine } from "../../../toolbox/pulumi";
import { ending, isAlive, Machine, until } from "./fakes";

let machine: Machine;
beforeEach(() => {
  machine = new Machine();
});
afterEach(() => {
  machine.remove();
});

/** Half-built directories; the lock file, which is empty, may stay. */
function leftovers(): string[] {
  return existsSync(machine.versions) ? readdirSync(machine.versions).filter((name) => name.includes("partial")) : [];
}

function place(): string {
  return path.join(machine.versions, "3.259.0");
}

test("where nothing is found the installer is asked for the pinned version, and its result moves into the home", async () => {
  const installed = machine.pulumi(path.join(machine.directory, "download"), "3.259.0");
  const installer = machine.script(
    path.join(machine.directory, "installer"),
    `mkdir -p "$1" && cp -R ${installed} "$1/bin" && echo "$2" > ${machine.log}`,
  );

  const engine = await ensureEngine({ ...machine.options, installer: [installer] });

  expect(engine).toEqual({ root: place(), bin: path.join(place(), "bin"), version: "3.259.0", source: "installer" });
  expect(machine.logged()).toEqual(["3.259.0"]);
  expect(machine.lines).toEqual([`Pulumi 3.259.0: installed by Pulumi's own installer (${engine.bin})`]);
  expect(leftovers()).toEqual([]);
});

test("where the installer fails the engine is built from the pinned modules, launcher included, and found by the next run", async () => {
  machine.go();

  const engine = await ensureEngine(machine.options);

  expect(engine).toEqual({ root: place(), bin: path.join(place(), "bin"), version: "3.259.0", source: "build" });
  const [cli, host, ...more] = machine.logged();
  expect(more).toEqual([]);
  expect(cli).toContain(
    "-mod=readonly -ldflags -s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v3.259.0",
  );
  expect(cli).toMatch(/\/bin\/pulumi github\.com\/pulumi\/pulumi\/pkg\/v3\/cmd\/pulumi$/);
  expect(host).toMatch(
    /\/bin\/pulumi-language-nodejs github\.com\/pulumi\/pulumi\/sdk\/v3\/nodejs\/cmd\/pulumi-language-nodejs$/,
  );
  expect(readdirSync(engine.bin).sort()).toEqual(["pulumi", "pulumi-language-nodejs", "pulumi-resource-pulumi-nodejs"]);
  accessSync(path.join(engine.bin, "pulumi-resource-pulumi-nodejs"), constants.X_OK);
  expect(machine.progress.some((text) => text.includes("building the CLI from Go modules"))).toBe(true);
  expect(machine.lines).toEqual([
    `Pulumi 3.259.0: built from Go modules (${engine.bin}); passed over Pulumi's own installer: the installer ended with status 1 no route to host`,
  ]);
  expect(leftovers()).toEqual([]);

  expect(await ensureEngine(machine.options)).toMatchObject({ root: place(), source: "home" });
  expect(machine.logged()).toHaveLength(2);
});

test("an installer that never ends is ended with everything it started, and the build goes on", async () => {
  machine.go();
  const installer = machine.script(
    path.join(machine.directory, "installer"),
    `sh -c 'echo $$ > ${machine.log}; sleep 60; true'`,
  );

  const engine = await ensureEngine({ ...machine.options, installer: [installer], timeouts: { installMs: 300 } });

  expect(engine.source).toBe("build");
  expect(machine.lines[0]).toContain("the installer did not end within 300 ms");
  expect(isAlive(Number(machine.logged()[0]))).toBe(false);
});

test("an installation in the way that does not work is replaced", async () => {
  machine.installed("3.259.0", { body: "exit 1" });
  machine.go();

  expect(await ensureEngine(machine.options)).toMatchObject({ root: place(), source: "build" });
  expect(await ensureEngine(machine.options)).toMatchObject({ root: place(), source: "home" });
});

test("of two runs at once one builds, the other waits for it, says so and takes its result", async () => {
  machine.go({ work: "sleep 0.5" });
  const first = machine.otherRun();
  const firstEnded = ending(first);
  await until(() => machine.logged().length > 0, "the first run to build");

  const engine = await ensureEngine(machine.options);

  expect(JSON.parse((await firstEnded).stdout)).toMatchObject({ root: place(), source: "build" });
  expect(engine).toMatchObject({ root: place(), source: "home" });
  expect(machine.logged()).toHaveLength(2);
  expect(machine.progress[0]).toContain("another run is already providing it");
  expect(machine.lines).toHaveLength(1);
});

test("many runs in one process build once, too", async () => {
  machine.go({ work: "sleep 0.1" });

  const engines = await Promise.all([1, 2, 3, 4].map(() => ensureEngine(machine.options)));

  expect(engines.map((engine) => engine.source).sort()).toEqual(["build", "home", "home", "home"]);
  expect(machine.logged()).toHaveLength(2);
});

test("a run that waits builds itself when the first one fails", async () => {
  machine.go({
    work: `if [ ! -e ${machine.directory}/second ]; then sleep 0.5; touch ${machine.directory}/second; exit 1; fi`,
  });
  const first = ending(machine.otherRun());
  await until(() => machine.logged().length > 0, "the first run to build");

  expect(await ensureEngine(machine.options)).toMatchObject({ source: "build" });
  expect((await first).code).toBe(1);
});

test("a build that fails leaves nothing behind, and the error quotes Go without its list of packages", async () => {
  machine.go({ work: "echo github.com/some/package >&2; echo 'link: no space left on device' >&2; exit 1" });

  const error = await ensureEngine(machine.options).catch((thrown: unknown) => thrown);

  expect(error).toBeInstanceOf(EngineError);
  expect(String(error)).toContain("link: no space left on device");
  expect(String(error)).not.toContain("github.com/some/package");
  expect(leftovers()).toEqual([]);
  expect(existsSync(place())).toBe(false);
});

test("a build that gives something that does not run is not kept", async () => {
  machine.go();
  machine.pulumi(path.join(machine.directory, "built"), "3.259.0", { body: "exit 1" });

  await expect(ensureEngine(machine.options)).rejects.toThrow("pulumi version ended with status 1");
  expect(existsSync(place())).toBe(false);
});

test("a build that takes too long is ended", async () => {
  machine.go({ work: "sleep 60" });

  await expect(ensureEngine({ ...machine.options, timeouts: { buildMs: 300 } })).rejects.toThrow("did not end within");
  expect(leftovers()).toEqual([]);
});

test.each(["SIGINT", "SIGTERM"] as const)(
  "a build stopped by %s ends Go, leaves nothing behind and ends by that signal",
  async (signal) => {
    machine.go({ work: `echo $$ > ${machine.directory}/pid; sleep 60` });
    const other = machine.otherRun();
    const ended = ending(other);
    const pid = path.join(machine.directory, "pid");
    await until(() => existsSync(pid) && readFileSync(pid, "utf8") !== "", "the build to start");
    expect(leftovers()).toHaveLength(1);

    other.kill(signal);

    expect(await ended).toMatchObject({ signal, stderr: expect.stringContaining("nothing half-made is left behind") });
    expect(isAlive(Number(readFileSync(pid, "utf8")))).toBe(false);
    expect(leftovers()).toEqual([]);
    expect(existsSync(place())).toBe(false);
  },
);

test("a build that was killed outright holds nobody up, and the next one removes what it left", async () => {
  machine.go({ work: `echo $$ > ${machine.directory}/pid; [ -e ${machine.directory}/second ] || sleep 60` });
  const other = machine.otherRun();
  const ended = ending(other);
  const pid = path.join(machine.directory, "pid");
  await until(() => existsSync(pid) && readFileSync(pid, "utf8") !== "", "the build to start");
  other.kill("SIGKILL");
  // Nothing could end its Go.
  process.kill(-Number(readFileSync(pid, "utf8")), "SIGKILL");
  await ended;
  expect(leftovers()).toHaveLength(1);
  writeFileSync(path.join(machine.directory, "second"), "");

  expect(await ensureEngine(machine.options)).toMatchObject({ source: "build" });
  expect(leftovers()).toEqual([]);
  expect(readdirSync(place())).toEqual(["bin"]);
});

test("an abort signal ends a build, too", async () => {
  machine.go({ work: "sleep 60" });

  await expect(ensureEngine({ ...machine.options, signal: AbortSignal.timeout(300) })).rejects.toThrow(/timeout/i);
  expect(leftovers()).toEqual([]);
});

test("when every way fails, one error lists them all with their reasons and says what helps", async () => {
  machine.pulumi(machine.pathDirectory, "3.120.0");
  machine.installed("3.258.0", { host: false });

  const error = await ensureEngine(machine.options).catch((thrown: unknown) => thrown);

  expect(error).toBeInstanceOf(EngineError);
  const message = error instanceof Error ? error.message : "";
  expect(message.split("\n")).toEqual([
    "No Pulumi CLI 3.250.0 or later with its Node.js language host was found, and none could be provided. Tried:",
    `  1. on the PATH: ${machine.pathDirectory}/pulumi: version 3.120.0 is older than 3.250.0`,
    `  2. under the Pulumi home: ${machine.versions}/3.258.0/bin/pulumi: no pulumi-language-nodejs beside it`,
    "  3. Pulumi's own installer: the installer ended with status 1",
    "     no route to host",
    "  4. a build from Go modules: Go is not on the PATH",
    "Any one of these helps:",
    expect.stringContaining("install the Pulumi CLI"),
    expect.stringContaining(`${place()}/bin`),
    expect.stringContaining("install Go 1.21 or later"),
  ]);
  expect(machine.lines).toEqual([]);
});

test("a Go that is too old is named", async () => {
  machine.go({ version: "1.19.8" });

  await expect(ensureEngine(machine.options)).rejects.toThrow("is Go 1.19, older than 1.21");
  expect(machine.logged()).toEqual([]);
});

test("a home that cannot hold an installation is named", async () => {
  mkdirSync(machine.home);
  writeFileSync(machine.versions, "in the way");
  chmodSync(machine.versions, 0o400);

  await expect(ensureEngine(machine.options)).rejects.toThrow(`${machine.versions} cannot be used`);
});
