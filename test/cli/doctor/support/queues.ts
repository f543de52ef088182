import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Overrides } from "../../../../receiver/controls";

/** SQS, as far as it is asked how much is in a queue, and DynamoDB for the overrides: by requests that are signed. */
export interface Queues {
  readonly url: string;
  /** Messages by the last part of a queue's URL. */
  readonly counts: Record<string, number>;
  /** What somebody has set of relays, by their names. */
  readonly overrides: Record<string, Overrides>;
  close(): Promise<void>;
}

export async function startQueues(): Promise<Queues> {
  const counts: Record<string, number> = {};
  const overrides: Record<string, Overrides> = {};
  const server = createServer((request, response) => {
    let text = "";
    request.on("data", (chunk: Buffer) => (text += chunk.toString()));
    request.on("end", () => {
      const { QueueUrl = "" } = JSON.parse(text) as { QueueUrl?: string };
      const isSigned = request.headers.authorization?.startsWith("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/") ?? false;
      const asked = String(request.headers["x-amz-target"]);
      const isKnown = isSigned && ["AmazonSQS.GetQueueAttributes", "DynamoDB_20120810.GetItem"].includes(asked);
      const count = String(counts[QueueUrl.split("/").at(-1) ?? ""] ?? 0);
      const Attributes = { ApproximateNumberOfMessages: count, ApproximateNumberOfMessagesNotVisible: "0" };
      response.writeHead(isKnown ? 200 : 403, { "content-type": "application/x-amz-json-1.0" });
      const Item = Object.fromEntries(
        Object.entries(overrides).map(([relay, set]) => [`relay:${relay}`, { S: JSON.stringify(set) }]),
      );
      response.end(JSON.stringify(isKnown ? { Attributes, Item } : { __type: "com.amazonaws.sqs#AccessDenied" }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    counts,
    overrides,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}
