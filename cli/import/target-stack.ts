import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { RelayError } from "../../providers/lifecycle/errors";
import { typeFlags } from "../config-type";
import { isProjectFolder } from "../project-folder";
import { Pulumi } from "../pulumi";

/** The stack that is imported into: the one that is named, or the one that is selected. */
export class TargetStack {
  private readonly pulumi: Pulumi;

  constructor(stack: string | undefined) {
    this.pulumi = new Pulumi({ stack });
  }

  /**
   * All of the stack's config, secrets in clear. Where nothing has to be in it, a folder without a Pulumi project has none.
   */
  async config(isNeeded: boolean): Promise<Map<string, string>> {
    if (!isNeeded && !isProjectFolder(process.cwd())) return new Map();
    const text = await this.pulumi.run(["config", "--json", "--show-secrets"]);
    const entries = Object.entries(JSON.parse(text) as Record<string, { value?: string }>);
    return new Map(entries.flatMap(([key, { value }]) => (value === undefined ? [] : [[key, value] as const])));
  }

  /** The value goes through a pipe: a command line can be read by everybody on the machine. */
  async setSecret(key: string, value: string): Promise<void> {
    await this.pulumi.run(["config", "set", "--secret", "--path", key], { input: value });
  }

  async set(key: string, value: string | number | boolean): Promise<void> {
    await this.pulumi.run(["config", "set", ...typeFlags(value), "--path", key, "--", String(value)]);
  }

  /**
   * `pulumi import --file`, with the file there for just as long as it takes, in a folder that only this user can enter. It
   * goes whatever happens, but for a kill that no program can see.
   */
  async import(file: string, env: Record<string, string>, isProtected: boolean): Promise<void> {
    const folder = mkdtempSync(path.join(tmpdir(), "kustomer-relay-import-"));
    const name = path.join(folder, "import.json");
    const remove = (): void => {
      rmSync(folder, { recursive: true, force: true });
    };
    process.once("exit", remove);
    try {
      writeFileSync(name, file, { mode: 0o600, flag: "wx" });
      await this.uninterrupted(["import", "--file", name, ...importFlags(isProtected)], env);
    } finally {
      remove();
      process.off("exit", remove);
    }
  }

  /** Shows what the CLI says. Ctrl-C is the CLI's to obey, which ends in good order; ours is to wait for it, and to clean up. */
  private async uninterrupted(args: readonly string[], env: Record<string, string>): Promise<void> {
    const stopped: NodeJS.Signals[] = [];
    const forward = (signal: NodeJS.Signals): void => {
      stopped.push(signal);
      // A terminal sends Ctrl-C to the CLI as well; a second one would make it drop what it is doing.
      if (signal !== "SIGINT" || !process.stdin.isTTY) run.kill(signal);
    };
    // Before the CLI starts: a signal right after it would end us, and leave the CLI alone with the file.
    for (const signal of SIGNALS) process.on(signal, forward);
    const run = this.pulumi.start(args, { env, shown: true });
    try {
      const { status } = await run.ended;
      if (stopped.length > 0) throw new RelayError({ doing: "pulumi import", what: "interrupted" });
      if (status !== 0) throw new RelayError({ what: "pulumi import failed", said: "see above" });
    } finally {
      for (const signal of SIGNALS) process.off(signal, forward);
    }
  }
}

/** Protected only where the program says so too; and no code, for which the engine would need a schema. */
export function importFlags(isProtected: boolean): string[] {
  return [`--protect=${isProtected}`, "--generate-code=false", "--skip-preview", "--yes"];
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
