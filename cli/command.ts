import { Command, type CommanderError, Option } from "commander";

/** The command line itself is wrong: the message is shown with a pointer to --help, and the status is 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";

  constructor(
    message: string,
    /** The command whose --help explains more; where nobody names it, the one that was typed. */
    readonly command?: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Help was asked for and has been printed: nothing is wrong, and nothing is left to do. */
export class HelpShown extends Error {
  override readonly name = "HelpShown";
}

/**
 * A command, or one below another: what is wrong with its line becomes a UsageError, with the option or command that was
 * probably meant. One file in commands/ is one command; the table in main.ts names them.
 */
export function newCommand(name: string, summary: string, description = summary): Command {
  const command = new Command(name);
  return (
    command
      .summary(summary)
      .description(description)
      .helpOption("-h, --help", "show this")
      .helpCommand(false)
      .allowExcessArguments(false)
      // What is wrong is told once, where the command ends.
      .configureOutput({ writeErr: () => undefined })
      .exitOverride((error) => {
        throw asUsageError(error, command);
      })
      .hook("preAction", (_, acting) => {
        refuseEmpty(acting);
      })
  );
}

/** A variable that is not set would choose everything, or nothing: `drop --error "$ERROR" --yes`. */
function refuseEmpty(command: Command): void {
  for (const option of command.options) {
    const given: unknown = command.getOptionValue(option.attributeName());
    if ([given].flat().some((one) => typeof one === "string" && one.trim() === ""))
      throw new UsageError(
        `${option.long ?? option.flags} is given and empty: is a variable not set?`,
        pathOf(command),
      );
  }
}

/** As far as it was typed: `kustomer-relay dead-letters list` */
export function typedCommand(program: Command, args: readonly string[]): string {
  let command = program;
  for (const arg of args) {
    const below = command.commands.find((one) => one.name() === arg);
    if (below === undefined) break;
    command = below;
  }
  return pathOf(command);
}

function asUsageError(error: CommanderError, command: Command): Error {
  if (error.exitCode === 0) return new HelpShown(error.message);
  if (error.code === "commander.help")
    return new UsageError(`Say which: ${command.commands.map((one) => one.name()).join(", ")}.`, pathOf(command));
  const [message = "", ...more] = error.message.replace(/^error: /, "").split("\n");
  const sentence = `${message.slice(0, 1).toUpperCase()}${message.slice(1)}`.replace(/[^.]$/, "$&.");
  return new UsageError([sentence, ...more].join("\n"), pathOf(command));
}

/** As it is typed: `kustomer-relay dead-letters list` */
function pathOf(command: Command): string {
  return command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`;
}

/** An option that may be repeated; what was given is a list. */
export function repeatable(flags: string, description: string, read: (text: string) => unknown = String): Option {
  return new Option(flags, `${description}; may be repeated`).argParser((text: string, former?: unknown[]) => [
    ...(former ?? []),
    read(text),
  ]);
}

export function jsonOption(description = "print JSON"): Option {
  return new Option("--json", description);
}
