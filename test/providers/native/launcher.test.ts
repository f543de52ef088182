import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createConnection } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { repoRoot } from "../../../toolbox/pulumi/places";

/** What the engine starts, of the built plugin, on machines with other Nodes than ours. */
const LAUNCHER = path.join(repoRoot(), "dist/plugin/pulumi-resource-kustomer-relay");

let root: string;
const running: ChildProcess[] = [];
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), "plugin-launcher-"));
});
afterEach(() => {
  for (const child of running.splice(0)) child.kill("SIGKILL");
  rmSync(root, { recursive: true, force: true });
});

function folder(name: string): string {
  mkdirSync(path.join(root, name));
  return path.join(root, name);
}

/** A folder for the PATH with the node that runs this test. */
function newNode(): string {
  const bin = folder("new");
  symlinkSync(process.execPath, path.join(bin, "node"));
  return bin;
}

/** A folder with a node that says that it is an old one. */
function oldNode(): string {
  const bin = folder("old");
  const pretend = path.join(bin, "pretend.cjs");
  writeFileSync(
    pretend,
    'Object.defineProperties(process, { version: { value: "v20.1.0" }, versions: { value: { node: "20.1.0" } } });',
  );
  writeFileSync(path.join(bin, "node"), `#!/bin/sh\nexec "${process.execPath}" --require "${pretend}" "$@"\n`);
  chmodSync(path.join(bin, "node"), 0o755);
  return bin;
}

/** The PATH of a machine with these folders, and with what the launcher needs of a system. */
function machineWith(...folders: string[]): NodeJS.ProcessEnv {
  const tools = folder("tools");
  for (const tool of ["sh", "dirname", "readlink"]) {
    const { stdout } = spawnSync("/bin/sh", ["-c", `command -v ${tool}`], { encoding: "utf8" });
    symlinkSync(stdout.trim(), path.join(tools, tool));
  }
  return { PATH: [...folders, tools].join(path.delimiter) };
}

test("without Node on the PATH the plugin says in one line what it needs, and where to get it", () => {
  const { status, stdout, stderr } = spawnSync(LAUNCHER, [], { env: machineWith(), encoding: "utf8" });
  expect({ status, stdout, stderr }).toEqual({
    status: 1,
    stdout: "",
    stderr: "\nkustomer-relay: this plugin needs Node.js 22.19 or later on the PATH; get it from https://nodejs.org\n",
  });
});

test("with an old Node alone it says so in one line, with the version that it found", () => {
  const { status, stdout, stderr } = spawnSync(LAUNCHER, [], { env: machineWith(oldNode()), encoding: "utf8" });
  expect({ status, stdout, stderr }).toEqual({
    status: 1,
    stdout: "",
    stderr:
      "\nkustomer-relay: this plugin needs Node.js 22.19 or later, and the one on the PATH is v20.1.0; get a newer one from https://nodejs.org\n",
  });
});

test("with a newer Node behind an old one it runs on that, and a signal to the launcher ends both", async () => {
  const child = spawn(LAUNCHER, [], { env: machineWith(oldNode(), newNode()), stdio: ["ignore", "pipe", "inherit"] });
  running.push(child);
  const [port] = (await once(createInterface(child.stdout), "line")) as [string];
  expect(await answers(Number(port))).toBe(true);
  child.kill("SIGTERM");
  await once(child, "exit");
  for (let tries = 0; tries < 200 && (await answers(Number(port))); tries += 1) await sleep(25);
  expect(await answers(Number(port))).toBe(false);
});

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection(port, "127.0.0.1");
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => {
      resolve(false);
    });
  });
}
