import { writeFileSync } from "node:fs";
import path from "node:path";
import { build, type Plugin } from "esbuild";
import { repoRoot } from "../pulumi/places";
import { licences } from "./licences";

/**
 * `provider.js` as one file with what it uses of zod and undici. Every operation of the engine starts provider processes anew,
 * and each would find and load some two hundred and fifty files (docs/benchmarks.md has the times).
 */
export async function bundleProvider(): Promise<void> {
  const { metafile } = await build({
    entryPoints: ["provider.ts"],
    outfile: "dist/provider.js",
    absWorkingDir: repoRoot(),
    bundle: true,
    platform: "node",
    target: "node22",
    format: "cjs",
    external: ["@pulumi/*"],
    // Names stay, for whoever reads a stack trace.
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: "none",
    charset: "utf8",
    tsconfigRaw: {},
    plugins: [connectionsOnly],
    metafile: true,
    logLevel: "silent",
  });
  writeFileSync(path.join(repoRoot(), "dist/provider.LICENSE.txt"), licences(Object.keys(metafile.inputs)));
}

/**
 * Of undici only a pool of connections and its `request`, put together as undici's index does: the rest is half of its start.
 * What goes through a proxy is evaluated where one is set.
 */
export const connectionsOnly: Plugin = {
  name: "connections-only",
  setup: (building) => {
    building.onResolve({ filter: /^undici$/ }, () => ({ path: "undici", namespace: "connections-only" }));
    building.onLoad({ filter: /.*/, namespace: "connections-only" }, () => ({
      resolveDir: repoRoot(),
      contents: `
        const Dispatcher = require("undici/lib/dispatcher/dispatcher.js");
        Dispatcher.prototype.request = require("undici/lib/api/api-request.js");
        exports.Pool = require("undici/lib/dispatcher/pool.js");
        Object.defineProperty(exports, "EnvHttpProxyAgent", {
          enumerable: true,
          get() {
            Dispatcher.prototype.connect = require("undici/lib/api/api-connect.js");
            return require("undici/lib/dispatcher/env-http-proxy-agent.js");
          },
        });`,
    }));
  },
};
