import { afterEach } from "@jest/globals";
import type { AddressInfo } from "node:net";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:http";
import { type Sandbox, type SandboxOptions, startSandbox } from "../../sandbox";

const cleanups: (() => Promise<void>)[] = [];

/** Whatever a test starts is stopped after it. */
export function useCleanup(): void {
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  });
}

export async function run(options?: SandboxOptions): Promise<Sandbox> {
  const sandbox = await startSandbox(options);
  cleanups.push(() => sandbox.close());
  return sandbox;
}

/** An endpoint that answers with the given statuses, the last one again and again. */
export async function endpoint(...statuses: number[]): Promise<{ url: string; arrivals: Arrival[] }> {
  const arrivals: Arrival[] = [];
  return serve((request, response) => {
    void collect(request).then((body) => {
      arrivals.push({ at: Date.now(), body, rawHeaders: request.rawHeaders, headers: request.headers });
      const status = statuses[Math.min(arrivals.length, statuses.length) - 1] ?? 200;
      response.writeHead(status, status === 302 ? { location: "/elsewhere" } : {}).end();
    });
  }).then((url) => ({ url, arrivals }));
}

export interface Arrival {
  at: number;
  body: Buffer;
  rawHeaders: string[];
  headers: IncomingMessage["headers"];
}

export async function serve(handler: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const server = createServer(handler);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  cleanups.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
}

async function collect(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

export interface Reply {
  status: number;
  text: string;
  body: Json;
  headers: Headers;
}

/** A JSON value of unknown shape, walked with a path of keys. */
export class Json {
  constructor(readonly value: unknown) {}

  at(...path: (string | number)[]): unknown {
    let value = this.value;
    for (const key of path) {
      if (typeof value !== "object" || value === null) return undefined;
      value = (value as Record<string | number, unknown>)[key];
    }
    return value;
  }
}

export async function call(
  sandbox: Sandbox,
  method: string,
  path: string,
  { body, key = sandbox.managementKey }: { body?: unknown; key?: string } = {},
): Promise<Reply> {
  const response = await fetch(`${sandbox.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, text, body: new Json(parse(text)), headers: response.headers };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export const aWebhook = {
  name: "Airkit relay",
  url: "https://api.airkit.com/internal/sessions/v1/resource/kustomer/9a1c/receive-message",
  events: ["kustomer.message.create", "kustomer.conversation.update"],
};

export async function eventually(isTrue: () => boolean, withinMs = 5000): Promise<void> {
  const until = performance.now() + withinMs;
  while (!isTrue()) {
    if (performance.now() > until) throw new Error("It did not happen in time.");
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
