/** One file in commands/ is one command; the table in main.ts names them. */
export interface Command {
  /** One line for the list of commands. */
  readonly summary: string;
  /** What --help prints. */
  readonly usage: string;
  /** Resolves to the exit status. */
  run(args: string[]): Promise<number>;
}

/** The command line itself is wrong: the message is shown with a pointer to --help, and the status is 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
