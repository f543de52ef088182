import { createInterface } from "node:readline/promises";
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

/** The objects to import: as the flags say, or as a person says who sees the table. */
export async function choice({ found }: Survey, { yes, pick }: ChoiceFlags): Promise<Found[]> {
  if (yes && pick !== undefined) throw new UsageError("Give only one of --yes and --pick.");
  const usual = found.flatMap((object, index) => (object.usual ? [index] : []));
  const text = yes ? "" : (pick ?? (await ask(found, usual)));
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

async function ask(found: readonly Found[], usual: readonly number[]): Promise<string> {
  if (!process.stdin.isTTY || !process.stderr.isTTY)
    throw new UsageError("Say what to import: --yes, or --pick with numbers of the table that --list shows.");
  process.stderr.write(`${asTable(found)}\n\n`);
  if (found.length === 0) return "";
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const left = new Promise<never>((_, reject) => {
    terminal.once("close", () => {
      reject(new Error("Nothing was chosen, and nothing was done."));
    });
  });
  // Whoever answers closes the terminal too.
  left.catch(() => undefined);
  try {
    for (;;) {
      const question = `Import which? Numbers and ranges such as 1-3,5; all; or Enter for the ${usual.length} with a star: `;
      const answer = await Promise.race([terminal.question(question), left]);
      try {
        selection(answer, found.length, usual);
        return answer;
      } catch (error) {
        if (!(error instanceof UsageError)) throw error;
        process.stderr.write(`${error.message}\n`);
      }
    }
  } finally {
    terminal.close();
  }
}
