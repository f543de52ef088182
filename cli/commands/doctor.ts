import { existsSync } from "node:fs";
import { type Command, Option } from "commander";
import { CHECKS } from "../doctor/checks";
import { type Report, reportOn } from "../doctor/report";
import { UsageError, newCommand, repeatable } from "../command";
import { type StoreValues, addStoreOptions, isStoreNamed, storeFolderFrom } from "../config-options";
import { asMarkdown } from "../doctor/markdown";
import { asText } from "../doctor/text";
import { suggestion } from "../nearest";
import { printJson, printLine } from "../print";

const FORMATS = ["text", "json", "markdown"] as const;
type Format = (typeof FORMATS)[number];

interface Values extends StoreValues {
  readonly stack?: string;
  readonly cwd: string;
  readonly fix?: boolean;
  readonly strict?: boolean;
  readonly only?: string[];
  readonly skip?: string[];
  readonly timeout: number;
  readonly format: Format;
  readonly json?: boolean;
}

const DESCRIPTION =
  "Says why nothing arrives. Reads the stack's state and config with the Pulumi CLI (its secrets stay in this process), and asks Kustomer and the endpoints. It changes nothing without --fix. docs/doctor.md has a table of all checks.";

export function command(): Command {
  return addStoreOptions(newCommand("doctor", "Say why nothing arrives, and what to do.", DESCRIPTION))
    .option("--stack <name>", "the stack (the one that is selected)")
    .option("--cwd <folder>", "the program's folder", folderOf, ".")
    .option(
      "--fix",
      "do what is safe, and say what was done: switch a webhook on, put its owner mark back, remove doubles",
    )
    .option("--strict", "end with status 3 when there is nothing worse than warnings")
    .addOption(repeatable("--only <check>", "make this check alone", checkOf))
    .addOption(repeatable("--skip <check>", "leave this check out", checkOf))
    .option("--timeout <seconds>", "how long each check may take", secondsOf, 30)
    .addOption(new Option("--format <format>", "how to print").choices(FORMATS).default("text"))
    .option("--json", "the same as --format json")
    .addHelpText(
      "after",
      "\nExit status: 0 nothing failed, 1 something failed, 2 the command line is wrong, 3 warnings, with --strict.",
    )
    .action(async (values: Values) => {
      const { cwd, stack, timeout, only, skip = [], fix = false, strict = false } = values;
      const wishes = {
        cwd,
        stack,
        timeoutMs: timeout * 1000,
        store: isStoreNamed(values) ? storeFolderFrom(values) : undefined,
        wants: (check: string) => (only?.includes(check) ?? true) && !skip.includes(check),
      };
      const report = await reportOn(wishes, fix);
      PRINTERS[values.json ? "json" : values.format](report);
      await leave(statusOf(report, strict));
    });
}

const PRINTERS: Readonly<Record<Format, (report: Report) => void>> = {
  json: printJson,
  markdown: (report) => {
    printLine(asMarkdown(report));
  },
  text: (report) => {
    printLine(asText(report));
  },
};

function folderOf(cwd: string): string {
  if (existsSync(cwd)) return cwd;
  throw new UsageError(`--cwd ${cwd}: there is no such folder.`);
}

function secondsOf(text: string): number {
  const seconds = Number(text);
  if (seconds > 0 && seconds <= 3600) return seconds;
  throw new UsageError(`--timeout ${text}: not a number of seconds between 0 and 3600.`);
}

function checkOf(name: string): string {
  if (CHECKS.some((check) => check.name === name)) return name;
  const names = CHECKS.map((check) => check.name);
  throw new UsageError(`There is no check ${name}${suggestion(name, names)}`, "kustomer-relay doctor");
}

function statusOf({ status }: Report, strict: boolean): number {
  if (status === "fail") return 1;
  return status === "warn" && strict ? 3 : 0;
}

/** What a check that ran out of time still waits for must not keep us; what was printed has to be out first. */
async function leave(status: number): Promise<never> {
  await new Promise((resolve) => process.stdout.write("", resolve));
  // It may be set already: nothing could be printed.
  process.exit(process.exitCode ?? status);
}
