import { chmodSync, copyFileSync, cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Plugin } from "esbuild";
import { repoRoot } from "../pulumi/places";
import { FUNCTIONS, FUNCTIONS_FOLDER } from "./function";
import { licences } from "./licences";
import { bundleForNode, bundleProxy, proxyIn } from "./provider";

/** Where the plugin is, ready to be started and to be packed. */
export const PLUGIN_FOLDER = "dist/plugin";

export const PLUGIN_NAME = "pulumi-resource-kustomer-relay";

/**
 * The provider plugin as files that stand alone: no node_modules has to be found at its start. What serves resources is one
 * file; another brings the SDK and is loaded with the first component, a third goes through a proxy where one is set.
 */
export async function bundlePlugin(): Promise<void> {
  const folder = path.join(repoRoot(), PLUGIN_FOLDER);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const file = (name: string): string => path.join(PLUGIN_FOLDER, name);
  const proxyApart = proxyIn("./proxy.js");
  const inputs = [
    await bundleForNode("providers/native/main.ts", file("main.js"), { external: ["./plugin.js"] }),
    await bundleForNode("providers/native/plugin.ts", file("plugin.js"), {
      external: ["./construct.js"],
      plugins: [proxyApart],
    }),
    await bundleForNode("providers/native/construct.ts", file("construct.js"), {
      // Loaded where a program's code is serialized or compiled, which a plugin never does.
      external: ["typescript", "ts-node"],
      plugins: [proxyApart, withoutMost],
    }),
    await bundleProxy(file("proxy.js")),
  ];
  copyFileSync(path.join(repoRoot(), "providers/native/schema.json"), path.join(folder, "schema.json"));
  // The same bytes as the package has: the engine tells code by its hash, whichever edge declares it.
  for (const name of FUNCTIONS)
    cpSync(path.join(repoRoot(), FUNCTIONS_FOLDER, name), path.join(folder, "functions", name), { recursive: true });
  writeFileSync(path.join(folder, "LICENSES.txt"), licences(inputs.flat()));
  writeLauncher(folder, PLUGIN_NAME, SHELL);
  writeLauncher(folder, `${PLUGIN_NAME}.cmd`, BATCH.replaceAll("\n", "\r\n"));
}

/**
 * The SDK's serializer of functions, with the TypeScript compiler behind it; and AWS's classes, in whose place the plugin has
 * some of its own.
 */
const withoutMost: Plugin = {
  name: "without-most",
  setup: (building) => {
    const leftOut = /(typescript-shim|serializeClosure|codePaths|\/automation)$|^@pulumi\/aws\//;
    building.onResolve({ filter: leftOut }, ({ path }) => ({ path, namespace: "left-out" }));
    building.onLoad({ filter: /.*/, namespace: "left-out" }, () => ({ contents: "module.exports = {};" }));
  },
};

function writeLauncher(folder: string, name: string, text: string): void {
  writeFileSync(path.join(folder, name), text);
  chmodSync(path.join(folder, name), 0o755);
}

const HOW_TO_GET_NODE =
  "kustomer-relay: this plugin needs Node.js 22.19 or later on the PATH; get it from https://nodejs.org";

// The engine sets what a plugin said right behind a sentence of its own, so the one line begins with an empty one.
const SHELL = `#!/bin/sh
file=$(readlink -f "$0" 2>/dev/null) || file=$0
if ! command -v node >/dev/null 2>&1; then
  printf '\\n%s\\n' "${HOW_TO_GET_NODE}" >&2
  exit 1
fi
exec node "$(dirname "$file")/main.js" "$@"
`;

const BATCH = `@echo off
where node >nul 2>nul
if errorlevel 1 (
  >&2 echo.
  >&2 echo ${HOW_TO_GET_NODE}
  exit /b 1
)
node "%~dp0main.js" %*
`;
