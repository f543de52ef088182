import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { repoRoot } from "../../../toolbox/pulumi/places";
import { temporaryFolder } from "../../receiver/support/temporary-folder";

const BUILT = join(repoRoot(), "dist");
const folder = temporaryFolder();

describe("the file that Pulumi's provider processes load", () => {
  test("stands alone: it needs nothing of node_modules", () => {
    copyFileSync(join(BUILT, "provider.js"), join(folder, "provider.js"));
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ["-p", `Object.keys(require(${JSON.stringify(join(folder, "provider.js"))})).join()`],
      { cwd: folder, encoding: "utf8" },
    );
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout.split(",")).toContain("KustomerOutboundWebhook");
  });

  test("goes through a proxy with the file beside it", async () => {
    const asked: string[] = [];
    const proxy = createServer((request, response) => {
      asked.push(request.url ?? "");
      response.end("{}");
    }).on("connect", (request, socket) => {
      asked.push(request.url ?? "");
      // The process that asked may be gone.
      socket.on("error", () => undefined).end("HTTP/1.1 502 Bad Gateway\r\n\r\n");
    });
    await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
    copyFileSync(join(BUILT, "provider.js"), join(folder, "provider.js"));
    copyFileSync(join(BUILT, "provider.proxy.js"), join(folder, "provider.proxy.js"));
    const script = `
      const { KustomerOutboundWebhook } = require("./provider.js");
      const settings = { "kustomer:baseUrl": "https://kustomer.invalid", "kustomer:apiKey": "a-key-for-this-test" };
      KustomerOutboundWebhook.configure({ config: { get: (key) => settings[key] } });
      KustomerOutboundWebhook.read("an-id", {}).catch(() => undefined);`;
    const child = spawn(process.execPath, ["-e", script], {
      cwd: folder,
      env: { ...process.env, HTTPS_PROXY: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`, NO_PROXY: "" },
    });
    const exited = once(child, "exit");
    await once(proxy, "connect");
    child.kill();
    await exited;
    proxy.closeAllConnections();
    proxy.close();
    expect(asked[0]).toBe("kustomer.invalid:443");
  });

  test("names no folder of the machine that built it", () => {
    for (const name of ["provider.js", "provider.proxy.js"])
      expect(readFileSync(join(BUILT, name), "utf8")).not.toContain(repoRoot());
  });

  test("comes with the licences of what is in it", () => {
    const licences = readFileSync(join(BUILT, "provider.LICENSE.txt"), "utf8");
    expect(licences.match(/^.+(?=\n=+\n)/gm)?.map((title) => title.replace(/ .*/, ""))).toEqual([
      "pulumi-kustomer-relay",
      "undici",
      "zod",
    ]);
  });
});
