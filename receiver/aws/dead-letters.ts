import { createHash } from "node:crypto";
import type { Clock } from "../clock";
import type { Controls } from "../controls";
import { type EventQuery, matcherOf } from "../event-query";
import type { DeadLetter } from "../inbox";
import { inPace } from "../admin";
import { originalHeaders } from "../original-headers";
import type { AwsCall } from "./client";
import { groupBy } from "./group-by";
import { type DeathCertificate, decodeDeath, decodeMessage, encodeMessage, type RelayEvent } from "./message";
import { changeVisibility, sendMessage } from "./queue";

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

/** A dead letter while it is in our hands: nobody else sees it until it is let go. */
export interface HeldLetter extends DeadLetter {
  readonly body: Uint8Array;
  readonly queues: HostedQueues;
  readonly handle: string;
  readonly messageId: string;
  /** Undefined for what somebody else put into the queue. */
  readonly event?: RelayEvent;
}

interface ReceivedMessage {
  readonly MessageId: string;
  readonly ReceiptHandle: string;
  readonly Body: string;
  readonly MessageAttributes?: Readonly<Record<string, { readonly StringValue?: string }>>;
  readonly Attributes?: Readonly<Record<string, string>>;
}

const TIMEOUT_MS = 20_000;
/** For as long as one command may take. One that is broken off leaves its letters hidden until then. */
const HELD_SECONDS = 600;
const PER_REQUEST = 10;
/** Conversations worked on at the same time; within one, letters go back in their order. */
const CONVERSATIONS_AT_ONCE = 8;

/**
 * The dead letters of hosted receivers. SQS shows a message only to who takes it out, so everything is taken out, and what
 * is not acted upon is put back.
 */
export class HostedDeadLetters {
  private readonly removed = new Set<string>();

  constructor(
    private readonly receivers: readonly HostedQueues[],
    private readonly clock: Clock,
  ) {}

  /** Takes out all letters, does something with those that were asked for, and puts back what it did not remove. */
  async withLetters<T>(query: EventQuery, work: (letters: HeldLetter[]) => Promise<T>): Promise<T> {
    const held: HeldLetter[] = [];
    try {
      for (const one of this.receivers) for await (const letters of takeOut(one)) held.push(...letters);
      held.sort((a, b) => a.receivedAt - b.receivedAt || a.diedAt - b.diedAt);
      const matches = matcherOf(query);
      return await work(held.filter((letter) => matches({ ...letter, at: letter.diedAt })));
    } finally {
      await this.letGo(held);
    }
  }

  /** So many a second, in the order in which they came. */
  replayInPace(letters: readonly HeldLetter[], perSecond: number): Promise<number> {
    const byNumber = new Map(letters.map((letter) => [letter.seq, letter]));
    return inPace([...byNumber.keys()], perSecond, (seqs) =>
      this.replay(seqs.flatMap((seq) => byNumber.get(seq) ?? [])),
    );
  }

  /** Behind what the conversation has waiting, as a new event: neither SQS nor the table take it for a duplicate. */
  async replay(letters: readonly HeldLetter[]): Promise<number> {
    const waiting = groupBy(letters, ({ event, messageId }) => (event ? encodeMessage(event).groupId : messageId));
    let replayed = 0;
    const work = async (): Promise<void> => {
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        for (const letter of next) {
          // Not added to what it was before: others count meanwhile.
          const some = await this.replayOne(letter);
          replayed += some;
        }
      }
    };
    await Promise.all(Array.from({ length: CONVERSATIONS_AT_ONCE }, work));
    return replayed;
  }

  async drop(letters: readonly HeldLetter[]): Promise<number> {
    for (const letter of letters) await this.remove(letter);
    return letters.length;
  }

  private async replayOne(letter: HeldLetter): Promise<number> {
    const { event, queues, messageId } = letter;
    if (!event) return 0;
    // Received anew, or an event that waited for its person for a fortnight would be given up at its first failure.
    const again = { ...event, receivedAt: this.clock(), replay: messageId };
    await sendMessage(queues.call, queues.queueUrl, encodeMessage(again), TIMEOUT_MS);
    await this.remove(letter);
    return 1;
  }

  private async remove({ queues, handle }: HeldLetter): Promise<void> {
    const input = { QueueUrl: queues.deadLetterQueueUrl, ReceiptHandle: handle };
    await queues.call("sqs", "DeleteMessage", input, TIMEOUT_MS);
    this.removed.add(handle);
  }

  private async letGo(held: readonly HeldLetter[]): Promise<void> {
    const kept = held.filter(({ handle }) => !this.removed.has(handle));
    for (const queues of this.receivers) {
      const handles = kept.filter((letter) => letter.queues === queues).map(({ handle }) => handle);
      for (let from = 0; from < handles.length; from += PER_REQUEST) {
        const some = handles.slice(from, from + PER_REQUEST);
        await changeVisibility(queues.call, queues.deadLetterQueueUrl, some, 0, TIMEOUT_MS);
      }
    }
  }
}

async function* takeOut(queues: HostedQueues): AsyncGenerator<HeldLetter[]> {
  for (;;) {
    const { Messages = [] } = await queues.call<{ Messages?: readonly ReceivedMessage[] }>(
      "sqs",
      "ReceiveMessage",
      {
        QueueUrl: queues.deadLetterQueueUrl,
        MaxNumberOfMessages: PER_REQUEST,
        VisibilityTimeout: HELD_SECONDS,
        // Asks all of SQS's machines; without a wait it asks some, and may find nothing where there is something.
        WaitTimeSeconds: 1,
        MessageAttributeNames: ["All"],
        MessageSystemAttributeNames: ["All"],
      },
      TIMEOUT_MS,
    );
    if (Messages.length === 0) return;
    yield Messages.map((message) => letterOf(message, queues));
  }
}

function letterOf(message: ReceivedMessage, queues: HostedQueues): HeldLetter {
  const attributes = Object.fromEntries(
    Object.entries(message.MessageAttributes ?? {}).map(([name, { StringValue }]) => [name, StringValue ?? ""]),
  );
  const event = decodeMessage(message.Body, attributes);
  const { reason, status, excerpt, attempts, diedAt } = decodeDeath(attributes) ?? movedBySqs(message);
  const body = event?.body ?? Buffer.from(message.Body, "utf8");
  return {
    seq: numberOf(message.MessageId),
    destination: event?.destination ?? queues.name,
    id: event?.id ?? message.MessageId,
    ...(event?.name !== undefined && { name: event.name }),
    ...(event?.conversation !== undefined && { conversation: event.conversation }),
    bytes: body.byteLength,
    attempts,
    error: reason,
    ...(status !== undefined && { status }),
    ...(excerpt !== undefined && { excerpt }),
    receivedAt: event?.receivedAt ?? diedAt,
    diedAt,
    ...(event !== undefined && { headers: originalHeaders(event) }),
    body,
    queues,
    handle: message.ReceiptHandle,
    messageId: message.MessageId,
    ...(event && { event }),
  };
}

/** The net below our own dead letters: SQS moves what was received too often, and does not say why. */
function movedBySqs({ Attributes = {} }: ReceivedMessage): DeathCertificate {
  return {
    reason: "SQS gave it up after too many receives: the delivery function never said what became of it; see its log",
    attempts: 0,
    diedAt: Number(Attributes.SentTimestamp ?? 0),
  };
}

/** A short number that stays the same from one listing to the next, as the store of a self-hosted receiver gives. */
function numberOf(messageId: string): number {
  return createHash("sha256").update(messageId).digest().readUIntBE(0, 5);
}
