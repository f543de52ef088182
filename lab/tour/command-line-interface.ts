import { spawn } from "node:child_process";
import path from "node:path";
import { type Engine, engineEnv } from "../../toolbox/pulumi";

/** The real CLI in one project folder, with a file backend in the same folder. */
export class CommandLineInterface {
  /** What it runs with: a program of another language needs more on its PATH. */
  environment: NodeJS.ProcessEnv;

  constructor(
    private readonly engine: Engine,
    private readonly directory: string,
    readonly stack: string,
    readonly passphrase: string,
  ) {
    this.environment = engineEnv(engine);
  }

  /** What a shell needs to play on with the same stack. */
  get variables(): Record<string, string> {
    return { PULUMI_BACKEND_URL: `file://${this.directory}`, PULUMI_CONFIG_PASSPHRASE: this.passphrase };
  }

  /** Runs it as a person would, showing what it prints unless `quiet`; what it printed, or an error. */
  async run(args: readonly string[], { quiet = false, mayFail = false } = {}): Promise<string> {
    const color = process.stdout.isTTY && !quiet ? "always" : "never";
    const child = spawn(
      path.join(this.engine.bin, "pulumi"),
      ["--cwd", this.directory, "--color", color, "--non-interactive", ...args],
      {
        env: { ...this.environment, ...this.variables },
        stdio: ["ignore", "pipe", "pipe"],
      },
    );
    let printed = "";
    for (const [from, to] of [[child.stdout, process.stdout] as const, [child.stderr, process.stderr] as const]) {
      from.setEncoding("utf8").on("data", (text: string) => {
        printed += text;
        if (!quiet) to.write(text);
      });
    }
    const code = await new Promise<number | null>((resolve, reject) =>
      child.once("error", reject).once("close", resolve),
    );
    if (code !== 0 && !mayFail)
      throw new Error(
        `pulumi ${args.slice(0, 2).join(" ")} ended with exit status ${String(code)}${quiet ? `:\n${printed}` : ""}`,
      );
    return printed;
  }
}
