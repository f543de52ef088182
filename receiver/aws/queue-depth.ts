import type { AwsCall } from "./client";

const TIMEOUT_MS = 10_000;
const NAMES = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"];

/** How many messages a queue holds: those that wait, and those that are under way or put off. */
export async function queueDepth(call: AwsCall, queueUrl: string): Promise<{ visible: number; hidden: number }> {
  const input = { QueueUrl: queueUrl, AttributeNames: NAMES };
  const { Attributes = {} } = await call<{ Attributes?: Record<string, string> }>(
    "sqs",
    "GetQueueAttributes",
    input,
    TIMEOUT_MS,
  );
  const [visible = 0, hidden = 0] = NAMES.map((name) => Number(Attributes[name] ?? 0));
  return { visible, hidden };
}
