import { createHash } from "node:crypto";
import type { DeadLetter } from "../inbox";
import { originalHeaders } from "../original-headers";
import { type DeathCertificate, decodeDeath, decodeMessage, type RelayEvent } from "./message";

/** A message as SQS gives it out. */
export interface ReceivedMessage {
  readonly MessageId: string;
  readonly ReceiptHandle: string;
  readonly Body: string;
  readonly MessageAttributes?: Readonly<Record<string, { readonly StringValue?: string }>>;
  readonly Attributes?: Readonly<Record<string, string>>;
}

export interface ReadLetter {
  readonly letter: DeadLetter;
  readonly body: Uint8Array;
  /** Undefined for what somebody else put into the queue. */
  readonly event: RelayEvent | undefined;
}

/** `receiver`: what people call it, for what is not of any of its relays. */
export function readLetter(message: ReceivedMessage, receiver: string): ReadLetter {
  const attributes = Object.fromEntries(
    Object.entries(message.MessageAttributes ?? {}).map(([name, { StringValue }]) => [name, StringValue ?? ""]),
  );
  const event = decodeMessage(message.Body, attributes);
  const { reason, status, excerpt, attempts, diedAt } = decodeDeath(attributes) ?? movedBySqs(message);
  const body = event?.body ?? Buffer.from(message.Body, "utf8");
  const letter = {
    seq: numberOf(message.MessageId),
    destination: event?.destination ?? receiver,
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
  };
  return { letter, body, event };
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
