import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

/** The Pulumi CLI on PATH, for one stack, or for the one that is selected. */
export class Pulumi {
  constructor(
    private readonly stack: string | undefined,
    private readonly env: NodeJS.ProcessEnv = process.env,
  ) {}

  /** All of the stack's config, secrets in clear. */
  async config(): Promise<Map<string, string>> {
    const text = await this.run(["config", "--json", "--show-secrets"]);
    const entries = Object.entries(JSON.parse(text) as Record<string, { value?: string }>);
    return new Map(entries.flatMap(([key, { value }]) => (value === undefined ? [] : [[key, value] as const])));
  }

  /** The value goes through a pipe: a command line can be read by everybody on the machine. */
  async setSecret(key: string, value: string): Promise<void> {
    await this.run(["config", "set", "--secret", "--path", key], { input: value });
  }

  async set(key: string, value: string | number | boolean): Promise<void> {
    await this.run(["config", "set", ...typeFlags(value), "--path", key, "--", String(value)]);
  }

  /**
   * `pulumi import --file`, with the file there for just as long as it takes, in a folder that only this user can enter. It
   * goes whatever happens, but for a kill that no program can see.
   */
  async import(file: string, env: Record<string, string>): Promise<void> {
    const folder = mkdtempSync(path.join(tmpdir(), "kustomer-relay-import-"));
    const name = path.join(folder, "import.json");
    const remove = (): void => {
      rmSync(folder, { recursive: true, force: true });
    };
    process.once("exit", remove);
    try {
      writeFileSync(name, file, { mode: 0o600, flag: "wx" });
      await this.run(["import", "--file", name, ...IMPORT_FLAGS], { env, shown: true });
    } finally {
      remove();
      process.off("exit", remove);
    }
  }

  private async run(
    args: readonly string[],
    { input, env = {}, shown = false }: { input?: string; env?: Record<string, string>; shown?: boolean } = {},
  ): Promise<string> {
    const stack = this.stack === undefined ? [] : ["--stack", this.stack];
    const [command = "", ...rest] = args;
    const child = spawn("pulumi", [command, ...stack, "--non-interactive", ...rest], {
      env: { ...this.env, ...env },
      // What the CLI says is for a person; standard output is for results.
      stdio: ["pipe", shown ? 2 : "pipe", shown ? 2 : "pipe"],
    });
    // Ours is to wait for the CLI, which ends what it is doing, and to clean up then.
    const stopped: NodeJS.Signals[] = [];
    const forward = (signal: NodeJS.Signals): void => {
      stopped.push(signal);
      // A terminal sends Ctrl-C to the CLI as well; a second one would make it drop what it is doing.
      if (signal !== "SIGINT" || !process.stdin.isTTY) child.kill(signal);
    };
    for (const signal of SIGNALS) process.on(signal, forward);
    let printed = "";
    let said = "";
    child.stdout?.setEncoding("utf8").on("data", (text: string) => (printed += text));
    child.stderr?.setEncoding("utf8").on("data", (text: string) => (said += text));
    child.stdin?.on("error", () => undefined).end(input ?? "");
    try {
      const code = await new Promise<number | null>((resolve, reject) => {
        child.once("error", reject).once("close", resolve);
      });
      if (stopped.length > 0) throw new Error(`pulumi ${command}: interrupted.`);
      if (code !== 0) throw new Error(`pulumi ${command} failed: ${lastLine(said) || "see above"}`);
      return printed;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT")
        throw new Error(
          "There is no pulumi on PATH. Install the Pulumi CLI, or run the printed commands where it is.",
          {
            cause: error,
          },
        );
      throw error;
    } finally {
      for (const signal of SIGNALS) process.off(signal, forward);
    }
  }
}

/** What the CLI would make of a value by itself is right but for these; and it takes only one of the flags. */
function typeFlags(value: string | number | boolean): string[] {
  if (typeof value === "string" && /^(true|false|[-+]?\d+)$/.test(value)) return ["--type", "string"];
  return typeof value === "number" && !Number.isInteger(value) ? ["--type", "float"] : ["--plaintext"];
}

/** Not protected, which the program would have to say too; and no code, for which the engine would need a schema. */
export const IMPORT_FLAGS = ["--protect=false", "--generate-code=false", "--skip-preview", "--yes"];

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

function lastLine(text: string): string {
  return (
    text
      .trim()
      .split("\n")
      .at(-1)
      ?.replace(/^error: /, "") ?? ""
  );
}
