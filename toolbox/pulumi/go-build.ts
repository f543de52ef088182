import { run } from "./run";

export interface GoBuild {
  go: string;
  /** The directory with the go.mod. */
  directory: string;
  package: string;
  output: string;
  /** More for the linker than to leave out symbols. */
  linkerFlags?: string;
  /** From `goEnvironment`. */
  env: NodeJS.ProcessEnv;
  timeoutMs: number;
  signal: AbortSignal;
  /** Called for each package that is compiled. */
  onPackage: () => void;
}

/** Builds a command from Go modules, exactly those that its go.mod and go.sum name. */
export async function goBuild(build: GoBuild): Promise<void> {
  const ldflags = ["-s -w", build.linkerFlags].filter(Boolean).join(" ");
  const flags = ["-v", "-trimpath", "-mod=readonly", "-ldflags", ldflags, "-tags", "osusergo,grpcnotrace"];
  await run(build.go, ["build", ...flags, "-o", build.output, build.package], {
    cwd: build.directory,
    env: build.env,
    timeoutMs: build.timeoutMs,
    signal: build.signal,
    onErrorLine: (line) => {
      // With -v Go names each package that it compiles, alone on a line.
      const isPackage = /^\S+$/.test(line);
      if (isPackage) build.onPackage();
      return !isPackage;
    },
  });
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
    // Inside the staged directory, so that what a killed build leaves behind is removed with it.
    GOTMPDIR: temporary,
  };
}
