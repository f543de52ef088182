import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { build } from "esbuild";
import { repoRoot } from "../pulumi/places";
import { licences } from "./licences";

/**
 * A page as three files, `index.html`, `page.js` and `style.css`: `from` is the folder of its sources, `to` where it is served
 * from.
 */
export async function bundlePage(title: string, from: string, to: string): Promise<void> {
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
  writeFileSync(path.join(folder, "index.html"), documentOf(title));
  writeFileSync(path.join(folder, "LICENSE.txt"), licences(Object.keys(metafile.inputs)));
}

function documentOf(title: string): string {
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>${title}</title>
    <link rel="icon" href="data:," />
    <link rel="stylesheet" href="/style.css" />
  </head>
  <body>
    <div id="page"></div>
    <script type="module" src="/page.js"></script>
  </body>
</html>
`;
}
