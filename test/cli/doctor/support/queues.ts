import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** SQS, as far as it is asked how much is in a queue: by requests that are signed. */
export interface Queues {
  readonly url: string;
  /** Messages by the last part of a queue's URL. */
  readonly counts: Record<string, number>;
  close(): Promise<void>;
}

export async function startQueues(): Promise<Queues> {
  const counts: Record<string, number> = {};
  const server = createServer((request, response) => {
    let text = "";
    request.on("data", (chunk: Buffer) => (text += chunk.toString()));
    request.on("end", () => {
      const { QueueUrl = "" } = JSON.parse(text) as { QueueUrl?: string };
      const isSigned = request.headers.authorization?.startsWith("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/") ?? false;
      const isKnown = isSigned && request.headers["x-amz-target"] === "AmazonSQS.GetQueueAttributes";
      const count = String(counts[QueueUrl.split("/").at(-1) ?? ""] ?? 0);
      const Attributes = { ApproximateNumberOfMessages: count, ApproximateNumberOfMessagesNotVisible: "0" };
      response.writeHead(isKnown ? 200 : 403, { "content-type": "application/x-amz-json-1.0" });
      response.end(JSON.stringify(isKnown ? { Attributes } : { __type: "com.amazonaws.sqs#AccessDenied" }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    counts,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}
