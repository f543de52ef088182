import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { startProgram } from "../../../cli/start-program";
import { quietEngine } from "../../../lab/quiet-engine";
import { engineEnv } from "../../../toolbox/pulumi";

/** A person at a shell, in a folder of their own, with the real CLI. */
export class CommandLine {
  /** Everything ever printed. */
  printed = "";

  private constructor(
    readonly directory: string,
    private readonly env: NodeJS.ProcessEnv,
  ) {}

  static async open(
    variables: Readonly<Record<string, string>> = {},
    directory = mkdtempSync(path.join(tmpdir(), "kustomer-relay-")),
  ): Promise<CommandLine> {
    const engine = await quietEngine();
    return new CommandLine(directory, {
      ...engineEnv(engine),
      PULUMI_BACKEND_URL: `file://${directory}`,
      PULUMI_CONFIG_PASSPHRASE: "a passphrase for tests",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
      NO_COLOR: "1",
      ...variables,
    });
  }

  /** Types a command, and what it asks for; what it printed, or an error with that. */
  async type(command: string, answer = ""): Promise<string> {
    const { code, text } = await this.run(command, answer);
    if (code !== 0) throw new Error(`${command} ended with exit status ${String(code)}:\n${text}`);
    return text;
  }

  /** What a command says that must fail. */
  async failureOf(command: string): Promise<string> {
    const { code, text } = await this.run(command);
    if (code === 0) throw new Error(`${command} was expected to fail:\n${text}`);
    return text;
  }

  /** Every byte below the folder and everything printed, for a search. */
  everything(): string {
    return [this.printed, ...filesBelow(this.directory).map((file) => readFileSync(file, "utf8"))].join("\n");
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }

  /** Types a command, whatever comes of it. */
  async run(command: string, answer = ""): Promise<{ code: number | null; text: string }> {
    let text = "";
    const { status: code } = await startProgram("sh", ["-c", command], {
      cwd: this.directory,
      env: this.env,
      input: answer,
      onText: (chunk) => (text += chunk),
    }).ended;
    // What is shown on demand is not printed by itself.
    if (!/show-secrets|config get/.test(command)) this.printed += text;
    return { code, text };
  }
}

function filesBelow(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.name !== "node_modules")
    .map((entry) => path.join(directory, entry.name))
    .flatMap((file) => (statSync(file).isDirectory() ? filesBelow(file) : [file]));
}
