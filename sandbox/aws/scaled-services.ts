import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { Agent, request } from "undici";
import type { AwsCall } from "../../receiver/aws/client";

/** Something that a test has the services do instead of, or before, what was asked. Undefined lets the request pass. */
export type Trouble = (operation: string, input: Readonly<Record<string, unknown>>) => Promise<Refusal | undefined>;

/** An answer in a service's stead, or none at all. */
export type Refusal = { readonly status: number; readonly code: string } | "no-answer";

/** SQS recognises a message it was sent before for this long. */
const DEDUPLICATION_MS = 5 * 60_000;

interface VisibilityEntry {
  readonly ReceiptHandle: string;
  readonly VisibilityTimeout: number;
}

/**
 * Stands between the functions and an engine whose clock cannot be changed: a message comes back, and is forgotten by SQS's
 * deduplication, as many times faster as the clock runs. Everything else passes as it came, unless trouble is ordered.
 */
export class ScaledServices {
  /** Replaced by whoever wants the services to misbehave. */
  trouble: Trouble = () => Promise.resolve(undefined);
  private readonly agent = new Agent({ connections: 64 });
  private readonly sentAt = new Map<string, { at: number; turn: number }>();
  private readonly closing = new AbortController();

  private constructor(
    private readonly engineUrl: string,
    private readonly call: AwsCall,
    private readonly timeScale: number,
    private readonly server: Server,
  ) {}

  static async open(engine: { url: string; call: AwsCall }, timeScale: number): Promise<ScaledServices> {
    const server = createServer();
    const services = new ScaledServices(engine.url, engine.call, timeScale, server);
    server.on("request", (incoming, response) => {
      void buffer(incoming)
        .then((body) => services.answer(incoming.headers as Record<string, string>, body))
        .then((answer) => {
          if (answer === "no-answer") incoming.socket.destroy();
          else response.writeHead(answer.status, answer.headers).end(answer.body);
        })
        .catch(() => incoming.socket.destroy());
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return services;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.closing.abort();
    const closed = once(this.server, "close");
    this.server.close();
    this.server.closeAllConnections();
    await closed;
    await this.agent.destroy();
  }

  private async answer(
    headers: Record<string, string>,
    body: Buffer,
  ): Promise<{ status: number; headers: Record<string, string>; body: string | Buffer } | "no-answer"> {
    const operation = headers["x-amz-target"]?.split(".").at(-1) ?? "";
    const input = JSON.parse(body.toString("utf8")) as Record<string, unknown>;
    const refusal = await this.trouble(operation, input);
    if (refusal === "no-answer") return refusal;
    if (refusal) return { status: refusal.status, headers: {}, body: JSON.stringify({ __type: refusal.code }) };

    const sent = operation === "SendMessage" ? Buffer.from(JSON.stringify(this.forgetting(input))) : body;
    const { "content-length": _, "transfer-encoding": __, connection: ___, ...passed } = headers;
    const answer = await request(this.engineUrl, {
      method: "POST",
      headers: passed,
      body: sent,
      dispatcher: this.agent,
    });
    const text = Buffer.from(await answer.body.arrayBuffer());
    if (operation === "ChangeMessageVisibilityBatch") void this.hurry(input);
    const type = answer.headers["content-type"];
    return { status: answer.statusCode, headers: typeof type === "string" ? { "content-type": type } : {}, body: text };
  }

  /** A new deduplication id for what SQS would have forgotten by now. */
  private forgetting(input: Record<string, unknown>): Record<string, unknown> {
    const id = String(input.MessageDeduplicationId);
    const key = `${String(input.QueueUrl)} ${id}`;
    const before = this.sentAt.get(key);
    const now = performance.now();
    if (before && now - before.at < DEDUPLICATION_MS / this.timeScale) return withTurn(input, id, before.turn);
    const turn = before ? before.turn + 1 : 0;
    this.sentAt.set(key, { at: now, turn });
    return withTurn(input, id, turn);
  }

  /** Hidden for as long as was asked, which the engine counts in whole seconds of its own; and shown early. */
  private async hurry({ QueueUrl, Entries }: Record<string, unknown>): Promise<void> {
    const entries = Entries as readonly VisibilityEntry[];
    const seconds = Math.max(...entries.map(({ VisibilityTimeout }) => VisibilityTimeout));
    if (seconds === 0 || this.timeScale === 1) return;
    try {
      await sleep((seconds * 1000) / this.timeScale, undefined, { signal: this.closing.signal, ref: false });
      const shown = entries.map(({ ReceiptHandle }, index) => ({
        Id: String(index),
        ReceiptHandle,
        VisibilityTimeout: 0,
      }));
      await this.call("sqs", "ChangeMessageVisibilityBatch", { QueueUrl, Entries: shown }, 5_000);
    } catch {
      // Closing, or the engine is away: then the message comes when the engine thinks it is time.
    }
  }
}

function withTurn(input: Record<string, unknown>, id: string, turn: number): Record<string, unknown> {
  return turn === 0 ? input : { ...input, MessageDeduplicationId: `${id.slice(0, 120)}-${turn}` };
}
