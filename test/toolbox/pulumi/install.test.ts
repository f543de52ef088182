import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import path from "node:path";
import { writeFileSync } from "node:fs";
import { ensureEngine } from "../../../toolbox/pulumi";
import { Machine } from "./fakes";

let machine: Machine;
beforeEach(() => {
  machine = new Machine();
});
afterEach(() => {
  machine.remove();
});

/** The installer that is used when nobody says otherwise, on a Node that can run its TypeScript. */
function realInstaller(extra: NodeJS.ProcessEnv, ...preloads: string[]): Parameters<typeof ensureEngine>[0] {
  const loaded = [path.join(__dirname, "typescript.mjs"), ...preloads];
  const env = { ...machine.env, ...extra, NODE_OPTIONS: loaded.map((file) => `-r ${file}`).join(" ") };
  return { ...machine.options, env, installer: undefined };
}

test("a network that takes connections and never answers costs no more than the connect timeout", async () => {
  const sockets: Socket[] = [];
  const blackHole = createServer((socket) => sockets.push(socket)).listen(0, "127.0.0.1");
  await once(blackHole, "listening");
  const address = blackHole.address();
  const port = typeof address === "object" && address ? address.port : 0;
  const options = realInstaller({ HTTPS_PROXY: `http://127.0.0.1:${port}`, NO_PROXY: "" });

  try {
    await expect(ensureEngine({ ...options, timeouts: { connectMs: 300 } })).rejects.toThrow(
      /Pulumi's own installer: the installer ended with status 1\n.*timeout/,
    );
    expect(sockets).toHaveLength(1);
  } finally {
    for (const socket of sockets) socket.destroy();
    blackHole.close();
  }
});

test("the Automation API's installer is asked for the pinned version and a directory of ours", async () => {
  // Pulumi's site, answering with a script that takes the flags which the SDK passes to the real one.
  const site = path.join(machine.directory, "site.cjs");
  const download = machine.pulumi(path.join(machine.directory, "download"), "3.259.0");
  const script = `echo "$*" > ${machine.log}; mkdir -p "$3" && cp -R ${download} "$3/bin"`;
  writeFileSync(site, `globalThis.fetch = async () => new Response(${JSON.stringify(script)});`);

  const engine = await ensureEngine(realInstaller({}, site));

  expect(engine).toMatchObject({ root: path.join(machine.versions, "3.259.0"), source: "installer" });
  expect(machine.logged()[0]).toMatch(/^--no-edit-path --install-root .*partial-.* --version 3\.259\.0$/);
});
