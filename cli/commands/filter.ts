import { readFileSync } from "node:fs";
import type { Command } from "commander";
import { parse } from "yaml";
import { compileFilter, filterProblems, type Filter, type FilterRule } from "../../receiver/filter";
import { messageOf } from "../../receiver/errors";
import { readControlsFile } from "../../receiver/self-hosted/controls-file";
import { jsonOption, newCommand, UsageError } from "../command";
import { type ConfigValues, addStoreOptions, configFrom } from "../config-options";
import { printJson, printLine, table } from "../print";
import { receiversOf } from "../stack-outputs";
import { list } from "../words";

interface Values extends ConfigValues {
  readonly relay?: string;
  readonly filter?: string;
  readonly stack?: string;
  readonly cwd?: string;
  readonly json?: boolean;
}

const DESCRIPTION =
  "Says of every event in the files whether it goes on, or which rule keeps it back. A file holds one event, a list of them, or one a line; as kustomer-relay dead-letters show --body prints it, and Kustomer sends it. The filter is that of a relay in receiver.yaml, of a relay in a stack's outputs (--stack), or of a file (--filter: a list of rules, or a group with `filter` in it).";

export function command(): Command {
  return newCommand("filter", "Try a relay's filter with events.")
    .usage("test FILE… [options]")
    .addCommand(
      addStoreOptions(newCommand("test", "Say what a filter does with events.", DESCRIPTION))
        .argument("<file...>", "files with events, in JSON")
        .option("--relay <name>", "the relay whose filter it is; need not be said where there is one")
        .option("--filter <file>", "a file with the filter, in YAML or JSON")
        .option("--stack <name>", "the Pulumi stack whose outputs name the relay")
        .option("--cwd <folder>", "the folder of that stack's project")
        .addOption(jsonOption())
        .action(test),
    );
}

interface Judged {
  readonly file: string;
  readonly event: string;
  readonly id: string;
  /** The rule that keeps it back. */
  readonly filteredBy?: string;
}

async function test(files: string[], values: Values): Promise<void> {
  const filter = compiled(await rulesOf(values));
  const judged = files.flatMap((file) => eventsIn(file).map((event) => judge(filter, file, event)));
  if (values.json) {
    printJson(judged);
    return;
  }
  const rows = judged.map(({ file, event, id, filteredBy }) => [
    file,
    event,
    id,
    filteredBy === undefined ? "goes on" : `filtered by ${filteredBy}`,
  ]);
  const filtered = judged.filter(({ filteredBy }) => filteredBy !== undefined).length;
  printLine(table(["file", "event", "id", "result"], rows));
  printLine(`\n${judged.length - filtered} of ${judged.length} go on, ${filtered} are filtered.`);
}

function judge(filter: Filter, file: string, event: unknown): Judged {
  const { name, id } = (typeof event === "object" && event !== null ? event : {}) as Record<string, unknown>;
  const filteredBy = filter(event);
  return {
    file,
    event: typeof name === "string" ? name : "-",
    id: typeof id === "string" ? id : "-",
    ...(filteredBy !== undefined && { filteredBy }),
  };
}

function compiled(rules: unknown): Filter {
  const problems = filterProblems(rules);
  if (problems.length > 0)
    throw new Error(
      `The filter has mistakes:\n${problems.map(({ path, problem }) => `  ${path.join(".") || "(top)"}: ${problem}`).join("\n")}`,
    );
  return compileFilter(rules as FilterRule[]);
}

async function rulesOf(values: Values): Promise<unknown> {
  const { filter, stack, cwd, relay } = values;
  if (filter !== undefined) {
    const read = readFrom(filter, (text) => parse(text) as unknown);
    return Array.isArray(read) ? read : (read as { filter?: unknown } | null)?.filter;
  }
  const relays =
    stack === undefined
      ? configFrom(values).relays
      : (await receiversOf({ name: stack, folder: cwd })).flatMap(({ relays }) => relays);
  const found =
    relays.find(({ name }) => name === relay) ?? (relays.length === 1 && relay === undefined ? relays[0] : undefined);
  if (found === undefined)
    throw new UsageError(
      relay === undefined
        ? `Say whose filter with --relay: ${list(relays.map(({ name }) => name))}.`
        : `There is no relay ${relay}; there is ${list(relays.map(({ name }) => name))}.`,
      "kustomer-relay filter test",
    );
  const file = "controlsFile" in found ? found.controlsFile : undefined;
  const rules = file === undefined ? found.filter : (await readControlsFile(file)).filter;
  if (rules === undefined) throw new Error(`Relay ${found.name} has no filter: everything goes on.`);
  return rules;
}

function eventsIn(file: string): unknown[] {
  return readFrom(file, (text) => {
    const whole = parsed(text);
    if (whole !== undefined) return Array.isArray(whole) ? (whole as unknown[]) : [whole];
    return text.split("\n").flatMap((line, at) => (line.trim() === "" ? [] : [eventIn(line, at + 1)]));
  });
}

function eventIn(line: string, number: number): unknown {
  const event = parsed(line);
  if (event === undefined) throw new Error(`line ${number} is no event in JSON, nor is the whole file`);
  return event;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function readFrom<T>(file: string, from: (text: string) => T): T {
  try {
    return from(readFileSync(file, "utf8"));
  } catch (error) {
    throw new Error(`Reading ${file}: ${messageOf(error)}`, { cause: error });
  }
}
