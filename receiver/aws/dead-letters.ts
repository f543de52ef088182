import type { Clock } from "../clock";
import { type Going, inPace } from "../admin";
import type { Controls } from "../controls";
import { type EventQuery, matcherOf } from "../event-query";
import type { DeadLetter } from "../inbox";
import type { AwsCall } from "./client";
import { groupBy } from "./group-by";
import { Hold } from "./hold";
import { readLetter } from "./letter";
import { encodeMessage, type RelayEvent } from "./message";
import { sendMessage } from "./queue";
import { queueDepth } from "./queue-depth";
import { sideBySide } from "./side-by-side";

export interface HostedQueues {
  /** What people call the receiver. */
  readonly name: string;
  readonly queueUrl: string;
  readonly deadLetterQueueUrl: string;
  /** The table that overrides of its relays are kept in. */
  readonly table?: string;
  /** Its relays, with what is declared of each. */
  readonly relays?: readonly HostedRelay[];
  /** In the receiver's own region. */
  readonly call: AwsCall;
}

export interface HostedRelay {
  readonly name: string;
  readonly declared?: Controls;
}

/** A dead letter while it is in our hands. */
export interface HeldLetter {
  readonly letter: DeadLetter;
  readonly queues: HostedQueues;
  readonly messageId: string;
  readonly body: Uint8Array;
  /** Undefined for what somebody else put into the queue. */
  readonly event: RelayEvent | undefined;
}

/** What came of looking through the queues. */
export interface Found<One> {
  readonly letters: readonly One[];
  /** About how many there are that could not be looked at; undefined where it was all of them. */
  readonly unseen: number | undefined;
  readonly hold: Hold;
}

const TIMEOUT_MS = 20_000;
/** Conversations worked on at the same time; within one, letters go back in their order. */
const CONVERSATIONS_AT_ONCE = 8;
const LOOKS_AGAIN = 3;
/** Of the events that are kept in memory while something is done with them. */
const MOST_BYTES = 512 * 1024 * 1024;

/**
 * The dead letters of hosted receivers. SQS shows a message only to who takes it out, so everything is taken out, and what
 * is not acted upon is put back.
 */
export class HostedDeadLetters {
  constructor(
    private readonly receivers: readonly HostedQueues[],
    private readonly clock: Clock,
    /** How many SQS shows at a time. */
    private readonly mostShown?: number,
  ) {}

  /**
   * Takes out all letters, does something with those that were asked for, the oldest first, and puts back what it did not remove.
   * Of a letter is kept what `keep` makes of it, which holds so many bytes.
   */
  async withLetters<One, T>(
    query: EventQuery,
    keep: (held: HeldLetter) => { readonly one: One; readonly bytes: number },
    work: (found: Found<One>) => Promise<T>,
  ): Promise<T> {
    const matches = matcherOf(query);
    const kept = new Map<string, { readonly one: One; readonly letter: DeadLetter }>();
    let bytes = 0;
    const isFull = (): boolean => bytes >= MOST_BYTES;
    const isAll = (): boolean => kept.size === query.seqs?.length;
    const hold = new Hold(this.mostShown);
    const look = async (queues: HostedQueues): Promise<boolean> => {
      const isMore = await hold.takeOut(
        queues,
        (message) => {
          const read = readLetter(message, queues.name);
          if (!matches({ ...read.letter, at: read.letter.diedAt })) return;
          const { one, bytes: held } = keep({ ...read, queues, messageId: message.MessageId });
          bytes += held;
          kept.set(message.MessageId, { one, letter: read.letter });
        },
        () => isFull() || isAll(),
      );
      await hold.letGo((messageId) => kept.has(messageId));
      return isMore;
    };
    try {
      let unseen: number | undefined;
      for (const queues of this.receivers) {
        let isMore = await look(queues);
        // Those that were chosen may be among the others now: SQS promises no order to who looks again.
        for (let again = 0; isMore && query.seqs && !isFull() && !isAll() && again < LOOKS_AGAIN; again += 1)
          isMore = await look(queues);
        if (isMore && !isAll())
          unseen = (unseen ?? 0) + (await queueDepth(queues.call, queues.deadLetterQueueUrl)).visible;
      }
      const letters = [...kept.values()]
        .sort((a, b) => a.letter.receivedAt - b.letter.receivedAt || a.letter.diedAt - b.letter.diedAt)
        .map(({ one }) => one);
      return await work({ letters, unseen, hold });
    } finally {
      await hold.end();
    }
  }

  /** So many a second, in the order in which they came. */
  replayInPace(found: Found<HeldLetter>, perSecond: number, going?: Going): Promise<number> {
    const letters = [...found.letters.keys()];
    const move = (some: readonly number[]): Promise<number> =>
      this.replay({ ...found, letters: some.flatMap((index) => found.letters[index] ?? []) });
    return inPace(letters, perSecond, move, going);
  }

  /** Behind what the conversation has waiting, as a new event: neither SQS nor the table take it for a duplicate. */
  async replay({ letters, hold }: Found<HeldLetter>, { signal, onMoved }: Going = {}): Promise<number> {
    const conversations = groupBy(letters, ({ event, messageId }) =>
      event ? encodeMessage(event).groupId : messageId,
    );
    let replayed = 0;
    await sideBySide(conversations, CONVERSATIONS_AT_ONCE, async (conversation) => {
      for (const { event, queues, messageId } of conversation) {
        if (!event || signal?.aborted) continue;
        // Received anew, or an event that waited for its person for a fortnight would be given up at its first failure.
        const again = { ...event, receivedAt: this.clock(), replay: messageId };
        await sendMessage(queues.call, queues.queueUrl, encodeMessage(again), TIMEOUT_MS);
        await hold.remove(messageId);
        replayed += 1;
        onMoved?.(replayed, letters.length);
      }
    });
    return replayed;
  }

  async drop({ letters, hold }: Found<string>): Promise<number> {
    await sideBySide(letters, CONVERSATIONS_AT_ONCE, (messageId) => hold.remove(messageId));
    return letters.length;
  }
}
