import { cp, mkdir, rm } from "node:fs/promises";
import path from "node:path";
import { contextOf } from "../pulumi/context";
import { findGo, HOW_TO_GET_GO } from "../pulumi/go";
import { goBuild, goEnvironment } from "../pulumi/go-build";
import { repoRoot } from "../pulumi/places";
import { run } from "../pulumi/run";
import { trim } from "./trim";

export const pluginName = "pulumi-resource-aws";

/** Crossplane's copy of the provider: HashiCorp's own releases are not served as a Go module. */
const upstreamModule = "github.com/upbound/terraform-provider-aws";

export interface PluginBuild {
  env: NodeJS.ProcessEnv;
  timeoutMs: number;
  signal: AbortSignal;
  /** Called for each package that is compiled. */
  onPackage: () => void;
}

/** `plugin/` is the command; `source/` pins the provider's source, which is edited before it is built, by its checksum. */
export function folder(name: "plugin" | "source"): string {
  return path.join(repoRoot(), "toolbox", "aws-plugin", name);
}

/** Builds the plugin into `<root>/bin`. */
export async function buildPlugin(
  root: string,
  { env: given, timeoutMs, signal, onPackage }: PluginBuild,
): Promise<void> {
  const go = await findGo(contextOf({ env: given }), signal).catch((error: unknown) => {
    throw new Error(`${String(error instanceof Error ? error.message : error)}: ${HOW_TO_GET_GO}`, { cause: error });
  });
  const [bin, work, temporary] = [path.join(root, "bin"), path.join(root, "work"), path.join(root, "tmp")];
  for (const directory of [bin, work, temporary]) await mkdir(directory, { recursive: true });
  const env = goEnvironment(given, temporary);

  // Checked against source/go.sum, and left in Go's module cache.
  const downloaded = await run(go, ["mod", "download", "-json", upstreamModule], {
    cwd: folder("source"),
    env,
    timeoutMs,
    signal,
    name: "go mod download",
  });
  await cp(folder("plugin"), work, { recursive: true });
  await trim((JSON.parse(downloaded) as { Dir: string }).Dir, path.join(work, "upstream"));
  await goBuild({
    go,
    directory: work,
    package: ".",
    output: path.join(bin, pluginName),
    env,
    timeoutMs,
    signal,
    onPackage,
  });
  for (const directory of [work, temporary]) await rm(directory, { recursive: true, force: true });
}
