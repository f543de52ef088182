import { expect, test } from "@jest/globals";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";

const main = join(__dirname, "../../dist/sandbox/main.js");

test("runs as a process: one line says where it is, and SIGTERM ends it cleanly with a retry still waiting", async () => {
  const child = spawn(process.execPath, [main, "--profile", "contrary", "--webhook-limit", "1", "--rate-limit", "off"]);
  const exited = once(child, "exit");
  try {
    const [line] = (await once(createInterface(child.stdout), "line")) as [string];
    const { url, managementKey, issuerUrl } = JSON.parse(line) as Record<string, string>;
    expect(issuerUrl).toBe(`${String(url)}/issuer/keys`);
    const headers = { authorization: `Bearer ${String(managementKey)}` };
    const body = JSON.stringify({ name: "n", url: "http://127.0.0.1:1/", events: ["kustomer.tag.create"] });
    const made = await fetch(`${String(url)}/v1/outbound-webhooks`, { method: "POST", headers, body });
    expect([made.status, made.headers.has("x-ratelimit-limit")]).toEqual([201, false]);
    const second = await fetch(`${String(url)}/v1/outbound-webhooks`, { method: "POST", headers, body });
    expect(second.status).toBe(403);
    await fetch(`${String(url)}/sandbox/events`, { method: "POST", body: '{"name": "kustomer.tag.create"}' });
    child.kill("SIGTERM");
    expect(await exited).toEqual([0, null]);
  } finally {
    child.kill("SIGKILL");
  }
});

test.each([
  [["--profile", "other"], "--profile must be documented or contrary"],
  [["--rate-limit", "many"], "--rate-limit must be a number"],
  [["--colour"], "usage:"],
])("wrong arguments %j are told with the usage", async (args, message) => {
  const child = spawn(process.execPath, [main, ...args]);
  let errors = "";
  child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
  const [code] = (await once(child, "close")) as [number];
  expect([code, errors]).toEqual([1, expect.stringContaining(message)]);
});
