import { spawn, type ChildProcess } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { EngineOptions, Reporter } from "../../../toolbox/pulumi";

/** A machine of its own: a directory with an empty PATH, an empty Pulumi home and a log of what its programs were asked. */
export class Machine {
  readonly directory = mkdtempSync(path.join(tmpdir(), "engine-test-"));
  readonly pathDirectory = path.join(this.directory, "path");
  readonly home = path.join(this.directory, "home");
  readonly versions = path.join(this.home, "versions");
  readonly log = path.join(this.directory, "log");
  readonly lines: string[] = [];
  readonly progress: string[] = [];

  constructor() {
    mkdirSync(this.pathDirectory);
  }

  get env(): NodeJS.ProcessEnv {
    // The scripts themselves need a shell, sleep and cp.
    return { PATH: `${this.pathDirectory}:/usr/bin:/bin`, HOME: this.directory, PULUMI_HOME: this.home };
  }

  get options(): EngineOptions {
    const report: Reporter = {
      line: (text) => this.lines.push(text),
      progress: (text) => this.progress.push(text),
    };
    return {
      env: this.env,
      report,
      installer: [
        "/bin/sh",
        this.script(path.join(this.directory, "no-network"), "echo 'no route to host' >&2; exit 1"),
      ],
    };
  }

  script(file: string, body: string): string {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, `#!/bin/sh\n${body}\n`);
    chmodSync(file, 0o755);
    return file;
  }

  /** A CLI that only knows its version, and its language host. */
  pulumi(directory: string, version: string, { host = true, body = "" } = {}): string {
    this.script(path.join(directory, "pulumi"), body || `echo "v${version}"`);
    if (host) this.script(path.join(directory, "pulumi-language-nodejs"), "exit 0");
    return directory;
  }

  installed(version: string, options?: { host?: boolean; body?: string }): string {
    return this.pulumi(path.join(this.versions, version, "bin"), version, options);
  }

  /** A Go that "builds" scripts instead of binaries, after running `work`. */
  go({ work = "", version = "1.26.1" } = {}): void {
    const built = this.pulumi(path.join(this.directory, "built"), "3.259.0");
    this.script(
      path.join(this.pathDirectory, "go"),
      [
        `if [ "$1" = version ]; then echo "go version go${version} linux/amd64"; exit 0; fi`,
        `echo "go $*" >> ${this.log}`,
        work,
        `while [ "$1" != -o ]; do shift; done`,
        `cp ${built}/$(basename "$2") "$2"`,
      ].join("\n"),
    );
  }

  logged(): string[] {
    return existsSync(this.log) ? readFileSync(this.log, "utf8").trim().split("\n") : [];
  }

  /** Another run of the same thing, in a process of its own so that it can be killed. */
  otherRun(): ChildProcess {
    const { env, installer } = this.options;
    const program = `
      const { ensureEngine } = require(${JSON.stringify(path.resolve(__dirname, "../../../toolbox/pulumi"))});
      ensureEngine(${JSON.stringify({ env, installer })}).then(
        (engine) => console.log(JSON.stringify(engine)),
        (error) => { console.error(error.message); process.exitCode = 1; },
      );`;
    return spawn(process.execPath, ["-r", path.join(__dirname, "typescript.mjs"), "-e", program], {
      env: this.env,
      stdio: ["ignore", "pipe", "pipe"],
    });
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}

export async function until(condition: () => boolean, what: string): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`waited 10 s in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

export interface Ending {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

export function ending(child: ChildProcess): Promise<Ending> {
  let [stdout, stderr] = ["", ""];
  child.stdout?.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr?.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => {
      resolve({ code, signal, stdout, stderr });
    });
  });
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
