import type { Context } from "./context";
import { withProgress } from "./report";
import { run } from "./run";

export interface GoBuild {
  go: string;
  /** The directory with the go.mod, and the package in it. */
  directory: string;
  package: string;
  output: string;
  /** More for the linker than to leave out symbols. */
  linkerFlags?: string;
  /** Where Go works. Inside a staged directory, so that what a killed build leaves behind is removed with it. */
  temporary: string;
  timeoutMs: number;
  signal: AbortSignal;
  /** The line of progress. */
  describe: (packages: number, elapsed: string) => string;
}

/** Builds a command from Go modules, exactly those its go.mod and go.sum name. */
export async function goBuild(build: GoBuild, context: Context): Promise<void> {
  const ldflags = ["-s -w", build.linkerFlags].filter(Boolean).join(" ");
  const flags = ["-v", "-trimpath", "-mod=readonly", "-ldflags", ldflags, "-tags", "osusergo,grpcnotrace"];
  let compiled = 0;
  const building = run(build.go, ["build", ...flags, "-o", build.output, build.package], {
    cwd: build.directory,
    env: goEnvironment(context.env, build.temporary),
    timeoutMs: build.timeoutMs,
    signal: build.signal,
    onErrorLine: (line) => {
      // With -v Go names each package that it compiles, alone on a line.
      const isPackage = /^\S+$/.test(line);
      if (isPackage) compiled++;
      return !isPackage;
    },
  });
  await withProgress(
    context.report,
    (elapsed) => build.describe(compiled, elapsed),
    () => building,
  );
}

/** The user's proxy, caches and credentials for Go stay; what would build something else does not. */
export function goEnvironment(env: NodeJS.ProcessEnv, temporary: string): NodeJS.ProcessEnv {
  return {
    ...env,
    GO111MODULE: "on",
    GOWORK: "off",
    GOFLAGS: "-buildvcs=false",
    GOOS: "",
    GOARCH: "",
    GOTMPDIR: temporary,
  };
}
