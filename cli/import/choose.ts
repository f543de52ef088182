import { type Interface, createInterface } from "node:readline";
import { UsageError } from "../command";
import { table } from "../print";
import { NOUNS } from "./plan";
import { selection } from "./selection";
import type { Found, Survey } from "./survey";

/** How the choice was made on the command line. */
export interface ChoiceFlags {
  readonly yes?: boolean | undefined;
  readonly pick?: string | undefined;
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
  return selection(text, found.length, usual).flatMap((place) => found[place] ?? []);
}

/** What is imported where nobody chooses has a star. */
export function asTable(found: readonly Found[]): string {
  if (found.length === 0) return "There is nothing to import.";
  const rows = found.map(({ kind, name, id, detail, remark, usual }, index) => [
    String(index + 1),
    usual ? "*" : "",
    NOUNS[kind],
    name,
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
        selection(answer, found.length, usual);
        return answer;
      } catch (error) {
        if (!(error instanceof UsageError)) throw error;
        output.write(`${error.message}\n`);
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
