#!/usr/bin/env node
import { type Command, UsageError } from "./command";
import { printError, printLine } from "./print";

/** Loaded only when called, so that no command pays for what another one needs. A new command is a file and a line here. */
const COMMANDS: Record<string, () => Promise<{ readonly command: Command }>> = {
  receive: () => import("./commands/receive.js"),
  status: () => import("./commands/status.js"),
  "dead-letters": () => import("./commands/dead-letters.js"),
  prune: () => import("./commands/prune.js"),
  import: () => import("./commands/import.js"),
  doctor: () => import("./commands/doctor.js"),
};

async function main([name, ...args]: string[]): Promise<number> {
  if (name === undefined || name === "help" || name === "--help" || name === "-h") {
    process.stdout.write(await overview());
    return name === undefined ? 2 : 0;
  }
  const load = COMMANDS[name];
  if (!load) throw new UsageError(`There is no command ${name}.`);
  const { command } = await load();
  if (args.includes("--help") || args.includes("-h")) {
    printLine(command.usage.trim());
    return 0;
  }
  return command.run(args);
}

async function overview(): Promise<string> {
  const lines = await Promise.all(
    Object.entries(COMMANDS).map(async ([name, load]) => `  ${name.padEnd(14)}${(await load()).command.summary}`),
  );
  return `Usage: kustomer-relay <command> [options]\n\n${lines.join("\n")}\n\nkustomer-relay <command> --help explains one.\n`;
}

function report(error: unknown): number {
  if (error instanceof UsageError || isParseArgsError(error)) {
    printError(`${error.message}\nSee kustomer-relay --help.`);
    return 2;
  }
  printError(error instanceof Error ? error.message : String(error));
  return 1;
}

/** node:util's parseArgs throws plain TypeErrors that are told apart by their code. */
function isParseArgsError(error: unknown): error is Error {
  return error instanceof Error && "code" in error && String(error.code).startsWith("ERR_PARSE_ARGS");
}

main(process.argv.slice(2)).then(
  (status) => {
    process.exitCode = status;
  },
  (error: unknown) => {
    process.exitCode = report(error);
  },
);
