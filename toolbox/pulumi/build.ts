import { chmod, copyFile, mkdir, rm } from "node:fs/promises";
import path from "node:path";
import type { Context } from "./context";
import { cliName, hostName, launcherName } from "./engine";
import { findGo } from "./go";
import { goBuild, goEnvironment } from "./go-build";
import { repoRoot, sdkDirectory } from "./places";
import { withProgress } from "./report";
import { engineVersion } from "./version";

/** The folders hold a go.mod and go.sum each, because the last SDK that contains the host is far older than the CLI. */
const parts = [
  { file: cliName, what: "the CLI", module: "cli", package: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi" },
  {
    file: hostName,
    what: "its Node.js language host",
    module: "language-host",
    package: "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs",
  },
] as const;

/** Builds the engine from Go modules into `<root>/bin`. */
export async function buildEngine(root: string, context: Context, signal: AbortSignal): Promise<void> {
  const go = await findGo(context, signal);
  const bin = path.join(root, "bin");
  const temporary = path.join(root, "tmp");
  await mkdir(bin, { recursive: true });
  await mkdir(temporary);

  const deadline = performance.now() + context.timeouts.buildMs;
  for (const part of parts) {
    let packages = 0;
    await withProgress(
      context.report,
      (elapsed) =>
        `Pulumi ${engineVersion}: building ${part.what} from Go modules, once: ${packages} packages compiled in ${elapsed}` +
        ` (about 5 minutes on 2 cores)`,
      () =>
        goBuild({
          go,
          directory: path.join(repoRoot(), "toolbox", "pulumi", part.module),
          package: part.package,
          output: path.join(bin, part.file),
          linkerFlags: `-X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${engineVersion}`,
          env: goEnvironment(context.env, temporary),
          timeoutMs: Math.max(1, deadline - performance.now()),
          signal,
          onPackage: () => {
            packages += 1;
          },
        }),
    );
  }
  await rm(temporary, { recursive: true, force: true });
  await copyFile(path.join(sdkDirectory(), launcherName), path.join(bin, launcherName));
  await chmod(path.join(bin, launcherName), 0o755);
}
