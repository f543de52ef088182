import { chmodSync, copyFileSync, cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { type Metafile, type Plugin, build } from "esbuild";
import { repoRoot } from "../pulumi/places";
import { FUNCTIONS, FUNCTIONS_FOLDER } from "./function";
import { licences } from "./licences";
import { connectionsOnly } from "./provider";

/** Where the plugin is, ready to be started and to be packed. */
export const PLUGIN_FOLDER = "dist/plugin";

export const PLUGIN_NAME = "pulumi-resource-kustomer-relay";

/**
 * The provider plugin as files that stand alone: no node_modules has to be found at its start. What serves resources is one
 * file; the other brings the SDK, and is loaded with the first component.
 */
export async function bundlePlugin(): Promise<void> {
  const folder = path.join(repoRoot(), PLUGIN_FOLDER);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const bundles = [
    await bundle("providers/native/main.ts", "main.js", { external: ["./plugin.js"] }),
    await bundle("providers/native/plugin.ts", "plugin.js", { external: ["./construct.js"] }),
    await bundle("providers/native/construct.ts", "construct.js", {
      // Loaded where a program's code is serialized or compiled, which a plugin never does.
      external: ["typescript", "ts-node"],
      plugins: [withoutMost],
    }),
  ];
  copyFileSync(path.join(repoRoot(), "providers/native/schema.json"), path.join(folder, "schema.json"));
  // The same bytes as the package has: the engine tells code by its hash, whichever edge declares it.
  for (const name of FUNCTIONS)
    cpSync(path.join(repoRoot(), FUNCTIONS_FOLDER, name), path.join(folder, "functions", name), { recursive: true });
  writeFileSync(path.join(folder, "LICENSES.txt"), licences(bundles.flatMap(({ inputs }) => Object.keys(inputs))));
  writeLauncher(folder, PLUGIN_NAME, SHELL);
  writeLauncher(folder, `${PLUGIN_NAME}.cmd`, BATCH.replaceAll("\n", "\r\n"));
}

async function bundle(
  entry: string,
  file: string,
  { external, plugins = [] }: { external: string[]; plugins?: Plugin[] },
): Promise<Metafile> {
  const { metafile } = await build({
    entryPoints: [entry],
    outfile: path.join(PLUGIN_FOLDER, file),
    absWorkingDir: repoRoot(),
    bundle: true,
    platform: "node",
    target: "node22",
    format: "cjs",
    external,
    // Names stay, for whoever reads a stack trace.
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: "none",
    charset: "utf8",
    tsconfigRaw: {},
    loader: { ".node": "empty" },
    plugins: [connectionsOnly, ...plugins],
    metafile: true,
    logLevel: "silent",
  });
  return metafile;
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
