import type { Order, RelayControls } from "./controls";
import type { EventQuery } from "./event-query";
import type { DeadLetter, DeadLetterPage, DestinationStats, Page } from "./inbox";

export interface Status {
  /** Whether a receiver runs on the store; otherwise only the file was read. On AWS something always does. */
  readonly running: boolean;
  readonly destinations: readonly DestinationStats[];
  /** The relays that the running receiver leaves alone for a moment because their destination is down. */
  readonly circuitsOpen: readonly string[];
  /** What is declared of each relay, and what somebody set above that. */
  readonly controls: readonly RelayControls[];
  /** Why they are not known, or not all of them. */
  readonly controlsProblem?: string;
  /** Of the disk; on AWS there is nothing that could fill up. */
  readonly bytesUsed?: number;
  readonly bytesAllowed?: number;
  /** On AWS: where to look on. */
  readonly dashboards?: readonly string[];
}

/** What a person can ask of a receiver, wherever it runs. */
export interface Admin {
  status(): Promise<Status>;
  /** Refuses what could outlast the store, and says why. */
  override(relay: string, order: Order): Promise<RelayControls>;
  deadLetters(query: EventQuery, page: Page): Promise<DeadLetterPage>;
  deadLetterBody(seq: number): Promise<Uint8Array | undefined>;
  /** In the order of their conversations; not more than so many a second, where that is said. */
  replay(query: EventQuery, perSecond?: number, going?: Going): Promise<number>;
  drop(query: EventQuery): Promise<number>;
}

/** What takes a while, and whoever waits for it. */
export interface Going {
  /** Breaks it off: what is not done stays as it was, and what is done is counted. */
  readonly signal?: AbortSignal;
  readonly onMoved?: (moved: number, of: number) => void;
}

const LETTERS_PER_PAGE = 500;

/** All of them, however many there are, a page at a time. `onUnseen` is told of those that cannot be seen yet. */
export async function* deadLetterPages(
  admin: Pick<Admin, "deadLetters">,
  query: EventQuery,
  onUnseen: (unseen: number) => void = () => undefined,
): AsyncGenerator<readonly DeadLetter[]> {
  let after: number | undefined;
  do {
    const page = await admin.deadLetters(query, { after, limit: LETTERS_PER_PAGE });
    if (page.letters.length > 0) yield page.letters;
    if (page.unseen !== undefined) onUnseen(page.unseen);
    after = page.next;
  } while (after !== undefined);
}

const SECOND_MS = 1_000;

/** Slice by slice, one a second: whoever breaks it off leaves the rest as it was. */
export async function inPace(
  seqs: readonly number[],
  perSecond: number,
  move: (some: readonly number[]) => Promise<number>,
  { signal, onMoved }: Going = {},
): Promise<number> {
  let moved = 0;
  const perSlice = Math.max(1, Math.floor(perSecond));
  for (let from = 0; from < seqs.length; from += perSlice) {
    if (from > 0) await pause((SECOND_MS * perSlice) / perSecond, signal);
    if (signal?.aborted) break;
    moved += await move(seqs.slice(from, from + perSlice));
    onMoved?.(moved, seqs.length);
  }
  return moved;
}

/** Over at once when it is broken off. */
function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    if (signal?.aborted) end();
    else signal?.addEventListener("abort", end);
  });
}

/** For receivers whose dead letters have numbers that can be replayed by. */
export async function replayInPace(
  admin: Pick<Admin, "deadLetters" | "replay">,
  query: EventQuery,
  perSecond: number,
  going: Going = {},
): Promise<number> {
  const seqs: number[] = [];
  for await (const letters of deadLetterPages(admin, query)) seqs.push(...letters.map(({ seq }) => seq));
  return inPace(seqs, perSecond, (some) => admin.replay({ seqs: some }), going);
}
