import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { build, type Plugin } from "esbuild";
import { repoRoot } from "../pulumi/places";
import { licences } from "./licences";

/** The functions of the hosted receiver, and where the build puts them. */
export const FUNCTIONS = ["intake", "delivery", "silence"];
export const FUNCTIONS_FOLDER = "dist/receiver/aws/functions";

export interface Bundle {
  readonly folder: string;
  readonly bytes: number;
}

/**
 * One function of the hosted receiver as one file, for Lambda's Node 24: nothing of node_modules has to be found at its start.
 * The same sources give the same bytes wherever they are built, so that `pulumi up` sees no change where there is none.
 */
export async function bundleFunction(entry: string, folder: string): Promise<Bundle> {
  const { metafile, outputFiles } = await build({
    entryPoints: [entry],
    // Wherever it is written to: the map's paths go from here.
    outfile: path.join(repoRoot(), "index.js"),
    absWorkingDir: repoRoot(),
    bundle: true,
    platform: "node",
    target: "node24",
    format: "cjs",
    mainFields: ["module", "main"],
    minify: true,
    sourcemap: "linked",
    legalComments: "none",
    charset: "utf8",
    // Else its own settings would be taken in from wherever a tsconfig.json lies above.
    tsconfigRaw: {},
    plugins: [lateBuiltIns],
    metafile: true,
    write: false,
    logLevel: "silent",
  });
  mkdirSync(folder, { recursive: true });
  let bytes = 0;
  for (const file of outputFiles) {
    const name = path.basename(file.path);
    writeFileSync(path.join(folder, name), file.contents);
    if (name === "index.js") bytes = file.contents.byteLength;
  }
  writeFileSync(path.join(folder, "LICENSE.txt"), licences(Object.keys(metafile.inputs)));
  return { folder, bytes };
}

/** What the functions use of the parts of Node that take longest to load: together they double the start of a process. */
const LATE: Record<string, readonly string[]> = {
  crypto: ["createHash", "createHmac", "createSecretKey", "randomInt", "randomUUID", "timingSafeEqual"],
  http: ["Agent", "request"],
  https: ["Agent", "request"],
};

/**
 * Loads these parts when they are first used; but on Lambda at once, because a function has a whole processor while it
 * starts, and only the share that its memory buys while it works. A name that is missing in the table fails the build.
 */
const lateBuiltIns: Plugin = {
  name: "late-built-ins",
  setup: (building) => {
    building.onResolve({ filter: /^(node:)?(crypto|https?)$/ }, ({ path: name, namespace }) =>
      namespace === "late" ? { path: name, external: true } : { path: name.replace(/^node:/, ""), namespace: "late" },
    );
    building.onLoad({ filter: /.*/, namespace: "late" }, ({ path: name }) => ({
      contents: [
        `let part = process.env.AWS_LAMBDA_INITIALIZATION_TYPE ? require("node:${name}") : undefined;`,
        `const late = () => (part ??= require("node:${name}"));`,
        ...(LATE[name] ?? []).map(exportLate),
      ].join("\n"),
    }));
  },
};

function exportLate(name: string): string {
  const isClass = /^[A-Z]/.test(name);
  return isClass
    ? `export function ${name}(...args) { return new (late().${name})(...args); }`
    : `export const ${name} = (...args) => late().${name}(...args);`;
}
