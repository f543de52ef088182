import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { spawn, type ChildProcess } from "node:child_process";
import path from "node:path";
import { repoRoot } from "../../../toolbox/pulumi";
import { ending, Machine, until } from "./fakes";

let machine: Machine;
beforeEach(() => {
  machine = new Machine();
});
afterEach(() => {
  machine.remove();
});

function script(name: string, ...args: string[]): ChildProcess {
  const file = path.join(repoRoot(), "scripts", name);
  return spawn(process.execPath, ["-r", path.join(__dirname, "typescript.mjs"), file, ...args], {
    cwd: machine.directory,
    env: machine.env,
    stdio: ["ignore", "pipe", "pipe"],
  });
}

/** A CLI that does `body` for everything but `version`. */
function cli(body: string): void {
  machine.pulumi(machine.pathDirectory, "3.255.0", {
    body: `[ "$1" = version ] && { echo v3.255.0; exit 0; }\n${body}`,
  });
}

test("ensure-engine succeeds with its one line on standard error where there is an engine", async () => {
  machine.installed("3.258.0");

  expect(await ending(script("ensure-engine.ts"))).toEqual({
    code: 0,
    signal: null,
    stdout: "",
    stderr: `Pulumi 3.258.0: found under the Pulumi home (${machine.versions}/3.258.0/bin)\n`,
  });
});

test("the CLI is run in the repository with the arguments as they are, and its exit status is passed on", async () => {
  cli(`for arg; do echo "[$arg]"; done; command -v node; exit 7`);

  const { code, stdout } = await ending(script("pulumi.ts", "up", "two words", "--yes"));

  expect(code).toBe(7);
  expect(stdout.trim().split("\n")).toEqual([
    "[--cwd]",
    `[${repoRoot()}]`,
    "[up]",
    "[two words]",
    "[--yes]",
    process.execPath,
  ]);
});

test("Ctrl-C is left to the CLI, and SIGTERM is passed on to it", async () => {
  cli(`trap 'echo int >> ${machine.log}' INT; trap 'echo term >> ${machine.log}; exit 3' TERM; echo ready >> ${machine.log}
    while :; do sleep 0.05; done`);
  const child = script("pulumi.ts", "up");
  const ended = ending(child);
  await until(() => machine.logged().includes("ready"), "the CLI to start");

  child.kill("SIGINT");
  await new Promise((resolve) => setTimeout(resolve, 200));
  child.kill("SIGTERM");

  expect((await ended).code).toBe(3);
  expect(machine.logged()).toEqual(["ready", "term"]);
});

test("a CLI that dies of a signal is reported as that signal", async () => {
  cli("kill -KILL $$");

  expect(await ending(script("pulumi.ts", "up"))).toMatchObject({ signal: "SIGKILL" });
});
