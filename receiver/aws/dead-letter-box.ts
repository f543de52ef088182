import type { Clock } from "../clock";
import type { FailedAttempt } from "../inbox";
import type { AwsCall } from "./client";
import type { SqsRecord } from "./lambda";
import { encodeDeadLetter, encodeStranger, type QueueMessage, type RelayEvent } from "./message";
import { sendMessage } from "./queue";

export type DeadLetterStep = "before-dead-letter" | "dead-letter";

export interface DeadLetterBoxParts {
  readonly call: AwsCall;
  readonly queueUrl: string;
  readonly clock: Clock;
  readonly step?: ((step: DeadLetterStep) => void) | undefined;
}

/** Where events go that are given up, each with the reason. */
export class DeadLetterBox {
  constructor(private readonly parts: DeadLetterBoxParts) {}

  async put(event: RelayEvent, attempts: number, failure: FailedAttempt, timeoutMs: number): Promise<void> {
    const { error: reason, status, excerpt } = failure;
    const death = {
      reason,
      attempts,
      diedAt: this.parts.clock(),
      ...(status !== undefined && { status }),
      ...(excerpt !== undefined && { excerpt }),
    };
    await this.send(encodeDeadLetter(event, death), timeoutMs);
  }

  /** A message that somebody else put into the queue. */
  async putStranger({ messageId, body }: SqsRecord, reason: string, timeoutMs: number): Promise<void> {
    const death = { reason, attempts: 0, diedAt: this.parts.clock() };
    await this.send(encodeStranger({ id: messageId, body }, death), timeoutMs);
  }

  private async send(message: QueueMessage, timeoutMs: number): Promise<void> {
    const { call, queueUrl, step } = this.parts;
    step?.("before-dead-letter");
    await sendMessage(call, queueUrl, message, timeoutMs);
    step?.("dead-letter");
  }
}
