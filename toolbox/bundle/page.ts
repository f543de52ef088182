import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { build } from "esbuild";
import { repoRoot } from "../pulumi/places";
import { licences } from "./licences";

/** A page as three files, `index.html`, `page.js` and `page.css`: `from` is the folder of its sources, `to` where it is served from. */
export async function bundlePage(from: string, to: string): Promise<void> {
  const folder = path.join(repoRoot(), to);
  mkdirSync(folder, { recursive: true });
  const { metafile } = await build({
    entryPoints: { page: `${from}/main.tsx`, style: `${from}/page.css` },
    outdir: folder,
    entryNames: "[name]",
    absWorkingDir: repoRoot(),
    bundle: true,
    platform: "browser",
    target: ["chrome120", "firefox120", "safari17.5"],
    format: "esm",
    jsx: "automatic",
    jsxImportSource: "preact",
    minify: true,
    legalComments: "none",
    charset: "utf8",
    tsconfigRaw: {},
    metafile: true,
    logLevel: "silent",
  });
  copyFileSync(path.join(repoRoot(), from, "index.html"), path.join(folder, "index.html"));
  writeFileSync(path.join(folder, "LICENSE.txt"), licences(Object.keys(metafile.inputs)));
}
