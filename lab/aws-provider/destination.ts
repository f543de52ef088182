import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

export type Destination = Awaited<ReturnType<typeof startDestination>>;

/** Stands for the bot's address: answers 200 and remembers what came. */
export async function startDestination() {
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      bodies.push(Buffer.concat(chunks).toString());
      response.writeHead(200).end();
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    async received(body: string, withinMs: number): Promise<boolean> {
      const end = performance.now() + withinMs;
      while (!bodies.includes(body) && performance.now() < end) await sleep(50);
      return bodies.includes(body);
    },
    async close(): Promise<void> {
      server.close();
      server.closeAllConnections();
      await once(server, "close").catch(() => undefined);
    },
  };
}
