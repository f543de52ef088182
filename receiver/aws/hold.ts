import { type AwsCall, AwsError } from "./client";
import type { ReceivedMessage } from "./letter";
import { changeVisibility } from "./queue";
import { sideBySide, slices } from "./side-by-side";

/** Where a letter lies that is held. */
export interface DeadLetterQueue {
  readonly deadLetterQueueUrl: string;
  readonly call: AwsCall;
}

const TIMEOUT_MS = 20_000;
/** A command that is broken off leaves its letters hidden for so long. */
const HELD_SECONDS = 600;
const RENEWED_EVERY_MS = 200_000;
/** SQS keeps a message hidden for twelve hours at most, from when it was received. */
export const LONGEST_HOLD_SECONDS = 11 * 3600;
/** Of a queue; what is beyond does not come before something of these is gone. */
const MOST_IN_FLIGHT = 119_000;
const PER_REQUEST = 10;
const AT_ONCE = 8;

/** Dead letters in our hands: nobody else sees them, however long it takes, until they are removed or let go. */
export class Hold {
  private readonly held = new Map<string, { readonly from: DeadLetterQueue; readonly handle: string }>();
  private readonly renewing = setInterval(() => void this.renew(), RENEWED_EVERY_MS);

  constructor(private readonly most = MOST_IN_FLIGHT) {}

  /** Takes out everything that a queue shows, until it is enough. Says whether there may be more. */
  async takeOut(
    from: DeadLetterQueue,
    onMessage: (message: ReceivedMessage) => void,
    isEnough: () => boolean,
  ): Promise<boolean> {
    let isMore = false;
    const taker = async (): Promise<void> => {
      for (;;) {
        if (this.held.size + AT_ONCE * PER_REQUEST > this.most || isEnough()) isMore = true;
        const messages = isMore ? [] : await receive(from).catch(unlessTooMany);
        if (messages === "too-many") isMore = true;
        else if (messages.length === 0) return;
        else
          for (const message of messages) {
            const isKnown = this.held.has(message.MessageId);
            this.held.set(message.MessageId, { from, handle: message.ReceiptHandle });
            if (!isKnown) onMessage(message);
          }
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, taker));
    return isMore;
  }

  /** For good. */
  async remove(messageId: string): Promise<void> {
    const { from, handle } = this.held.get(messageId) ?? {};
    if (from === undefined) return;
    const input = { QueueUrl: from.deadLetterQueueUrl, ReceiptHandle: handle };
    await from.call("sqs", "DeleteMessage", input, TIMEOUT_MS);
    this.held.delete(messageId);
  }

  /** Everybody sees again what is still held, or what of it is not needed any more. */
  async letGo(isNeeded: (messageId: string) => boolean = () => false): Promise<void> {
    const going = [...this.held].filter(([messageId]) => !isNeeded(messageId));
    for (const [messageId] of going) this.held.delete(messageId);
    await hide(
      going.map(([, one]) => one),
      0,
    );
  }

  async end(): Promise<void> {
    clearInterval(this.renewing);
    await this.letGo();
  }

  renew(): Promise<void> {
    return hide([...this.held.values()], HELD_SECONDS);
  }
}

/** What cannot be hidden or shown is shown when its time is over. */
async function hide(
  held: readonly { readonly from: DeadLetterQueue; readonly handle: string }[],
  seconds: number,
): Promise<void> {
  for (const from of new Set(held.map((one) => one.from))) {
    const handles = held.filter((one) => one.from === from).map(({ handle }) => handle);
    await sideBySide(slices(handles, PER_REQUEST), AT_ONCE, (some) =>
      changeVisibility(from.call, from.deadLetterQueueUrl, some, seconds * 1000, TIMEOUT_MS).catch(() => undefined),
    );
  }
}

async function receive({ call, deadLetterQueueUrl }: DeadLetterQueue): Promise<readonly ReceivedMessage[]> {
  const { Messages = [] } = await call<{ Messages?: readonly ReceivedMessage[] }>(
    "sqs",
    "ReceiveMessage",
    {
      QueueUrl: deadLetterQueueUrl,
      MaxNumberOfMessages: PER_REQUEST,
      VisibilityTimeout: HELD_SECONDS,
      // Asks all of SQS's machines; without a wait it asks some, and may find nothing where there is something.
      WaitTimeSeconds: 1,
      MessageAttributeNames: ["All"],
      MessageSystemAttributeNames: ["All"],
    },
    TIMEOUT_MS,
  );
  return Messages;
}

/** A standard queue says so at its limit; a FIFO queue gives nothing more, and says nothing. */
function unlessTooMany(error: unknown): "too-many" {
  if (error instanceof AwsError && error.code.includes("OverLimit")) return "too-many";
  throw error;
}
