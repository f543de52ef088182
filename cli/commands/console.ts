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

/** So soon after the end of a session there is an address that opens the next one. */
const RENEW_EVERY_MS = 30_000;

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
      const printAddress = (): void => {
        printLine(json ? JSON.stringify({ address: page.address }) : page.address);
      };
      if (removeFile === undefined) printAddress();
      else printError(`The console opens in your browser, or at ${page.address} (once). Ctrl-C ends it.`);
      // Whoever reads what is printed may have gone with the first address.
      process.stdout.on("error", () => undefined);
      const renewing = setInterval(() => {
        if (!page.renew()) return;
        printError("The session has ended, since nobody used it for 30 minutes. This opens the next one:");
        printAddress();
      }, RENEW_EVERY_MS);
      await interrupted();
      clearInterval(renewing);
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
