import { once } from "../once";
import { outputOf } from "../output-of";
import { readConfig, type Config } from "../config";
import { readState, type State } from "../state";
import type { SubjectOf } from "../subjects";
import { Pulumi } from "../../pulumi";

/** Where the programs are called: in which folder, for which stack. */
export interface Where {
  readonly cwd: string;
  /** Left out, the stack that is selected there. */
  readonly stack: string | undefined;
  /** How long one command may take. */
  readonly timeoutMs: number;
}

/** The stack: its state and config, and the programs that work on it. */
export class StackSubject implements SubjectOf<"stack"> {
  readonly kind = "stack";

  private readonly pulumi: Pulumi;

  constructor(readonly where: Where) {
    this.pulumi = new Pulumi(where);
  }

  get name(): string {
    return this.where.stack ?? "the selected one";
  }

  readonly state = once(async (): Promise<State> =>
    readState(await this.pulumi.run(["stack", "export", "--show-secrets"])),
  );

  readonly config = once(async (): Promise<Config> =>
    readConfig(await this.pulumi.run(["config", "--show-secrets", "--json"])),
  );

  /** `3.259.0` */
  pulumiVersion(): Promise<string> {
    return this.versionOf("pulumi", "version");
  }

  /** Of the `node` that Pulumi finds, which need not be the one that runs this. */
  nodeVersion(): Promise<string> {
    return this.versionOf("node", "--version");
  }

  private async versionOf(program: string, argument: string): Promise<string> {
    const doing = `ask ${program} for its version`;
    return (await outputOf(program, [argument], { ...this.where, doing })).trim().replace(/^v/, "");
  }
}
