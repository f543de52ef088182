import { randomUUID } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Engine, ensureEngine } from "../toolbox/pulumi";
import { CommandLine } from "./command-line";
import { linkPackage } from "./link-package";
import { quietEngine } from "./quiet-engine";
import { type RunningProcess, kill, processesWith } from "./processes";

/** How a run of the CLI ended: `status` is null when it was killed. */
export interface Ended {
  readonly status: number | null;
  readonly output: string;
}

export interface StateResource {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  readonly outputs?: Record<string, unknown>;
  readonly initErrors?: string[];
}

export interface ProjectOptions {
  readonly name: string;
  /** JavaScript; `pulumi-kustomer-relay` is installed. */
  readonly program: string;
  /** Added to the environment of every run. */
  readonly env: Readonly<Record<string, string>>;
  /** The engine in use is said here. */
  readonly report?: ((line: string) => void) | undefined;
}

/** A Pulumi program in a folder of its own, with this package linked in and the file backend beside it, run by the real CLI. */
export class Project {
  readonly directory: string;
  /** In the environment of all that runs here, by which it is found again. */
  private readonly tag = randomUUID();

  private readonly commandLine: CommandLine;

  private constructor(engine: Engine, { name, program, env }: ProjectOptions) {
    this.directory = mkdtempSync(path.join(tmpdir(), `${name}-`));
    this.commandLine = new CommandLine({
      engine,
      directory: this.directory,
      env: {
        RELAY_HARNESS: this.tag,
        PULUMI_NODEJS_TRANSPILE_ONLY: "true",
        PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
        ...env,
      },
    });
    this.write("Pulumi.yaml", `name: ${name}\nruntime: nodejs\nmain: index.js\n`);
    this.write("package.json", '{"private":true}');
    this.write("index.js", program);
    linkPackage(this.directory);
  }

  /** With a stack `dev`. */
  static async create(options: ProjectOptions): Promise<Project> {
    if (!existsSync("/proc/self/environ"))
      throw new Error("What runs is found again by its environment in /proc, so this takes Linux.");
    const { report } = options;
    const engine = await (report === undefined
      ? quietEngine()
      : ensureEngine({ report: { line: report, progress: () => undefined } }));
    const project = new Project(engine, options);
    await project.must("stack", "init", "dev");
    return project;
  }

  write(file: string, text: string): void {
    writeFileSync(path.join(this.directory, file), text);
  }

  /** Adds to the environment of the runs that follow. */
  set(env: Readonly<Record<string, string>>): void {
    Object.assign(this.commandLine.env, env);
  }

  async up(): Promise<string> {
    return this.must("up", "--yes", "--skip-preview");
  }

  /** What it printed; fails with that where it fails. */
  async must(...args: string[]): Promise<string> {
    const { status, output } = await this.pulumi(...args);
    if (status !== 0) throw new Error(`pulumi ${args.join(" ")} ended with ${status}:\n${output}`);
    return output;
  }

  pulumi(...args: string[]): Promise<Ended> {
    return this.start(...args).ended;
  }

  start(...args: string[]): { readonly id: number; readonly ended: Promise<Ended> } {
    const { id, ended } = this.commandLine.start(args);
    // What is asked for is read from standard output alone.
    const toEnd = ({ status, stdout, output }: Awaited<typeof ended>): Ended => ({
      status,
      output: args[0] === "stack" && status === 0 ? stdout : output,
    });
    return { id, ended: ended.then(toEnd) };
  }

  async deployment(): Promise<{ resources: StateResource[]; pending: number }> {
    const { deployment } = JSON.parse(await this.must("stack", "export")) as {
      deployment: { resources?: StateResource[]; pending_operations?: unknown[] | null };
    };
    return { resources: deployment.resources ?? [], pending: deployment.pending_operations?.length ?? 0 };
  }

  async outputs(): Promise<Record<string, unknown>> {
    return JSON.parse(await this.must("stack", "output", "--json", "--show-secrets")) as Record<string, unknown>;
  }

  /** Every byte that was written, state, history and backups, for a search. */
  everythingWritten(): string {
    return filesBelow(path.join(this.directory, ".pulumi"))
      .map((file) => readFileSync(file, "utf8"))
      .join("\n");
  }

  /** What lives of all that was started here. */
  processes(): RunningProcess[] {
    return processesWith(`RELAY_HARNESS=${this.tag}`);
  }

  async remove(): Promise<void> {
    for (let left = this.processes(); left.length > 0; left = this.processes()) {
      for (const { id } of left) kill(id);
      await sleep(20);
    }
    rmSync(this.directory, { recursive: true, force: true });
  }
}

function filesBelow(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
}
