import { mkdirSync, readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { create } from "tar";
import { repoRoot } from "../pulumi/places";
import { PLUGIN_FOLDER, PLUGIN_NAME } from "./plugin";

/** As a plugin server spells them. */
const SYSTEMS = ["linux", "darwin", "windows"];
const ARCHITECTURES = ["amd64", "arm64"];

/**
 * One archive for each system, all with the same code: only the launcher differs. The same sources give the same bytes: no
 * times and no owners are in it.
 */
export async function packPlugin(): Promise<string[]> {
  const folder = path.join(repoRoot(), PLUGIN_FOLDER);
  const to = path.join(repoRoot(), "dist/plugins");
  mkdirSync(to, { recursive: true });
  const { version } = JSON.parse(readFileSync(path.join(repoRoot(), "package.json"), "utf8")) as { version: string };
  const made: string[] = [];
  for (const system of SYSTEMS)
    for (const architecture of ARCHITECTURES) {
      const left = system === "windows" ? PLUGIN_NAME : `${PLUGIN_NAME}.cmd`;
      const file = path.join(to, `${PLUGIN_NAME}-v${version}-${system}-${architecture}.tar.gz`);
      const entries = files(folder).filter((name) => name !== left);
      await create({ file, cwd: folder, gzip: { level: 9 }, portable: true, mtime: new Date(0) }, entries.sort());
      made.push(file);
    }
  return made;
}

/** Below a folder, at any depth. */
function files(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return entries.map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)));
}
