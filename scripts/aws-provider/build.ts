import { cp, mkdir, rm } from "node:fs/promises";
import path from "node:path";
import type { Context } from "../engine/context";
import { findGo } from "../engine/go";
import { goBuild, goEnvironment } from "../engine/go-build";
import { repoRoot } from "../engine/places";
import { run } from "../engine/run";
import { withProgress } from "../engine/report";
import { trim } from "./trim";

export const pluginName = "pulumi-resource-aws";

/** Crossplane's copy of the provider: HashiCorp's own releases are not served as a Go module. */
const upstreamModule = "github.com/upbound/terraform-provider-aws";

/** `plugin/` is the command; `source/` pins the provider's source, which is edited before it is built, by its checksum. */
export function folder(name: "plugin" | "source"): string {
  return path.join(repoRoot(), "scripts", "aws-provider", name);
}

/** Builds the plugin into `<root>/bin`. */
export async function buildPlugin(root: string, context: Context, signal: AbortSignal): Promise<void> {
  const go = await findGo(context, signal);
  const deadline = performance.now() + context.timeouts.buildMs;
  const remaining = (): number => Math.max(1, deadline - performance.now());
  const [bin, work, temporary] = ["bin", "work", "tmp"].map((name) => path.join(root, name)) as [string, string, string];
  for (const directory of [bin, work, temporary]) await mkdir(directory, { recursive: true });

  const source = await withProgress(
    context.report,
    (elapsed) => `AWS provider: fetching the Terraform provider's source (${elapsed})`,
    () => download(go, context, temporary, remaining(), signal),
  );
  await cp(folder("plugin"), work, { recursive: true });
  await trim(source, path.join(work, "upstream"));
  await goBuild(
    {
      go,
      directory: work,
      package: ".",
      output: path.join(bin, pluginName),
      temporary,
      timeoutMs: remaining(),
      signal,
      describe: (packages, elapsed) =>
        `AWS provider: building it from Go modules, once: ${packages} of about 1150 packages compiled in ${elapsed}`,
    },
    context,
  );
  for (const directory of [work, temporary]) await rm(directory, { recursive: true, force: true });
}

/** Fetches the source, checks it against source/go.sum, and gives the directory of Go's module cache that it is in. */
async function download(
  go: string,
  context: Context,
  temporary: string,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<string> {
  const answer = await run(go, ["mod", "download", "-json", upstreamModule], {
    cwd: folder("source"),
    env: goEnvironment(context.env, temporary),
    timeoutMs,
    signal,
    name: "go mod download",
  });
  return (JSON.parse(answer) as { Dir: string }).Dir;
}
