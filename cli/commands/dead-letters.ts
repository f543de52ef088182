import type { Command } from "commander";
import type { DeadLetter } from "../../receiver/inbox";
import { type Admin, deadLetterPages } from "../../receiver/admin";
import { doInBulk } from "../bulk";
import { jsonOption, newCommand } from "../command";
import {
  addBulkOptions,
  addFailureOptions,
  addQueryOptions,
  type BulkValues,
  countOf,
  expectedQuery,
  ids,
  queryOf,
  type QueryValues,
} from "../event-query-options";
import { whileGoing } from "../going";
import { harmlessJson } from "../harmless";
import { printError, printJson, printLine, table } from "../print";
import { showEvent } from "../show-event";
import { type ReceiverValues, addReceiverOptions, withReceiver } from "../with-receiver";
import { lasting } from "../words";

interface Values extends ReceiverValues, QueryValues, BulkValues {
  readonly rate?: number;
  readonly body?: boolean;
  readonly json?: boolean;
}

/** As a shell says of what Ctrl-C ended. */
const STOPPED = 130;

const SUMMARY = "List, show, replay or drop the events that could not be delivered.";

export function command(): Command {
  return newCommand("dead-letters", SUMMARY)
    .usage("list | show | replay | drop [options]")
    .addCommand(selecting(newCommand("list", "List them.")).addOption(jsonOption()).action(list))
    .addCommand(
      addReceiverOptions(newCommand("show", "Show one, and with --body the event itself."))
        .addOption(ids("the one to show, by the first column of the list").makeOptionMandatory())
        .option("--body", "show the event itself, which holds customers' words")
        .addOption(jsonOption())
        .action(show),
    )
    .addCommand(
      addBulkOptions(
        selecting(
          newCommand("replay", "Put events back into the queue, behind what their conversations have waiting."),
        ),
        "replay",
      )
        .option("--rate <number>", "put back so many a second at most", (text) => countOf(text, "--rate"))
        .addOption(jsonOption())
        .action(async (values: Values) => {
          const stopped: boolean[] = [];
          const replayed = await act(values, "replay", async (admin, query) => {
            const { result, broken } = await whileGoing("replayed", (going) => admin.replay(query, values.rate, going));
            stopped.push(broken);
            return result;
          });
          if (replayed === undefined) return;
          const broken = stopped.includes(true);
          if (broken) process.exitCode = STOPPED;
          if (values.json) printJson({ replayed, ...(broken && { stopped: true }) });
          else printLine(`${events(replayed)} back in the queue${broken ? "; the rest stay dead letters" : ""}.`);
        }),
    )
    .addCommand(
      addBulkOptions(selecting(newCommand("drop", "Delete events for good.")), "drop")
        .addOption(jsonOption())
        .action(async (values: Values) => {
          const dropped = await act(values, "drop", (admin, query) => admin.drop(query));
          if (dropped === undefined) return;
          if (values.json) printJson({ dropped });
          else printLine(`${events(dropped)} dropped for good.`);
        }),
    );
}

function selecting(command: Command): Command {
  return addFailureOptions(addQueryOptions(addReceiverOptions(command), "given up"));
}

function act(
  values: Values,
  verb: string,
  work: (admin: Admin, query: ReturnType<typeof queryOf>) => Promise<number>,
): Promise<number | undefined> {
  const query = expectedQuery(values, `kustomer-relay dead-letters ${verb}`, verb);
  return withReceiver(values, (admin) =>
    doInBulk({
      ...values,
      verb,
      pages: deadLetterPages(admin, query, tellOfUnseen),
      act: (chosen) => work(admin, chosen),
    }),
  );
}

async function list(values: Values): Promise<void> {
  await withReceiver(values, (admin) => {
    const pages = deadLetterPages(admin, queryOf(values), tellOfUnseen);
    return values.json ? listAsJson(pages) : listAsTables(pages, Object.keys(queryOf(values)).length > 0);
  });
}

/** Beside what is printed for programs. */
function tellOfUnseen(unseen: number): void {
  printError(
    `About ${unseen} more dead letters were not looked at: SQS shows 120,000 of a queue at a time. Replay or drop some of these, then ask again.`,
  );
}

type Pages = AsyncIterable<readonly DeadLetter[]>;

async function listAsTables(pages: Pages, isChosen: boolean): Promise<void> {
  let none = true;
  for await (const letters of pages) {
    printLine(asTable(letters, Date.now()));
    none = false;
  }
  if (none) printLine(`There are no dead letters${isChosen ? " that match" : ""}.`);
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
  showEvent(letter, {
    json,
    body: body ? await admin.deadLetterBody(letter.seq) : undefined,
    more: [
      ["given up", new Date(letter.diedAt).toISOString()],
      ["tries", String(letter.attempts)],
      ["last error", letter.error],
      ...(letter.excerpt === undefined ? [] : [["answer", letter.excerpt] as [string, string]]),
    ],
  });
}

function events(count: number): string {
  return count === 1 ? "1 event is" : `${count} events are`;
}
