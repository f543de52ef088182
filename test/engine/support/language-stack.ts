import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Pulumi } from "../../../cli/pulumi";
import { type Language, type ProgramLanguage, type RelayPlan, writeProject, writeYaml } from "../../../lab/languages";
import { quietEngine } from "../../../lab/quiet-engine";

export interface Attempt {
  readonly status: number | null;
  readonly text: string;
}

/** A stack of a program in another language, and all that its commands ever printed. */
export class LanguageStack {
  readonly directory = mkdtempSync(path.join(tmpdir(), "relay-in-a-language-"));
  private printed = "";
  private environment: NodeJS.ProcessEnv = {};

  constructor(private readonly language: Language) {}

  /** The program of the following runs: a whole relay, in this language or another. */
  async write(plan: RelayPlan, language: ProgramLanguage = this.language): Promise<void> {
    this.runsWith(await writeProject(language, await quietEngine(), this.directory, plan));
  }

  /** The program of the following runs: these resources, in YAML. */
  async writeYaml(resources: Readonly<Record<string, unknown>>): Promise<void> {
    this.runsWith(await writeYaml(await quietEngine(), this.directory, resources));
  }

  async run(...args: string[]): Promise<string> {
    const { status, text } = await this.attempt(...args);
    if (status !== 0) throw new Error(`pulumi ${args.join(" ")} ended with ${String(status)}:\n${text}`);
    return text;
  }

  /** A run that may fail. */
  async attempt(...args: string[]): Promise<Attempt> {
    return this.start(...args).ended;
  }

  /** A run that somebody may interrupt. */
  start(...args: string[]): { readonly interrupt: () => void; readonly ended: Promise<Attempt> } {
    const pulumi = new Pulumi({ cwd: this.directory, env: this.environment, timeoutMs: 120_000 });
    let text = "";
    const { kill, ended } = pulumi.start(args, { onText: (piece) => (text += piece) });
    const attempt = ended.then(({ status }) => {
      this.printed += text;
      return { status, text };
    });
    return {
      interrupt: () => {
        kill("SIGINT");
      },
      ended: attempt,
    };
  }

  /** Once as the plugin spells them, and once for the dynamic providers. */
  async set(settings: Readonly<Record<string, string>>): Promise<void> {
    const flags = Object.entries(settings).flatMap(([key, value]) => {
      const flag = /apiKey|token/.test(key) ? "--secret" : "--plaintext";
      return [`kustomer-relay:${key}`, key.replace(".", ":")].flatMap((spelled) => [flag, `${spelled}=${value}`]);
    });
    await this.run("config", "set-all", "--path", ...flags);
  }

  async output(name: string): Promise<string> {
    const printedBefore = this.printed;
    const value = await this.run("stack", "output", name, "--show-secrets");
    // What was asked for with --show-secrets is no leak.
    this.printed = printedBefore;
    return value.trim();
  }

  /** All that was written and printed: state, history, backups, program output. */
  everything(): string {
    const files = readdirSync(path.join(this.directory, ".pulumi"), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(path.join(entry.parentPath, entry.name), "utf8"));
    return [this.printed, ...files].join("\n");
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }

  private runsWith(environment: NodeJS.ProcessEnv): void {
    this.environment = {
      ...environment,
      PULUMI_BACKEND_URL: `file://${this.directory}`,
      PULUMI_CONFIG_PASSPHRASE: "a passphrase",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    };
  }
}
