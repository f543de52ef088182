import type { Command, Option } from "commander";
import type { DeadLetter, DeadLetterSelection } from "../../receiver/inbox";
import { type Admin, deadLetterPages } from "../../receiver/admin";
import { UsageError, jsonOption, newCommand, repeatable } from "../command";
import { harmless, harmlessJson } from "../harmless";
import { moment } from "../moment";
import { bytes, printJson, printLine, table } from "../print";
import { type ReceiverValues, addReceiverOptions, withReceiver } from "../with-receiver";
import { lasting } from "../words";

interface SelectionValues extends ReceiverValues {
  readonly id?: number[];
  readonly since?: number;
  readonly all?: boolean;
}

interface Values extends SelectionValues {
  readonly body?: boolean;
  readonly json?: boolean;
}

const SINCE = "--since <age>";
const AGE = "given up since then: 30m, 2h, 1d, or a date";
const SUMMARY = "List, show, replay or drop the events that could not be delivered.";

export function command(): Command {
  return newCommand("dead-letters", SUMMARY)
    .usage("list | show | replay | drop [options]")
    .addCommand(
      addReceiverOptions(newCommand("list", "List them."))
        .option(SINCE, AGE, momentBefore)
        .addOption(jsonOption())
        .action(list),
    )
    .addCommand(
      addReceiverOptions(newCommand("show", "Show one, and with --body the event itself."))
        .addOption(ids("the one to show, by the first column of the list").makeOptionMandatory())
        .option("--body", "show the event itself, which holds customers' words")
        .addOption(jsonOption())
        .action(show),
    )
    .addCommand(
      selecting(newCommand("replay", "Put events back into the queue, behind what their conversations have waiting."))
        .addOption(jsonOption())
        .action(async (values: Values) => {
          const selection = expected(values, "replay");
          const replayed = await withReceiver(values, (admin) => admin.replay(selection));
          if (values.json) printJson({ replayed });
          else printLine(`${events(replayed)} back in the queue.`);
        }),
    )
    .addCommand(
      selecting(newCommand("drop", "Delete events for good."))
        .addOption(jsonOption())
        .action(async (values: Values) => {
          const selection = expected(values, "drop");
          const dropped = await withReceiver(values, (admin) => admin.drop(selection));
          if (values.json) printJson({ dropped });
          else printLine(`${events(dropped)} dropped for good.`);
        }),
    );
}

function selecting(command: Command): Command {
  return addReceiverOptions(command)
    .addOption(ids("one of them, by the first column of the list"))
    .option(SINCE, AGE, momentBefore)
    .option("--all", "all of them");
}

function ids(description: string): Option {
  return repeatable("--id <number>", description, numberOf);
}

async function list(values: Values): Promise<void> {
  await withReceiver(values, (admin) => {
    const pages = deadLetterPages(admin, selectionOf(values) ?? "all");
    return values.json ? listAsJson(pages) : listAsTables(pages);
  });
}

type Pages = AsyncIterable<readonly DeadLetter[]>;

async function listAsTables(pages: Pages): Promise<void> {
  let none = true;
  for await (const letters of pages) {
    printLine(asTable(letters, Date.now()));
    none = false;
  }
  if (none) printLine("There are no dead letters.");
}

/** One array, however many pages it takes. */
async function listAsJson(pages: Pages): Promise<void> {
  let before = "[";
  for await (const letters of pages) {
    for (const letter of letters) {
      printLine(before + harmlessJson(letter));
      before = ",";
    }
  }
  printLine(before === "[" ? "[]" : "]");
}

async function show(values: Values): Promise<void> {
  const seqs = values.id ?? [];
  await withReceiver(values, async (admin) => {
    const letters: DeadLetter[] = [];
    for await (const page of deadLetterPages(admin, { seqs })) letters.push(...page);
    if (letters.length < seqs.length) throw new Error(notFound(seqs, letters));
    for (const letter of letters) await showOne(admin, letter, values);
  });
}

function selectionOf({ id, since, all }: SelectionValues): DeadLetterSelection | undefined {
  const given = [id, since, all].filter((value) => value !== undefined);
  if (given.length > 1) throw new UsageError("Give only one of --id, --since and --all.");
  if (all) return "all";
  if (since !== undefined) return { since };
  return id && { seqs: id };
}

/** Commander's second argument is what an earlier flag gave, and no time. */
function momentBefore(text: string): number {
  return moment(text, Date.now());
}

function numberOf(id: string): number {
  if (!/^\d{1,15}$/.test(id)) throw new UsageError(`--id ${id}: not a number from the list's first column.`);
  return Number(id);
}

function expected(values: SelectionValues, action: string): DeadLetterSelection {
  const selection = selectionOf(values);
  if (selection !== undefined) return selection;
  throw new UsageError(
    `Say which to ${action}: --id N, --since AGE or --all.`,
    `kustomer-relay dead-letters ${action}`,
  );
}

function notFound(wanted: readonly number[], found: readonly DeadLetter[]): string {
  const missing = wanted.filter((seq) => !found.some((letter) => letter.seq === seq));
  return `There is no dead letter ${missing.join(", ")}. See kustomer-relay dead-letters list.`;
}

function asTable(letters: readonly DeadLetter[], now: number): string {
  const rows = letters.map((one) => {
    const died = `${lasting(now - one.diedAt)} ago`;
    return [String(one.seq), one.destination, one.id, one.name ?? "-", died, String(one.attempts), one.error];
  });
  return table(["id", "destination", "event", "name", "died", "tries", "error"], rows);
}

async function showOne(admin: Admin, letter: DeadLetter, { json, body }: Values): Promise<void> {
  const content = body ? await admin.deadLetterBody(letter.seq) : undefined;
  const text = content && Buffer.from(content).toString("utf8");
  if (json) {
    printJson({ ...letter, ...(text !== undefined && { body: text }) });
    return;
  }
  const facts = [
    ["id", String(letter.seq)],
    ["event", letter.id],
    ["name", letter.name ?? "-"],
    ["conversation", letter.conversation ?? "-"],
    ["destination", letter.destination],
    ["size", bytes(letter.bytes)],
    ["received", new Date(letter.receivedAt).toISOString()],
    ["given up", new Date(letter.diedAt).toISOString()],
    ["tries", String(letter.attempts)],
    ["last error", letter.error],
    ...(letter.excerpt === undefined ? [] : [["answer", letter.excerpt]]),
  ];
  printLine(facts.map(([name = "", value = ""]) => `${name.padEnd(13)}${harmless(value)}`).join("\n"));
  if (text !== undefined) printLine(`\n${text}`);
}

function events(count: number): string {
  return count === 1 ? "1 event is" : `${count} events are`;
}
