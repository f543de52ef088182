import { setTimeout as sleep } from "node:timers/promises";
import type { AwsCall } from "../../receiver/aws/client";
import type { SqsBatchResult } from "../../receiver/aws/lambda";
import { REGION } from "./engine";
import { type HostedFunction, type Invocation, THROTTLED } from "./hosted-function";

export interface EventSourceSettings {
  readonly queueUrl: string;
  readonly queueArn: string;
  /** Batches under way at the same time: `maximumConcurrency` of the event source mapping. */
  readonly concurrency: number;
}

/** As SQS gives it out. */
interface Message {
  readonly MessageId: string;
  readonly ReceiptHandle: string;
  readonly Body: string;
  readonly MD5OfBody?: string;
  readonly Attributes?: Readonly<Record<string, string>>;
  readonly MessageAttributes?: Readonly<Record<string, { readonly DataType: string; readonly StringValue?: string }>>;
}

/** The most that Lambda takes from a FIFO queue at once. */
const BATCH = 10;
const WAIT_SECONDS = 1;
const WITHIN_MS = 10_000;
const PAUSE_AFTER_TROUBLE_MS = 200;

/**
 * Lambda's event source mapping for a FIFO queue with `ReportBatchItemFailures`: takes batches, calls the function, deletes
 * what did not fail. What failed stays hidden until its visibility time-out ends; the queue does the rest.
 */
export class EventSource {
  private running = true;
  private readonly pollers: Promise<void>[];

  constructor(
    private readonly call: AwsCall,
    private readonly target: HostedFunction,
    private readonly settings: EventSourceSettings,
  ) {
    this.pollers = Array.from({ length: settings.concurrency }, () => this.poll());
  }

  async stop(): Promise<void> {
    this.running = false;
    await Promise.all(this.pollers);
  }

  private async poll(): Promise<void> {
    while (this.running) {
      try {
        const messages = await this.receive();
        if (messages.length === 0) continue;
        const outcome = await this.target.invoke({ Records: messages.map((message) => this.record(message)) });
        await this.remove(messages.filter(({ MessageId }) => !failedIn(outcome, messages).has(MessageId)));
      } catch {
        // The queue is away, or slow: what was taken comes again.
        await sleep(PAUSE_AFTER_TROUBLE_MS);
      }
    }
  }

  private async receive(): Promise<readonly Message[]> {
    const { Messages = [] } = await this.call<{ Messages?: Message[] }>(
      "sqs",
      "ReceiveMessage",
      {
        QueueUrl: this.settings.queueUrl,
        MaxNumberOfMessages: BATCH,
        WaitTimeSeconds: WAIT_SECONDS,
        MessageSystemAttributeNames: ["All"],
        AttributeNames: ["All"],
        MessageAttributeNames: ["All"],
      },
      WITHIN_MS,
    );
    return Messages;
  }

  private async remove(messages: readonly Message[]): Promise<void> {
    if (messages.length === 0) return;
    const Entries = messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
    await this.call("sqs", "DeleteMessageBatch", { QueueUrl: this.settings.queueUrl, Entries }, WITHIN_MS);
  }

  /** The shape in which Lambda hands a message to a function. */
  private record(message: Message): object {
    const { MessageId, ReceiptHandle, Body, MD5OfBody, Attributes = {}, MessageAttributes = {} } = message;
    return {
      messageId: MessageId,
      receiptHandle: ReceiptHandle,
      body: Body,
      attributes: Attributes,
      messageAttributes: Object.fromEntries(
        Object.entries(MessageAttributes).map(([name, { DataType, StringValue }]) => [
          name,
          { stringValue: StringValue, stringListValues: [], binaryListValues: [], dataType: DataType },
        ]),
      ),
      md5OfBody: MD5OfBody,
      eventSource: "aws:sqs",
      eventSourceARN: this.settings.queueArn,
      awsRegion: REGION,
    };
  }
}

/** What stays in the queue. Anything but a well-formed answer means all of it, as on Lambda. */
function failedIn(outcome: Invocation | typeof THROTTLED, messages: readonly Message[]): ReadonlySet<string> {
  const all = new Set(messages.map(({ MessageId }) => MessageId));
  if (outcome === THROTTLED || "failed" in outcome) return all;
  const { batchItemFailures = [] } = (outcome.returned ?? {}) as Partial<SqsBatchResult>;
  const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
  return [...failed].every((id) => all.has(id)) ? failed : all;
}
