import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Sandbox } from "../../../sandbox";
import { CommandLine } from "../../../lab/command-line";
import { quietEngine } from "../../../lab/quiet-engine";
import { repoRoot } from "../../../toolbox/pulumi";
import { type Outcome, outcomeOf, outputOf } from "./command";

const STACK = "dev";

export const installers = {
  npm: (packages: readonly string[], cwd: string) =>
    outputOf("npm", ["install", ...packages, "--prefer-offline", "--no-audit", "--no-fund"], { cwd }),
  pnpm: (packages: readonly string[], cwd: string) =>
    outputOf(
      process.execPath,
      [
        path.join(repoRoot(), "node_modules/pnpm/bin/pnpm.mjs"),
        "add",
        ...packages,
        "--prefer-offline",
        "--ignore-scripts",
        "--reporter=append-only",
      ],
      { cwd },
    ),
};

/** A person's Pulumi project: a TypeScript program in a folder, its stack in a file backend. */
export class Project {
  /** Added to the environment of every run of the CLI. */
  env: Readonly<Record<string, string>> = {};
  private readonly backend = mkdtempSync(path.join(tmpdir(), "kustomer-relay-backend-"));

  private constructor(readonly directory: string) {}

  /** In an empty folder that knows nothing of this repository. */
  static foreign(): Project {
    const project = new Project(mkdtempSync(path.join(tmpdir(), "kustomer-relay-foreign-")));
    project.write("package.json", JSON.stringify({ name: "relays", version: "1.0.0", private: true }));
    return project;
  }

  /** In a folder of this repository, without a package.json of its own. */
  static inside(): Project {
    mkdirSync(path.join(repoRoot(), "dist/test-programs"), { recursive: true });
    return new Project(mkdtempSync(path.join(repoRoot(), "dist/test-programs/relays-")));
  }

  /** `fixture` is a file of `test/package/fixtures`. */
  writeProgram(fixture: string): void {
    // Without `main` Pulumi runs the entry of the nearest package.json, which inside this repository is the package itself.
    this.write("Pulumi.yaml", "name: relays\nruntime: nodejs\nmain: index.ts\n");
    this.write(
      "tsconfig.json",
      JSON.stringify({ compilerOptions: { strict: true, target: "es2022", module: "nodenext" } }),
    );
    copyFileSync(path.join(__dirname, "../fixtures", fixture), path.join(this.directory, "index.ts"));
  }

  write(file: string, text: string): void {
    writeFileSync(path.join(this.directory, file), text);
  }

  /** The names in one of its folders. */
  find(...folder: string[]): string[] {
    return readdirSync(path.join(this.directory, ...folder));
  }

  /** Runs a line of JavaScript in it. */
  node(line: string): Promise<Outcome> {
    return outcomeOf(process.execPath, ["-e", line], { cwd: this.directory });
  }

  delete(file: string): void {
    rmSync(path.join(this.directory, file));
  }

  move(from: string, to: string): void {
    renameSync(path.join(this.directory, from), path.join(this.directory, to));
  }

  /** Sets the stack up, with the default provider pointed at a sandbox that also issues keys. */
  async initialize(sandbox: Sandbox): Promise<void> {
    await this.pulumi("stack", "init", STACK);
    const { url, managementKey, issuerUrl, issuerToken } = sandbox;
    const plain = Object.entries({ baseUrl: url, issuerUrl }).flatMap(setting("--plaintext"));
    const secret = Object.entries({ apiKey: managementKey, issuerToken }).flatMap(setting("--secret"));
    await this.pulumi("config", "set-all", ...plain, ...secret);
  }

  /** A command that must succeed. */
  async pulumi(...args: string[]): Promise<string> {
    const { code, output } = await this.tryPulumi(...args);
    if (code !== 0) throw new Error(`pulumi ${args.join(" ")} ended with ${code ?? "a signal"}:\n${output}`);
    return output;
  }

  async tryPulumi(...args: string[]): Promise<Outcome> {
    const engine = await quietEngine();
    const { directory, backend } = this;
    const env = { PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true", ...this.env };
    const { status: code, output } = await new CommandLine({ engine, directory, backend, env }).start(args).ended;
    return { code, output };
  }

  /** What the state knows of each resource, secrets in clear: every export encrypts them anew. */
  async resources(): Promise<object[]> {
    const { deployment } = JSON.parse(await this.pulumi("stack", "export", "--show-secrets")) as {
      deployment: { resources?: Record<"urn" | "id" | "inputs" | "outputs", unknown>[] };
    };
    return (deployment.resources ?? []).map(({ urn, id, inputs, outputs }) => ({ urn, id, inputs, outputs }));
  }

  /** What the compiler has to say of the program, by the project's own TypeScript. */
  compile(): Promise<Outcome> {
    const compiler = require.resolve("typescript/bin/tsc", { paths: [this.directory] });
    return outcomeOf(process.execPath, [compiler, "--noEmit"], { cwd: this.directory });
  }

  remove(): void {
    for (const directory of [this.directory, this.backend]) rmSync(directory, { recursive: true, force: true });
  }
}

function setting(kind: "--plaintext" | "--secret"): (entry: [string, string]) => string[] {
  return ([name, value]) => [kind, `kustomer:${name}=${value}`];
}
