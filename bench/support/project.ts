import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { CommandLine } from "../../lab/command-line";
import { ensureEngine, repoRoot } from "../../toolbox/pulumi";
import { BenchError } from "./bench-error";
import { MemoryOf } from "./memory";

export interface ProjectOptions {
  /** Run the TypeScript source, as Pulumi does by default, in place of the compiled program. */
  readonly typescript?: boolean;
  readonly env?: Record<string, string>;
  /** Let the engine find the provider plugin. */
  readonly plugin?: boolean;
}

/** What one run of the CLI took, with everything it started. */
export interface Cost {
  readonly seconds: number;
  /** Processor time, which other work on the machine distorts less; not everywhere known. */
  readonly cpuTicks: number | undefined;
  /** The most memory that the CLI and all it starts took, each at its own peak, in MiB; 0 where it is not known. */
  readonly peakMiB: number;
}

/** What the state says of one resource. */
export type StateResource = Record<string, unknown> & { readonly urn: string; readonly type: string };

/**
 * A Pulumi project in a folder of its own with the package installed in its node_modules, the file backend beside it: what a
 * user has, down to the length of the paths in the state.
 */
export class BenchProject {
  /** What the last run printed. */
  printed = "";

  private constructor(
    private readonly directory: string,
    private readonly commandLine: CommandLine,
  ) {}

  /** `fixture` is a folder of `bench/fixtures`. */
  static async of(
    fixture: string,
    { typescript = false, env = {}, plugin = false }: ProjectOptions = {},
  ): Promise<BenchProject> {
    const engine = await ensureEngine();
    const directory = mkdtempSync(path.join(tmpdir(), "kustomer-relay-bench-"));
    const home = path.join(directory, "relays");
    const from = path.join(repoRoot(), typescript ? "bench/fixtures" : "dist/bench/fixtures", fixture);
    const wanted = typescript ? /\.ts$/ : /\.js$/;
    mkdirSync(path.join(directory, "backend"));
    mkdirSync(home);
    for (const name of readdirSync(from).filter((file) => wanted.test(file) && !file.endsWith(".d.ts")))
      cpSync(path.join(from, name), path.join(home, name));
    writeFileSync(path.join(home, "package.json"), JSON.stringify({ name: "relays", private: true }));
    writeFileSync(
      path.join(home, "tsconfig.json"),
      JSON.stringify({ compilerOptions: { strict: true, target: "es2022", module: "nodenext" } }),
    );
    writeFileSync(
      path.join(home, "Pulumi.yaml"),
      `name: relays\nruntime:\n  name: nodejs\n  options:\n    typescript: ${typescript}\n${plugin ? PLUGIN : ""}`,
    );
    installPackage(path.join(home, "node_modules"));
    const commandLine = new CommandLine({
      engine,
      directory: home,
      backend: path.join(directory, "backend"),
      // What is measured is the engine and the package, not the type checker.
      env: { PULUMI_NODEJS_TRANSPILE_ONLY: "true", ...env },
    });
    const project = new BenchProject(directory, commandLine);
    await project.pulumi(["stack", "init", "dev"]);
    return project;
  }

  /** Runs the CLI itself. */
  async pulumi(args: readonly string[], env: Record<string, string> = {}): Promise<Cost> {
    const ticks = ticksOfChildren();
    const started = performance.now();
    const { id, ended } = this.commandLine.start(args, { env });
    const memory = new MemoryOf(id);
    const { status, output } = await ended;
    this.printed = output;
    const peakMiB = memory.stop();
    if (status !== 0) throw new BenchError(`pulumi ${args.join(" ")} failed:\n${output}`);
    const seconds = (performance.now() - started) / 1000;
    const ticksNow = ticksOfChildren();
    return { seconds, cpuTicks: ticks === undefined || ticksNow === undefined ? undefined : ticksNow - ticks, peakMiB };
  }

  up(count: number): Promise<Cost> {
    return this.pulumi(["up", "--yes", "--skip-preview"], { BENCH_COUNT: String(count) });
  }

  preview(count: number): Promise<Cost> {
    return this.pulumi(["preview", "--expect-no-changes"], { BENCH_COUNT: String(count) });
  }

  refresh(): Promise<Cost> {
    return this.pulumi(["refresh", "--yes", "--skip-preview"]);
  }

  destroy(): Promise<Cost> {
    return this.pulumi(["destroy", "--yes", "--skip-preview"]);
  }

  stateFile(): string {
    return readFileSync(path.join(this.directory, "backend/.pulumi/stacks/relays/dev.json"), "utf8");
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}

const PLUGIN =
  "plugins:\n  providers:\n    - name: kustomer-relay\n      path: node_modules/pulumi-kustomer-relay/dist/plugin\n";

/** What npm would put there, without a network: our files and the SDK copied, so that paths are as usual, the rest linked. */
function installPackage(modules: string): void {
  const root = repoRoot();
  const own = path.join(modules, "pulumi-kustomer-relay");
  mkdirSync(path.join(own, "dist"), { recursive: true });
  mkdirSync(path.join(modules, "@pulumi"));
  cpSync(path.join(root, "package.json"), path.join(own, "package.json"));
  const published = readdirSync(path.join(root, "dist")).filter(
    (name) => !/^(bench|sandbox|scripts|stack|test|\.)/.test(name),
  );
  for (const name of published)
    cpSync(path.join(root, "dist", name), path.join(own, "dist", name), { recursive: true });
  cpSync(path.join(root, "node_modules/@pulumi/pulumi"), path.join(modules, "@pulumi/pulumi"), { recursive: true });
  for (const name of readdirSync(path.join(root, "node_modules")).filter((name) => !/^(\.|@pulumi$)/.test(name)))
    symlinkSync(path.join(root, "node_modules", name), path.join(modules, name), "junction");
}

/** Linux only: the processor time of all children that have ended, and of theirs. */
function ticksOfChildren(): number | undefined {
  try {
    const [user, system] = readFileSync("/proc/self/stat", "utf8").split(") ")[1]?.split(" ").slice(13, 15) ?? [];
    return Number(user) + Number(system);
  } catch {
    return undefined;
  }
}
