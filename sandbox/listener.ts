import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Answer, Incoming } from "./http";

export const host = "127.0.0.1";

/** What becomes of a request: an answer, a body sent as it is, or a destroyed connection. */
export type Outcome = Answer | { status: number; text: string; headers?: Record<string, string> } | "drop";

/** node:http on the loopback interface. */
export class Listener {
  readonly #server: Server;

  constructor(
    answer: (incoming: Incoming) => Promise<Outcome>,
    private readonly spellHeader: (name: string) => string,
  ) {
    this.#server = createServer((request, response) => {
      void this.#serve(request, response, answer);
    });
  }

  async open(port: number): Promise<string> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(port, host, resolve);
    });
    return `http://${host}:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      this.#server.close(() => {
        resolve();
      });
    });
    this.#server.closeAllConnections();
    await closed;
  }

  async #serve(
    request: IncomingMessage,
    response: ServerResponse,
    answer: (incoming: Incoming) => Promise<Outcome>,
  ): Promise<void> {
    try {
      const incoming = await receive(request);
      if (incoming === undefined) return;
      const outcome = await answer(incoming);
      if (outcome === "drop") request.socket.destroy();
      else this.#send(response, outcome);
    } catch (error) {
      this.#send(response, { status: 500, body: { error: `The sandbox itself failed: ${String(error)}` } });
    }
  }

  #send(response: ServerResponse, outcome: Exclude<Outcome, "drop">): void {
    const json = "body" in outcome && outcome.body !== undefined ? JSON.stringify(outcome.body) : "";
    const text = "text" in outcome ? outcome.text : json;
    const headers = {
      ...(text === "" ? {} : { "content-type": "application/json" }),
      ...(outcome.status === 204 ? {} : { "content-length": String(Buffer.byteLength(text)) }),
      ...outcome.headers,
    };
    // By the clock that the rate limit and all times in answers go by.
    response.setHeader("date", new Date().toUTCString());
    for (const [name, value] of Object.entries(headers)) response.setHeader(this.spellHeader(name), value);
    response.writeHead(outcome.status).end(text);
  }
}

/** Undefined when the client went away before its request was complete. */
async function receive(request: IncomingMessage): Promise<Incoming | undefined> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of request) chunks.push(chunk as Buffer);
  } catch {
    return undefined;
  }
  const { pathname, searchParams } = new URL(request.url ?? "/", `http://${host}`);
  return {
    method: request.method ?? "GET",
    path: pathname,
    query: searchParams,
    headers: request.headers,
    raw: Buffer.concat(chunks),
  };
}
