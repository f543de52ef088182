import type { ClientRequest, IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { setImmediate as oneTurn } from "node:timers/promises";
import type { Headers } from "./pace";

export const CONNECT_TIMEOUT_MS = 10_000;

/** A server may close what nobody uses, and a request that is just under way is lost with it: better we are first. */
const IDLE_MS = 4000;

export interface Sent {
  readonly method: "GET" | "POST" | "PATCH" | "PUT" | "DELETE";
  /** Path and query. */
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: string | null;
  readonly signal: AbortSignal;
}

export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** Sends one request, and reads its answer to the end. */
export type Send = (request: Sent) => Promise<Answered>;

/**
 * Requests to one origin without a proxy, by Node's own client: gRPC has loaded that anyway, while undici's parser is compiled
 * anew in each process.
 */
export async function sendDirectly(origin: string, connections: number): Promise<Send> {
  const { protocol, hostname, port } = new URL(origin);
  const client = protocol === "https:" ? await import("node:https") : await import("node:http");
  const agent = new client.Agent({ keepAlive: true, maxSockets: connections, timeout: IDLE_MS });
  const where = { agent, hostname: hostname.replace(/^\[|\]$/g, ""), port };
  return async ({ method, path, headers, body, signal }: Sent) => {
    // That the server has closed an idle connection may have arrived, and not been seen: between two turns the network is looked at.
    await oneTurn();
    await oneTurn();
    return new Promise((resolve, reject) => {
      const request = client.request({ ...where, method, path, headers, signal });
      limitConnecting(request, protocol === "https:" ? "secureConnect" : "connect");
      request.on("error", reject).once("response", (response) => {
        answered(response).then(resolve, reject);
      });
      request.end(body ?? undefined);
    });
  };
}

/** An error of `connect`, since nothing has been sent. */
function limitConnecting(request: ClientRequest, connected: "connect" | "secureConnect"): void {
  request.once("socket", (socket: Socket) => {
    if (!socket.connecting) return;
    const timer = setTimeout(() => {
      const message = `no connection within ${CONNECT_TIMEOUT_MS / 1000} seconds`;
      socket.destroy(Object.assign(new Error(message), { code: "ETIMEDOUT", syscall: "connect" }));
    }, CONNECT_TIMEOUT_MS);
    const over = (): void => {
      clearTimeout(timer);
    };
    socket.once(connected, over).once("close", over);
  });
}

async function answered(response: IncomingMessage): Promise<Answered> {
  const parts: Buffer[] = [];
  for await (const part of response) parts.push(part as Buffer);
  const text = new TextDecoder().decode(Buffer.concat(parts));
  return { status: response.statusCode ?? 0, headers: response.headers, text };
}
