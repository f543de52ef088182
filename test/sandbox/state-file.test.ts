import { expect, test } from "@jest/globals";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startSandbox } from "../../sandbox";
import { aWebhook, call, endpoint, eventually, run, useCleanup } from "./running";

useCleanup();

async function inFolder(use: (folder: string, stateFile: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "sandbox-"));
  try {
    await use(folder, join(folder, "state.json"));
  } finally {
    await rm(folder, { recursive: true });
  }
}

test("webhooks, keys, secrets and the delivery log survive a restart", () =>
  inFolder(async (folder, stateFile) => {
    const before = await startSandbox({ stateFile });
    await call(before, "POST", "/v1/outbound-webhooks", { body: aWebhook });
    const key = before.createKey({ name: "relay", roles: ["org.permission.message"] });
    before.expectSecret("9a1c", before.webhooks()[0]?.token ?? "");
    await before.send("kustomer.message.create");
    const remembered = [before.webhooks(), before.keys(), before.transactions(), before.received()];
    await before.close();

    const after = await run({ stateFile });
    expect([after.webhooks(), after.keys(), after.transactions(), after.received()]).toEqual(remembered);
    expect([after.managementKey, after.issuerToken]).toEqual([before.managementKey, before.issuerToken]);
    expect((await call(after, "GET", "/v1/auth/tokens/current", { key: key.token })).status).toBe(200);
    await after.send("kustomer.message.create");
    expect(after.received().at(-1)?.verified).toBe(true);
    expect(await readdir(folder)).toEqual(["state.json"]);
  }));

test("what was answered is in the file at once, so that even a crash loses nothing", () =>
  inFolder(async (_, stateFile) => {
    const sandbox = await run({ stateFile });
    const made = await call(sandbox, "POST", "/v1/outbound-webhooks", { body: aWebhook });
    expect(await readFile(stateFile, "utf8")).toContain(String(made.body.at("data", "id")));
  }));

test("retries that were waiting go on after a restart", () =>
  inFolder(async (_, stateFile) => {
    const { url, arrivals } = await endpoint(500, 200);
    const before = await startSandbox({ stateFile, timeScale: 60 });
    before.createWebhook({ url, events: ["kustomer.message.create"] });
    await before.send("kustomer.message.create");
    await before.close();
    expect(arrivals).toHaveLength(1);
    await run({ stateFile });
    await eventually(() => arrivals.length === 2);
  }));

test("a revoked management key stays revoked after a restart", () =>
  inFolder(async (_, stateFile) => {
    const before = await startSandbox({ stateFile, managementKey: "first" });
    before.createKey({ name: "second", roles: ["org"] });
    before.revokeKey(before.keys()[0]?.id ?? "");
    await before.close();
    const after = await run({ stateFile, managementKey: "first" });
    expect((await call(after, "GET", "/v1/auth/tokens/current")).status).toBe(401);
  }));

test("a file that is no state file is left alone and named in the error", () =>
  inFolder(async (_, stateFile) => {
    await writeFile(stateFile, "precious");
    await expect(startSandbox({ stateFile })).rejects.toThrow(`${stateFile} is not a sandbox state file`);
    expect(await readFile(stateFile, "utf8")).toBe("precious");
  }));
