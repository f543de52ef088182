import { existsSync } from "node:fs";
import { parseArgs } from "node:util";
import { CHECKS } from "../doctor/checks";
import { type Report, reportOn } from "../doctor/report";
import { type Command, UsageError } from "../command";
import { DEFAULT_FILE, storeFolderFrom } from "../config-options";
import { asMarkdown } from "../doctor/markdown";
import { asText } from "../doctor/text";
import { printJson, printLine } from "../print";

export const command: Command = {
  summary: "Say why nothing arrives: look at the stack, Kustomer, the endpoints and the receiver.",
  usage: `
Usage: kustomer-relay doctor [--stack NAME] [--cwd FOLDER] [options]

Reads the stack's state and config with the Pulumi CLI (its secrets stay in this process), and asks Kustomer and the
endpoints. It changes nothing without --fix. docs/doctor.md has a table of all checks.

  --stack NAME        the stack (the one that is selected)
  --cwd FOLDER        the program's folder (this one)
  --fix               do what is safe, and say what was done: switch a webhook on again, put its mark back
  --strict            end with status 3 when there is nothing worse than warnings
  --only CHECK        make this check alone; may be repeated
  --skip CHECK        leave this check out; may be repeated
  --timeout SECONDS   how long each check may take (30)
  --store FOLDER      the store of a receiver that runs on this machine; --config FILE names its receiver.yaml
  --format FORMAT     text, json or markdown; --json is short for the second

Exit status: 0 nothing failed, 1 something failed, 2 the command line is wrong, 3 warnings, with --strict.`,

  async run(args) {
    const { values } = parseArgs({
      args,
      options: {
        stack: { type: "string" },
        cwd: { type: "string" },
        fix: { type: "boolean" },
        strict: { type: "boolean" },
        only: { type: "string", multiple: true },
        skip: { type: "string", multiple: true },
        timeout: { type: "string" },
        store: { type: "string" },
        config: { type: "string" },
        format: { type: "string" },
        json: { type: "boolean" },
      },
    });
    const print = printerOf(values.json ? "json" : (values.format ?? "text"));
    const wishes = {
      cwd: folderOf(values.cwd ?? "."),
      stack: values.stack,
      timeoutMs: secondsOf(values.timeout ?? "30") * 1000,
      store: storeOf(values),
      wants: wanted(values.only, values.skip),
    };
    const report = await reportOn(wishes, values.fix ?? false);
    print(report);
    return leave(statusOf(report, values.strict ?? false));
  },
};

const PRINTERS: Record<string, (report: Report) => void> = {
  json: printJson,
  markdown: (report) => {
    printLine(asMarkdown(report));
  },
  text: (report) => {
    printLine(asText(report));
  },
};

function printerOf(format: string): (report: Report) => void {
  const print = Object.hasOwn(PRINTERS, format) ? PRINTERS[format] : undefined;
  if (print === undefined) throw new UsageError(`--format ${format} is none of ${Object.keys(PRINTERS).join(", ")}.`);
  return print;
}

function folderOf(cwd: string): string {
  if (existsSync(cwd)) return cwd;
  throw new UsageError(`--cwd ${cwd} is no folder.`);
}

function secondsOf(text: string): number {
  const seconds = Number(text);
  if (seconds > 0 && seconds <= 3600) return seconds;
  throw new UsageError(`--timeout ${text} is no number of seconds.`);
}

/** A receiver is looked at where one is named, or its configuration lies in this folder. */
function storeOf(values: { store?: string | undefined; config?: string | undefined }): string | undefined {
  const named = values.store ?? values.config ?? process.env.KUSTOMER_RELAY_STORE ?? process.env.KUSTOMER_RELAY_CONFIG;
  return named !== undefined || existsSync(DEFAULT_FILE) ? storeFolderFrom(values) : undefined;
}

function wanted(only: readonly string[] | undefined, without: readonly string[] = []): (check: string) => boolean {
  for (const name of [...(only ?? []), ...without])
    if (!CHECKS.some((check) => check.name === name))
      throw new UsageError(`There is no check ${name}. There are ${CHECKS.map((check) => check.name).join(", ")}.`);
  return (check) => (only?.includes(check) ?? true) && !without.includes(check);
}

function statusOf({ status }: Report, strict: boolean): number {
  if (status === "fail") return 1;
  return status === "warn" && strict ? 3 : 0;
}

/** What a check that ran out of time still waits for must not keep us; what was printed has to be out first. */
async function leave(status: number): Promise<never> {
  await new Promise((resolve) => process.stdout.write("", resolve));
  process.exit(status);
}
