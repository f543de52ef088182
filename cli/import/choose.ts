import { type Interface, createInterface } from "node:readline";
import { isOwnerHeader } from "../../providers/kustomer/outbound-webhook/owner-header";
import { UsageError } from "../command";
import { harmless } from "../harmless";
import { table } from "../print";
import { shortened } from "../words";
import { NOUNS } from "./plan";
import { selection } from "./selection";
import type { Found, Survey } from "./survey";

/** How the choice was made on the command line. */
export interface ChoiceFlags {
  readonly yes?: boolean | undefined;
  readonly pick?: string | undefined;
}

/** The flags that leave nothing to ask. */
interface HeaderFlags extends ChoiceFlags {
  readonly json?: boolean | undefined;
}

/** Where a person is asked. */
export interface Terminal {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
  readonly hasPerson: boolean;
}

/** Standard output is for the program that is printed. */
const terminalOfProcess = (): Terminal => ({
  input: process.stdin,
  output: process.stderr,
  hasPerson: process.stdin.isTTY && process.stderr.isTTY,
});

/** The objects to import: as the flags say, or as a person says who sees the table. */
export async function choice(
  { found }: Pick<Survey, "found">,
  { yes, pick }: ChoiceFlags,
  terminal = terminalOfProcess(),
): Promise<Found[]> {
  if (yes && pick !== undefined) throw new UsageError("Give only one of --yes and --pick.");
  const usual = found.flatMap((object, index) => (object.usual ? [index] : []));
  const text = yes ? "" : (pick ?? (await ask(found, usual, terminal)));
  return selection(text, idsOf(found), usual).flatMap((place) => found[place] ?? []);
}

/** Whether the value of a header is a secret is known to its author alone. Nobody to ask: all of them are taken for secrets. */
export async function askForPlainHeaders(
  chosen: readonly Found[],
  { yes, pick, json }: HeaderFlags,
  terminal = terminalOfProcess(),
): Promise<string[]> {
  const names = [...new Set(chosen.flatMap(headersOf))];
  if (names.length === 0 || yes || pick !== undefined || json || !terminal.hasPerson) return [];
  const lines = createInterface({ input: terminal.input, output: terminal.output });
  try {
    const answer = await answerTo(
      lines,
      `Which of these headers have values that are no secret and may stand in the code? ${names.map(harmless).join(", ")}; or Enter for none: `,
    );
    return answer.split(/[\s,]+/).filter((name) => name !== "");
  } finally {
    lines.close();
  }
}

function headersOf({ properties: { headerNames } }: Found): string[] {
  const names: unknown[] = Array.isArray(headerNames) ? headerNames : [];
  return names.map((name) => String(name).toLowerCase()).filter((name) => !isOwnerHeader(name));
}

function idsOf(found: readonly Found[]): string[] {
  return found.map(({ id }) => id);
}

/** What is imported where nobody chooses has a star. */
export function asTable(found: readonly Found[]): string {
  if (found.length === 0) return "There is nothing to import.";
  const rows = found.map(({ kind, name, id, detail, remark, usual }, index) => [
    String(index + 1),
    usual ? "*" : "",
    NOUNS[kind],
    shortened(name),
    ...(detail === id ? ["", id] : [detail, id]),
    remark,
  ]);
  return table(["no", "", "what", "name", "about", "id", "remark"], rows);
}

async function ask(
  found: readonly Found[],
  usual: readonly number[],
  { input, output, hasPerson }: Terminal,
): Promise<string> {
  if (!hasPerson)
    throw new UsageError("Say what to import: --yes, or --pick with numbers of the table that --list shows.");
  output.write(`${asTable(found)}\n\n`);
  if (found.length === 0) return "";
  const lines = createInterface({ input, output });
  try {
    for (;;) {
      const answer = await answerTo(
        lines,
        `Import which? Numbers and ranges such as 1-3,5; all; or Enter for the ${usual.length} with a star: `,
      );
      try {
        selection(answer, idsOf(found), usual);
        return answer;
      } catch (error) {
        if (!(error instanceof UsageError)) throw error;
        output.write(`${harmless(error.message)}\n`);
      }
    }
  } finally {
    lines.close();
  }
}

/** Ctrl-C and Ctrl-D close the terminal, and a question that is left open then is never answered. */
function answerTo(lines: Interface, question: string): Promise<string> {
  return new Promise((resolve, reject) => {
    lines.once("close", () => {
      reject(new Error("Nothing was chosen, and nothing was done."));
    });
    lines.question(question, resolve);
  });
}
