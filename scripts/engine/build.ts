import { chmod, copyFile, mkdir, rm } from "node:fs/promises";
import path from "node:path";
import type { Context } from "./context";
import { cliName, hostName, launcherName } from "./engine";
import { findGo } from "./go";
import { withProgress } from "./report";
import { repoRoot, sdkDirectory } from "./places";
import { run } from "./run";
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

const flags = [
  "-v",
  "-trimpath",
  "-mod=readonly",
  "-ldflags",
  `-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${engineVersion}`,
  "-tags",
  "osusergo,grpcnotrace",
];

/** Builds the engine from Go modules into `<root>/bin`. */
export async function buildEngine(root: string, context: Context, signal: AbortSignal): Promise<void> {
  const go = await findGo(context, signal);
  const bin = path.join(root, "bin");
  const temporary = path.join(root, "tmp");
  await mkdir(bin, { recursive: true });
  await mkdir(temporary);

  const deadline = performance.now() + context.timeouts.buildMs;
  for (const part of parts) {
    let compiled = 0;
    const building = run(go, ["build", ...flags, "-o", path.join(bin, part.file), part.package], {
      cwd: path.join(repoRoot(), "scripts", "engine", part.module),
      env: goEnvironment(context.env, temporary),
      timeoutMs: Math.max(1, deadline - performance.now()),
      signal,
      onErrorLine: (line) => {
        // With -v Go names each package that it compiles, alone on a line.
        const isPackage = /^\S+$/.test(line);
        if (isPackage) compiled++;
        return !isPackage;
      },
    });
    await withProgress(
      context.report,
      (elapsed) =>
        `Pulumi ${engineVersion}: building ${part.what} from Go modules, once: ${compiled} packages compiled in ${elapsed}` +
        ` (about 5 minutes on 2 cores)`,
      () => building,
    );
  }
  await rm(temporary, { recursive: true, force: true });
  await copyFile(path.join(sdkDirectory(), launcherName), path.join(bin, launcherName));
  await chmod(path.join(bin, launcherName), 0o755);
}

/** The user's proxy, caches and credentials for Go stay; what would build something else does not. */
function goEnvironment(env: NodeJS.ProcessEnv, temporary: string): NodeJS.ProcessEnv {
  return {
    ...env,
    GO111MODULE: "on",
    GOWORK: "off",
    GOFLAGS: "-buildvcs=false",
    GOOS: "",
    GOARCH: "",
    // Inside the staged directory, so that what a killed build leaves behind is removed with it.
    GOTMPDIR: temporary,
  };
}
