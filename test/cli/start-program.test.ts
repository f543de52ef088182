import { describe, expect, test } from "@jest/globals";
import { startProgram } from "../../cli/start-program";

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

  test("that is not there is an error", async () => {
    await expect(startProgram("/nowhere/program", []).ended).rejects.toMatchObject({ code: "ENOENT" });
  });
});
