import type { PulumiOptions } from "../../cli/pulumi";
import { CommandLine, type CommandLineOptions } from "../command-line";

/** The real CLI as a person at a terminal sees it, with one stack. */
export class CommandLineInterface extends CommandLine {
  constructor(
    options: CommandLineOptions,
    readonly stack: string,
  ) {
    super(options);
  }

  /** Runs it, showing what it prints unless `quiet`; what it printed, or an error. */
  async run(args: readonly string[], { quiet = false, mayFail = false } = {}): Promise<string> {
    if (quiet && !mayFail) return this.must(args);
    const { status, output } = await this.start(args, SHOWN).ended;
    if (status !== 0 && !mayFail)
      throw new Error(`pulumi ${args.slice(0, 2).join(" ")} ended with exit status ${String(status)}`);
    return output;
  }
}

const SHOWN: PulumiOptions = {
  color: process.stdout.isTTY ? "always" : "never",
  onText: (text, stream) => process[stream].write(text),
};
