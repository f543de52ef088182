import type { DeadLetter, DeadLetterPage, DeadLetterSelection, DestinationStats, Page } from "./inbox";

export interface Status {
  /** Whether a receiver runs on the store; otherwise only the file was read. On AWS something always does. */
  readonly running: boolean;
  readonly destinations: readonly DestinationStats[];
  /** The relays that the running receiver leaves alone for a moment because their destination is down. */
  readonly circuitsOpen: readonly string[];
  /** Of the disk; on AWS there is nothing that could fill up. */
  readonly bytesUsed?: number;
  readonly bytesAllowed?: number;
  /** On AWS: where to look on. */
  readonly dashboards?: readonly string[];
}

/** What a person can ask of a receiver, wherever it runs. */
export interface Admin {
  status(): Promise<Status>;
  deadLetters(selection: DeadLetterSelection, page: Page): Promise<DeadLetterPage>;
  deadLetterBody(seq: number): Promise<Uint8Array | undefined>;
  replay(selection: DeadLetterSelection): Promise<number>;
  drop(selection: DeadLetterSelection): Promise<number>;
}

const LETTERS_PER_PAGE = 500;

/** All of them, however many there are, a page at a time. */
export async function* deadLetterPages(
  admin: Pick<Admin, "deadLetters">,
  selection: DeadLetterSelection,
): AsyncGenerator<readonly DeadLetter[]> {
  let after: number | undefined;
  do {
    const page = await admin.deadLetters(selection, { after, limit: LETTERS_PER_PAGE });
    if (page.letters.length > 0) yield page.letters;
    after = page.next;
  } while (after !== undefined);
}
