import { existsSync } from "node:fs";
import { type FailureParts, RelayError, messageOf } from "../providers/lifecycle/errors";
import { causeOf } from "./complaints";
import { type Ended, type StartOptions, type Started, startProgram } from "./start-program";

export interface PulumiPlace {
  /** The CLI: the `pulumi` on the PATH, if nothing else is said. */
  readonly program?: string;
  /** The folder of the program. */
  readonly cwd?: string | undefined;
  /** Left out, the stack that is selected there. */
  readonly stack?: string | undefined;
  readonly env?: NodeJS.ProcessEnv;
  /** How long one command may take. */
  readonly timeoutMs?: number;
}

export type PulumiOptions = Pick<StartOptions, "input" | "onText" | "shown" | "apart" | "outliving" | "terminal"> & {
  /** Added to the environment of this command. */
  readonly env?: Readonly<Record<string, string>>;
  readonly color?: "always" | "never";
};

/** The Pulumi CLI in one place. Everything here that starts the CLI does it through this. */
export class Pulumi {
  constructor(private readonly place: PulumiPlace = {}) {}

  /** What the command printed on standard output, which may hold secrets; an error says what the CLI complained about. */
  async run(args: readonly string[], options: PulumiOptions = {}): Promise<string> {
    const doing = `pulumi ${args.slice(0, 2).join(" ")}`;
    const { status, stdout, stderr, timedOut } = await this.start(args, options).ended.catch((error: unknown) => {
      throw new RelayError({ doing, ...this.whyNotStarted(error) });
    });
    if (status === 0) return stdout;
    if (timedOut)
      throw new RelayError({ doing, what: `no answer within ${(this.place.timeoutMs ?? 0) / 1000} seconds` });
    const said = complaintIn(stderr) || (options.shown ? "see above" : endOf(status));
    const cause = causeOf(said, this.place.cwd, this.place.stack);
    throw new RelayError(cause === undefined ? { what: `${doing} failed`, said } : { doing, ...cause });
  }

  /** For whoever has to act while it runs, or to whom a failure is a result. */
  start(args: readonly string[], { env = {}, color, ...options }: PulumiOptions = {}): Started {
    const { cwd, stack, timeoutMs, env: given = process.env } = this.place;
    // The CLI would take the stack that is selected, which may be another one.
    if (stack === "") throw new RelayError({ what: "--stack names no stack", next: "is a variable empty?" });
    // What a person sees has the colors that their terminal has.
    const colors = options.shown ? [] : ["--color", color ?? "never"];
    const alone = options.terminal ? [] : ["--non-interactive", ...colors];
    const flags = [...alone, ...(stack === undefined ? [] : ["--stack", stack])];
    // Behind -- everything is a value.
    const end = args.includes("--") ? args.indexOf("--") : args.length;
    return startProgram(this.program, [...args.slice(0, end), ...flags, ...args.slice(end)], {
      ...options,
      cwd,
      env: { ...given, PULUMI_SKIP_UPDATE_CHECK: "true", ...env },
      ...(timeoutMs !== undefined && { timeoutMs }),
    });
  }

  private get program(): string {
    return this.place.program ?? "pulumi";
  }

  private whyNotStarted(error: unknown): Pick<FailureParts, "what" | "next"> {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") return { what: messageOf(error) };
    const { cwd } = this.place;
    // The system says the same of a missing folder.
    if (cwd !== undefined && !existsSync(cwd)) return { what: `there is no folder ${cwd}` };
    return {
      what: `there is no ${this.program} on the PATH`,
      next: "install the Pulumi CLI (https://www.pulumi.com/docs/install/)",
    };
  }
}

function endOf(status: Ended["status"]): string {
  return status === null ? "it was ended by a signal" : `it ended with status ${status}`;
}

/** The lines that the CLI marks as errors, in one; where there are none, the last one. */
function complaintIn(stderr: string): string {
  const lines = stderr.trim().split("\n");
  const errors = lines.filter((line) => line.startsWith("error: ")).slice(0, 3);
  return (errors.length > 0 ? errors : lines.slice(-1)).map((line) => line.replace(/^error: /, "")).join(" ");
}
