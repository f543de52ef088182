import { writeFileSync } from "node:fs";
import path from "node:path";
import { build, type Plugin } from "esbuild";
import { repoRoot } from "../pulumi/places";
import { licences } from "./licences";

/**
 * `provider.js` as one file with what it uses of zod. Every operation of the engine starts provider processes anew, and each
 * would find and load a hundred files (docs/benchmarks.md has the times). What goes through a proxy is in a second one.
 */
export async function bundleProvider(): Promise<void> {
  const inputs = [
    ...(await bundleForNode("provider.ts", "dist/provider.js", {
      external: ["@pulumi/*"],
      plugins: [proxyIn("./provider.proxy.js")],
    })),
    ...(await bundleProxy("dist/provider.proxy.js")),
  ];
  writeFileSync(path.join(repoRoot(), "dist/provider.LICENSE.txt"), licences(inputs));
}

/** One file of an entry and all that it needs; gives back what is in it. */
export async function bundleForNode(
  entry: string,
  outfile: string,
  { external = [], plugins = [] }: { external?: string[]; plugins?: Plugin[] },
): Promise<string[]> {
  const { metafile } = await build({
    entryPoints: [entry],
    outfile,
    absWorkingDir: repoRoot(),
    bundle: true,
    platform: "node",
    target: "node22",
    format: "cjs",
    external,
    // Where no package.json tells Node what a file is, it would compile it to find out before it takes it in by `import`.
    supported: { "dynamic-import": false },
    // Names stay, for whoever reads a stack trace.
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: "none",
    charset: "utf8",
    tsconfigRaw: {},
    loader: { ".node": "empty" },
    plugins,
    metafile: true,
    logLevel: "silent",
  });
  return Object.keys(metafile.inputs);
}

/** Leaves undici to a file of its own, which is loaded where a proxy is set. */
export function proxyIn(file: string): Plugin {
  return {
    name: "proxy-apart",
    setup: (building) => {
      building.onResolve({ filter: /^undici$/ }, () => ({ path: file, external: true }));
    },
  };
}

/** That file: of undici only what a proxy takes and `request`, put together as undici's index does. */
export function bundleProxy(outfile: string): Promise<string[]> {
  return bundleForNode("undici", outfile, { plugins: [proxyOnly] });
}

const proxyOnly: Plugin = {
  name: "proxy-only",
  setup: (building) => {
    building.onResolve({ filter: /^undici$/ }, () => ({ path: "undici", namespace: "proxy-only" }));
    building.onLoad({ filter: /.*/, namespace: "proxy-only" }, () => ({
      resolveDir: repoRoot(),
      contents: `
        const Dispatcher = require("undici/lib/dispatcher/dispatcher.js");
        Dispatcher.prototype.request = require("undici/lib/api/api-request.js");
        Dispatcher.prototype.connect = require("undici/lib/api/api-connect.js");
        exports.EnvHttpProxyAgent = require("undici/lib/dispatcher/env-http-proxy-agent.js");`,
    }));
  },
};
