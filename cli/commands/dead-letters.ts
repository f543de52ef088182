import { parseArgs } from "node:util";
import type { DeadLetter, DeadLetterSelection } from "../../receiver/inbox";
import { type Admin, deadLetterPages } from "../../receiver/admin";
import { type Command, UsageError } from "../command";
import { CONFIG_OPTIONS } from "../config-options";
import { harmless, harmlessJson } from "../harmless";
import { moment } from "../moment";
import { bytes, printJson, printLine, table } from "../print";
import { RECEIVER_OPTIONS, withReceiver } from "../with-receiver";
import { lasting } from "../words";

export const command: Command = {
  summary: "List, show, replay or drop the events that could not be delivered.",
  usage: `
Usage: kustomer-relay dead-letters list   [--since AGE] [--json]
       kustomer-relay dead-letters show   --id N [--body] [--json]
       kustomer-relay dead-letters replay --id N... | --since AGE | --all  [--json]
       kustomer-relay dead-letters drop   --id N... | --since AGE | --all  [--json]

replay puts events back into the queue, behind what their conversations have waiting. drop deletes them for good.
--id may be repeated. AGE is 30m, 2h, 1d or a date. show prints the event itself only when asked to with --body.
The store is named with --config receiver.yaml or --store FOLDER; receivers on AWS with --stack STACK, whose outputs name
them (--cwd: its project's folder).`,

  async run([action, ...args]) {
    const work = action === undefined ? undefined : ACTIONS[action];
    if (!work) throw new UsageError("Say what to do with the dead letters: list, show, replay or drop.");
    const { values } = parseArgs({
      args,
      options: {
        ...CONFIG_OPTIONS,
        ...RECEIVER_OPTIONS,
        id: { type: "string", multiple: true },
        since: { type: "string" },
        all: { type: "boolean" },
        body: { type: "boolean" },
        json: { type: "boolean" },
      },
    });
    const selection = selectionOf(values, Date.now());
    const options = { json: values.json ?? false, body: values.body ?? false };
    return withReceiver(values, (admin) => work(admin, selection, options));
  },
};

interface Options {
  readonly json: boolean;
  readonly body: boolean;
}

type Action = (admin: Admin, selection: DeadLetterSelection | undefined, options: Options) => Promise<number>;

const ACTIONS: Record<string, Action> = {
  list: async (admin, selection, { json }) => {
    const pages = deadLetterPages(admin, selection ?? "all");
    if (json) await listAsJson(pages);
    else await listAsTables(pages);
    return 0;
  },
  show: async (admin, selection, options) => {
    if (typeof selection !== "object" || !("seqs" in selection))
      throw new UsageError("Name the one to show with --id.");
    const letters: DeadLetter[] = [];
    for await (const page of deadLetterPages(admin, selection)) letters.push(...page);
    if (letters.length < selection.seqs.length) throw new Error(notFound(selection.seqs, letters));
    for (const letter of letters) await show(admin, letter, options);
    return 0;
  },
  replay: async (admin, selection, { json }) => {
    const replayed = await admin.replay(expected(selection, "replay"));
    if (json) printJson({ replayed });
    else printLine(`${events(replayed)} back in the queue.`);
    return 0;
  },
  drop: async (admin, selection, { json }) => {
    const dropped = await admin.drop(expected(selection, "drop"));
    if (json) printJson({ dropped });
    else printLine(`${events(dropped)} dropped for good.`);
    return 0;
  },
};

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

function selectionOf(
  values: { id?: string[] | undefined; since?: string | undefined; all?: boolean | undefined },
  now: number,
): DeadLetterSelection | undefined {
  const given = [values.id, values.since, values.all].filter((value) => value !== undefined);
  if (given.length > 1) throw new UsageError("Give only one of --id, --since and --all.");
  if (values.all) return "all";
  if (values.since !== undefined) return { since: moment(values.since, now) };
  return values.id && { seqs: values.id.map(numberOf) };
}

function numberOf(id: string): number {
  if (!/^\d{1,15}$/.test(id)) throw new UsageError(`--id ${id} is no number from the list's first column.`);
  return Number(id);
}

function expected(selection: DeadLetterSelection | undefined, action: string): DeadLetterSelection {
  if (selection !== undefined) return selection;
  throw new UsageError(`Say which to ${action}: --id N, --since AGE or --all.`);
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

async function show(admin: Admin, letter: DeadLetter, { json, body }: Options): Promise<void> {
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
