#!/usr/bin/env node
import type { Command } from "commander";
import { HelpShown, UsageError, newCommand, typedCommand } from "./command";
import { isOlder, OLDEST_NODE } from "./doctor/versions";
import { outliveReaders, printError, printJson } from "./print";
import { ownVersion } from "./version";

/** Loaded only when called, so that no command pays for what another one needs. A new command is a file and a line here. */
const COMMANDS: Readonly<Record<string, () => Promise<{ readonly command: () => Command }>>> = {
  init: () => import("./commands/init.js"),
  sandbox: () => import("./commands/sandbox.js"),
  plugin: () => import("./commands/plugin.js"),
  console: () => import("./commands/console.js"),
  setup: () => import("./commands/setup.js"),
  doctor: () => import("./commands/doctor.js"),
  import: () => import("./commands/import.js"),
  receive: () => import("./commands/receive.js"),
  status: () => import("./commands/status.js"),
  pause: () => import("./commands/pause.js"),
  resume: () => import("./commands/resume.js"),
  limit: () => import("./commands/limit.js"),
  filter: () => import("./commands/filter.js"),
  "dead-letters": () => import("./commands/dead-letters.js"),
  deliveries: () => import("./commands/deliveries.js"),
  erase: () => import("./commands/erase.js"),
  prune: () => import("./commands/prune.js"),
};

async function main(args: string[]): Promise<void> {
  if (isOlder(process.version, OLDEST_NODE))
    throw new Error(
      `kustomer-relay needs Node ${OLDEST_NODE} or later, and this is ${process.version}. Put a newer one first on the PATH.`,
    );
  const program = newCommand(
    "kustomer-relay",
    "Kustomer Relays to Airkit: begin a project, look for faults, import what exists, and run a receiver.",
  )
    .usage("<command> [options]")
    .version(ownVersion(), "-V, --version", "print the version")
    .addHelpText("after", "\nkustomer-relay <command> --help explains one.");
  const [name = ""] = args;
  const wanted = Object.hasOwn(COMMANDS, name) ? [name] : Object.keys(COMMANDS);
  for (const each of wanted) {
    const load = COMMANDS[each];
    if (load !== undefined) program.addCommand((await load()).command());
  }
  if (args.length === 0) {
    program.outputHelp();
    process.exitCode = 2;
    return;
  }
  try {
    await program.parseAsync(args[0] === "help" ? [...args.slice(1), "--help"] : args, { from: "user" });
  } catch (error) {
    throw error instanceof UsageError && error.command === undefined
      ? new UsageError(error.message, typedCommand(program, args), { cause: error })
      : error;
  }
}

function report(error: unknown, asJson: boolean): number {
  if (error instanceof HelpShown) return 0;
  const message = error instanceof Error ? error.message : String(error);
  if (asJson) printJson({ error: message });
  printError(message);
  if (!(error instanceof UsageError)) return 1;
  printError(`See ${error.command ?? "kustomer-relay"} --help.`);
  return 2;
}

/** Their line of JSON says that they are ready, and must not be there otherwise. */
const RUN_UNTIL_STOPPED = ["receive", "console", "sandbox"];

/** Whoever reads standard output as JSON finds JSON there, whatever happens. */
function wantsJson(args: readonly string[]): boolean {
  if (RUN_UNTIL_STOPPED.includes(args[0] ?? "")) return false;
  const own = args.includes("--") ? args.slice(0, args.indexOf("--")) : args;
  return (
    own.includes("--json") ||
    own.includes("--format=json") ||
    own.some((one, at) => one === "json" && own[at - 1] === "--format")
  );
}

const args = process.argv.slice(2);
outliveReaders();
main(args).catch((error: unknown) => {
  process.exitCode = report(error, wantsJson(args));
});
