import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** The destination: keeps the order in which every event came, and how often. */
export class Sink {
  readonly deliveries: string[] = [];
  /** When each of them came. */
  readonly times: number[] = [];
  readonly counts = new Map<string, number>();
  private readonly server: Server;

  /** Some requests are answered 503, and do not count: as many as that share of all. */
  constructor(
    private readonly random: () => number,
    busyShare = 0,
  ) {
    this.server = createServer((request, response) => {
      const id = String(request.headers["x-kustomer-relay-event-id"]);
      request.resume().on("end", () => {
        if (busyShare > 0 && this.random() < busyShare) {
          response.writeHead(503).end();
          return;
        }
        this.deliveries.push(id);
        this.times.push(performance.now());
        this.counts.set(id, (this.counts.get(id) ?? 0) + 1);
        // Uneven, so that answers of different conversations overtake each other.
        setTimeout(() => response.writeHead(200).end(), this.random() * 4);
      });
    });
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/airkit`;
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }
}
