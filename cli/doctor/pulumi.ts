import { run } from "./run";

/** How the CLI is called: in which folder, for which stack. */
export interface Where {
  readonly cwd: string;
  /** Left out, the stack that is selected there. */
  readonly stack: string | undefined;
  /** How long one command may take. */
  readonly timeoutMs: number;
}

/** What a command of the CLI prints. Its standard output may hold secrets: it goes to nobody but us. */
export async function pulumi(args: readonly string[], { cwd, stack, timeoutMs }: Where): Promise<string> {
  const all = [...args, ...(stack === undefined ? [] : ["--stack", stack]), "--non-interactive", "--color", "never"];
  return run("pulumi", all, { cwd, timeoutMs, doing: `pulumi ${args.slice(0, 2).join(" ")}` });
}
