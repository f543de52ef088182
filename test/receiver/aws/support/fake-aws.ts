import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach } from "@jest/globals";
import { holds, type Item, updated } from "./expressions";
import { FakeQueue } from "./fake-queue";

export interface Call {
  readonly operation: string;
  readonly input: Record<string, unknown>;
  readonly headers: IncomingMessage["headers"];
}

/** What a test orders instead of the service's own answer; `undefined` leaves it be. */
export type Fault = (call: Call, response: ServerResponse) => boolean | undefined;

export class Refused extends Error {
  constructor(
    readonly code: string,
    readonly status = 400,
    readonly more: Record<string, unknown> = {},
  ) {
    super(`refused with ${code}`);
  }
}

const servers = new Set<Server>();

afterEach(() => {
  for (const server of servers) {
    server.close();
    server.closeAllConnections();
  }
  servers.clear();
});

export interface ListedVersion {
  readonly VersionId: string;
  readonly VersionStages?: readonly string[];
  readonly CreatedDate: number;
  readonly value: string;
}

/**
 * SQS, DynamoDB and Secrets Manager as far as the receiver uses them, over real HTTP. It stands in where a test needs a
 * fault at a certain moment, or a clock; what the services do in truth, the tests with the local engines show.
 */
export class FakeAws {
  /** Ahead of the real clock by what a test says. */
  aheadMs = 0;
  readonly clock = (): number => Date.now() + this.aheadMs;
  readonly queue = new FakeQueue(this.clock);
  readonly deadLetters = new FakeQueue(this.clock);
  readonly items = new Map<string, Item>();
  /** By name, by stage. */
  readonly secrets = new Map<string, Record<string, string>>();
  /** All versions of a secret that are listed, with or without a label. */
  readonly listedVersions = new Map<string, readonly ListedVersion[]>();
  readonly calls: Call[] = [];
  fault: Fault = () => undefined;
  url = "";
  /** What CloudWatch says of the queue's oldest message; nothing when undefined. */
  oldestSeconds: number | undefined;
  private readonly deadLetterQueueUrls = new Set<string>();

  /** Another name of that queue, such as a stack's outputs have; every other name is the queue's. */
  alsoDeadLetters(deadLetterQueueUrl: string): void {
    this.deadLetterQueueUrls.add(deadLetterQueueUrl);
  }

  count(operation: string): number {
    return this.calls.filter((call) => call.operation === operation).length;
  }

  get queueUrl(): string {
    return `${this.url}/000000000000/events.fifo`;
  }

  get deadLetterQueueUrl(): string {
    return `${this.url}/000000000000/dead.fifo`;
  }

  async start(): Promise<this> {
    const server = createServer((request, response) => {
      void this.respond(request, response);
    });
    servers.add(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return this;
  }

  private async respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const input = JSON.parse(Buffer.concat(chunks).toString("utf8")) as Record<string, unknown>;
    const operation = String(request.headers["x-amz-target"]).split(".").at(-1) ?? "";
    const call = { operation, input, headers: request.headers };
    this.calls.push(call);
    response.setHeader("x-amzn-requestid", `request-${this.calls.length}`);
    if (this.fault(call, response)) return;
    try {
      const answer = JSON.stringify(this.answer(call));
      response.writeHead(200, { "content-type": "application/x-amz-json-1.0" }).end(answer);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      const body = { __type: `com.amazonaws.fake#${error.code}`, message: error.message, ...error.more };
      response.writeHead(error.status).end(JSON.stringify(body));
    }
  }

  /** What the service does and says. */
  answer({ operation, input }: Call): unknown {
    const dead = input.QueueUrl === this.deadLetterQueueUrl || this.deadLetterQueueUrls.has(String(input.QueueUrl));
    const queue = dead ? this.deadLetters : this.queue;
    switch (operation) {
      case "SendMessage":
        return queue.send(input);
      case "ChangeMessageVisibilityBatch": {
        const entries = input.Entries as { Id: string; ReceiptHandle: string; VisibilityTimeout: number }[];
        for (const one of entries) queue.hide(one.ReceiptHandle, one.VisibilityTimeout * 1000);
        return { Successful: entries.map(({ Id }) => ({ Id })), Failed: [] };
      }
      case "ReceiveMessage": {
        const { MaxNumberOfMessages = 1, VisibilityTimeout = 30 } = input as Record<string, number>;
        const messages = queue.receive(MaxNumberOfMessages, VisibilityTimeout * 1000);
        return {
          Messages: messages.map((one) => ({
            MessageId: one.id,
            ReceiptHandle: one.handle,
            Body: one.body,
            MessageAttributes: one.attributes,
            Attributes: { SentTimestamp: String(one.sentAt), ApproximateReceiveCount: String(one.receives) },
          })),
        };
      }
      case "DeleteMessageBatch":
        for (const { ReceiptHandle } of input.Entries as { ReceiptHandle: string }[]) queue.remove(ReceiptHandle);
        return { Successful: [], Failed: [] };
      case "DeleteMessage":
        queue.remove(String(input.ReceiptHandle));
        return {};
      case "GetQueueAttributes": {
        const now = this.clock();
        const hidden = queue.messages.filter((one) => one.hiddenUntil > now).length;
        return {
          Attributes: {
            ApproximateNumberOfMessages: String(queue.messages.length - hidden),
            ApproximateNumberOfMessagesNotVisible: String(hidden),
            ApproximateNumberOfMessagesDelayed: "0",
          },
        };
      }
      case "GetMetricStatistics": {
        const point = { Timestamp: this.clock() / 1000, Maximum: this.oldestSeconds };
        return { Datapoints: this.oldestSeconds === undefined ? [] : [point] };
      }
      case "GetSecretValue": {
        const id = String(input.SecretId);
        const value =
          typeof input.VersionId === "string"
            ? this.listedVersions.get(id)?.find(({ VersionId }) => VersionId === input.VersionId)?.value
            : this.secrets.get(id)?.[String(input.VersionStage)];
        if (value === undefined) throw new Refused("ResourceNotFoundException");
        return { SecretString: value };
      }
      case "ListSecretVersionIds": {
        // In pages of two, oldest first: whoever reads one page alone misses what is new.
        const all = this.listedVersions.get(String(input.SecretId)) ?? [];
        const from = Number(input.NextToken ?? 0);
        const Versions = all.slice(from, from + 2).map(({ value: _, ...version }) => version);
        return { Versions, ...(from + 2 < all.length && { NextToken: String(from + 2) }) };
      }
      case "GetItem": {
        const item = this.items.get((input.Key as { id: { S: string } }).id.S);
        return item === undefined ? {} : { Item: item };
      }
      case "UpdateItem":
        return this.update(input);
      default:
        throw new Refused("UnknownOperationException");
    }
  }

  private update(input: Record<string, unknown>): unknown {
    const key = (input.Key as { id: { S: string } }).id.S;
    const values = input.ExpressionAttributeValues as Item;
    const { ExpressionAttributeNames: names = {} } = input as { ExpressionAttributeNames?: Record<string, string> };
    const item = this.items.get(key);
    const condition = input.ConditionExpression;
    if (typeof condition === "string" && !holds(condition, item, values, names)) {
      throw new Refused("ConditionalCheckFailedException", 400, item && { Item: item });
    }
    const after = updated(item ?? { id: { S: key } }, String(input.UpdateExpression), values, names);
    this.items.set(key, after);
    return { Attributes: after };
  }
}
