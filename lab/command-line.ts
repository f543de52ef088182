import path from "node:path";
import { Pulumi, type PulumiOptions } from "../cli/pulumi";
import { type Engine, engineEnv } from "../toolbox/pulumi";

export interface CommandLineOptions {
  readonly engine: Engine;
  /** The folder of the project. */
  readonly directory: string;
  /** The folder of the file backend; the project's own where nothing is said. */
  readonly backend?: string;
  readonly passphrase?: string;
  /** Added to the environment of every run. */
  readonly env?: NodeJS.ProcessEnv;
}

/** How a run ended: `status` is null when it was killed. */
export interface Ended {
  readonly status: number | null;
  /** Standard output alone. */
  readonly stdout: string;
  /** All that it printed, as it came. */
  readonly output: string;
}

/** The real CLI in a project's folder, with a file backend: whatever drives a project from here does it through this. */
export class CommandLine {
  /** What a shell needs to play on with the same stacks. */
  readonly variables: Readonly<Record<string, string>>;
  env: NodeJS.ProcessEnv;

  constructor(private readonly options: CommandLineOptions) {
    const { engine, directory, backend = directory, passphrase = "a passphrase for the lab", env = {} } = options;
    this.variables = { PULUMI_BACKEND_URL: `file://${backend}`, PULUMI_CONFIG_PASSPHRASE: passphrase };
    this.env = { ...engineEnv(engine), ...this.variables, ...env };
  }

  start(args: readonly string[], options: PulumiOptions = {}): { readonly id: number; readonly ended: Promise<Ended> } {
    const { engine, directory: cwd } = this.options;
    let output = "";
    const { id, ended } = new Pulumi({ program: path.join(engine.bin, "pulumi"), cwd, env: this.env }).start(args, {
      ...options,
      onText: (text, stream) => {
        output += text;
        options.onText?.(text, stream);
      },
    });
    return { id, ended: ended.then(({ status, stdout }) => ({ status, stdout, output })) };
  }

  /** Of a run that must succeed: what it printed, without its warnings where it was asked for something. */
  async must(args: readonly string[], options: PulumiOptions = {}): Promise<string> {
    const { status, stdout, output } = await this.start(args, options).ended;
    if (status !== 0) throw new Error(`pulumi ${args.join(" ")} ended with ${status ?? "a signal"}:\n${output}`);
    return args[0] === "stack" ? stdout : output;
  }
}
