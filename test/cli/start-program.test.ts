import { describe, expect, test } from "@jest/globals";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { startProgram } from "../../cli/start-program";
import { repoRoot } from "../../toolbox/pulumi/places";
import { until } from "../receiver/support/destination";

const node = (script: string, options?: Parameters<typeof startProgram>[2]) =>
  startProgram(process.execPath, ["-e", script], options).ended;

describe("a program that is started", () => {
  test("reads its input, and what it prints is kept, each stream by itself", async () => {
    const script = `process.stdin.on("data", (data) => { console.log(String(data)); console.error("heard"); })`;
    expect(await node(script, { input: "hello" })).toMatchObject({ status: 0, stdout: "hello\n", stderr: "heard\n" });
  });

  test("may end without reading its input, however much that is", async () => {
    const input = "x".repeat(1_000_000);
    const endings = await Promise.all(Array.from({ length: 20 }, () => startProgram("true", [], { input }).ended));
    for (const ended of endings) expect(ended).toMatchObject({ status: 0 });
    expect(await startProgram("sh", ["-c", "exec <&-; exit 3"], { input }).ended).toMatchObject({ status: 3 });
  });

  test("is told of in full, also when it prints much and ends at once", async () => {
    const { stdout } = await node(`require("node:fs").writeSync(1, "y".repeat(60_000) + "end")`);
    expect(stdout).toHaveLength(60_003);
  });

  test("has ended when it has, though something that it left behind holds its output", async () => {
    const started = performance.now();
    const { stdout } = await startProgram("sh", ["-c", "echo early; sleep 20 & exit 0"]).ended;
    expect(stdout).toBe("early\n");
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  test("is ended when it takes too long, and that is said", async () => {
    const ended = await node("setInterval(() => undefined, 1000)", { timeoutMs: 50 });
    expect(ended).toMatchObject({ status: null, signal: "SIGTERM", timedOut: true });
  });

  test("may be one that outlives us: it goes on to its end though nobody is left to read what it prints", async () => {
    const folder = mkdtempSync(path.join(tmpdir(), "outliving-"));
    const done = path.join(folder, "done");
    const loop = `i=0; while [ $i -lt 10 ]; do echo "line $i"; sleep 0.05; i=$((i+1)); done; echo all > '${done}'`;
    const module = path.join(repoRoot(), "dist/cli/start-program.js");
    const options = `{ apart: true, outliving: true, onText: (text) => process.stdout.write(text) }`;
    const script = `require(${JSON.stringify(module)}).startProgram("sh", ["-c", ${JSON.stringify(loop)}], ${options})`;
    const us = startProgram(process.execPath, ["-e", script], {
      onText: () => {
        us.kill("SIGKILL");
      },
    });
    expect(await us.ended).toMatchObject({ signal: "SIGKILL" });
    await until(() => existsSync(done), "the program to come to its end");
    rmSync(folder, { recursive: true });
    const { stdout } = await node(`console.log("out"); console.error("err")`, { outliving: true });
    expect(stdout).toMatch(/^(out\nerr|err\nout)\n$/);
  });

  test("that is not there is an error", async () => {
    for (const options of [{}, { outliving: true }])
      await expect(startProgram("/nowhere/program", [], options).ended).rejects.toMatchObject({ code: "ENOENT" });
  });
});
