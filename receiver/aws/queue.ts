import type { AwsCall } from "./client";
import type { QueueMessage } from "./message";

/** Resolves once SQS has the message on several machines. Asking twice within five minutes stores it once. */
export async function sendMessage(
  call: AwsCall,
  queueUrl: string,
  message: QueueMessage,
  timeoutMs: number,
): Promise<void> {
  await call(
    "sqs",
    "SendMessage",
    {
      QueueUrl: queueUrl,
      MessageBody: message.body,
      MessageGroupId: message.groupId,
      MessageDeduplicationId: message.deduplicationId,
      MessageAttributes: Object.fromEntries(
        Object.entries(message.attributes).map(([name, value]) => [name, { DataType: "String", StringValue: value }]),
      ),
    },
    timeoutMs,
  );
}

/** SQS keeps a message hidden for twelve hours at most, counted from when it was received. */
const LONGEST_WAIT_SECONDS = 11 * 3600;

/** Hides messages for so long from now on. Those that it fails for come back when the queue's own time-out ends. */
export async function changeVisibility(
  call: AwsCall,
  queueUrl: string,
  receiptHandles: readonly string[],
  waitMs: number,
  timeoutMs: number,
): Promise<void> {
  const seconds = Math.min(Math.ceil(waitMs / 1000), LONGEST_WAIT_SECONDS);
  const { Failed: failed = [] } = await call<{ Failed?: readonly { readonly Code?: string }[] }>(
    "sqs",
    "ChangeMessageVisibilityBatch",
    {
      QueueUrl: queueUrl,
      Entries: receiptHandles.map((handle, index) => ({
        Id: String(index),
        ReceiptHandle: handle,
        VisibilityTimeout: seconds,
      })),
    },
    timeoutMs,
  );
  const [first] = failed;
  if (first) throw new Error(`SQS refused it for ${failed.length} of ${receiptHandles.length}: ${String(first.Code)}`);
}

/** Deletes up to ten. Who deletes them again later finds nothing, which is no error. */
export async function deleteMessages(
  call: AwsCall,
  queueUrl: string,
  receiptHandles: readonly string[],
  timeoutMs: number,
): Promise<void> {
  const Entries = receiptHandles.map((handle, index) => ({ Id: String(index), ReceiptHandle: handle }));
  await call("sqs", "DeleteMessageBatch", { QueueUrl: queueUrl, Entries }, timeoutMs);
}
