import { createInterface } from "node:readline/promises";
import { counted } from "./words";

/** So many are a slip of nobody's hand. */
const MOST_UNASKED = 100;

interface Asked {
  /** What would be done: "replay". */
  readonly verb: string;
  readonly count: number;
  readonly yes?: boolean | undefined;
}

/** Asks before many events are touched. Where there is nobody to ask, it has to be said beforehand. */
export async function confirmMany({ verb, count, yes }: Asked): Promise<void> {
  if (yes || count <= MOST_UNASKED) return;
  if (!process.stdin.isTTY || !process.stderr.isTTY)
    throw new Error(
      `This would ${verb} ${counted(count, "event")}. See which with --dry-run; more than ${MOST_UNASKED} need --yes.`,
    );
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await lines.question(
      `${verb.replace(/^./, (letter) => letter.toUpperCase())} ${counted(count, "event")}? [y/N] `,
    );
    if (!/^y(es)?$/i.test(answer.trim())) throw new Error("Nothing was done.");
  } finally {
    lines.close();
  }
}
