import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach } from "@jest/globals";

export interface Arrival {
  readonly id: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: Buffer;
  readonly at: number;
}

type Behaviour = (response: ServerResponse, arrival: Arrival, earlier: readonly Arrival[]) => void;

const servers = new Set<Server>();

afterEach(() => {
  for (const server of servers) {
    server.close();
    server.closeAllConnections();
  }
  servers.clear();
});

export interface TestDestination {
  readonly url: string;
  readonly arrivals: readonly Arrival[];
  behave(behaviour: Behaviour): void;
  /** Resolves once so many requests came. */
  received(count: number): Promise<readonly Arrival[]>;
}

/** A server that remembers what it was sent and answers as told; 200 unless told otherwise. */
export async function testDestination(behaviour: Behaviour = ok): Promise<TestDestination> {
  const arrivals: Arrival[] = [];
  let behave = behaviour;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const id = String(request.headers["x-kustomer-relay-event-id"]);
      const arrival = { id, headers: request.headers, body: Buffer.concat(chunks), at: performance.now() };
      const earlier = arrivals.slice();
      arrivals.push(arrival);
      behave(response, arrival, earlier);
    });
  });
  servers.add(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/receive-message`,
    arrivals,
    behave: (next) => {
      behave = next;
    },
    received: async (count) => {
      await until(() => arrivals.length >= count, `${count} deliveries`);
      return arrivals;
    },
  };
}

export function ok(response: ServerResponse): void {
  response.writeHead(200).end();
}

/** Waits for something to become true; fails with what was waited for. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  what: string,
  withinMs = 60_000,
): Promise<void> {
  const end = performance.now() + withinMs;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`Waited ${withinMs} ms for ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
