import { once } from "../once";
import { pulumi, type Where } from "../pulumi";
import { run } from "../run";
import { readConfig, type Config } from "../config";
import { readState, type State } from "../state";
import type { SubjectOf } from "../subjects";

/** The stack: its state and config, and the programs that work on it. */
export class StackSubject implements SubjectOf<"stack"> {
  readonly kind = "stack";

  constructor(readonly where: Where) {}

  get name(): string {
    return this.where.stack ?? "the selected one";
  }

  readonly state = once(async (): Promise<State> =>
    readState(await pulumi(["stack", "export", "--show-secrets"], this.where)),
  );

  readonly config = once(async (): Promise<Config> =>
    readConfig(await pulumi(["config", "--show-secrets", "--json"], this.where)),
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
    return (await run(program, [argument], { ...this.where, doing })).trim().replace(/^v/, "");
  }
}
