import { existsSync } from "node:fs";
import path from "node:path";
import type { Command } from "commander";
import { RelayError } from "../../providers/lifecycle/errors";
import { UsageError, jsonOption, newCommand, repeatable } from "../command";
import { noProject } from "../complaints";
import { type StoreValues, addStoreOptions, isStoreNamed, storeFolderFrom } from "../config-options";
import { openConsole } from "../console/console";
import { openBrowser } from "../console/open-browser";
import { printError, printLine } from "../print";
import { isProjectFolder } from "../project-folder";

interface Values extends StoreValues {
  readonly stack?: string[];
  readonly cwd: string;
  readonly open: boolean;
  readonly readOnly?: boolean;
  readonly port?: number;
  readonly json?: boolean;
}

const DESCRIPTION = [
  "A page on this machine alone, over what the other commands know: the relays as they are now, what is left to set up, dead letters, the doctor's findings.",
  "It looks at the stacks that are named with --stack, and at the receiver whose store is named with --store or --config; with none of these, at the stack that is selected, or at the receiver of receiver.yaml in this folder. The address works once. Ctrl-C ends it.",
].join("\n\n");

export function command(): Command {
  return addStoreOptions(newCommand("console", "Look at relays, and set them up, in a browser.", DESCRIPTION))
    .addOption(repeatable("--stack <name>", "a Pulumi stack"))
    .option("--cwd <folder>", "the folder of the stacks' program", folderOf, ".")
    .option("--no-open", "print the address, and open no browser")
    .option("--read-only", "show, and change nothing")
    .addOption(jsonOption("print the address as JSON, and open no browser"))
    .option("--port <number>", "the port on 127.0.0.1 (any free one)", portOf)
    .action(async (values: Values) => {
      const { stack, cwd, open, readOnly = false, port, json = false } = values;
      const store = isStoreNamed(values) ? storeFolderFrom(values) : undefined;
      const stacks = stack ?? (store === undefined ? [undefined] : []);
      if (stacks.length > 0 && !isProjectFolder(cwd)) throw new RelayError(noProject(path.resolve(cwd)));
      const page = await openConsole({ stacks, cwd, store, readOnly, port });
      const removeFile = open && !json ? openBrowser(page.address) : undefined;
      if (json) printLine(JSON.stringify({ address: page.address }));
      else if (removeFile === undefined) printLine(page.address);
      else printError("The console is open in your browser. Ctrl-C ends it.");
      await interrupted();
      removeFile?.();
      await page.close();
    });
}

/** Until somebody ends it; a second time, at once. */
async function interrupted(): Promise<void> {
  await new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
      process.once(signal, () => {
        resolve();
      });
  });
}

function folderOf(cwd: string): string {
  if (existsSync(cwd)) return cwd;
  throw new UsageError(`--cwd ${cwd}: there is no such folder.`);
}

function portOf(text: string): number {
  if (/^\d{1,5}$/.test(text)) return Number(text);
  throw new UsageError(`--port ${text} is not a port number.`);
}
