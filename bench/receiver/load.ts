import { connect, type Socket } from "node:net";
import { signedEvent } from "../../lab/chaos/event";
import { AnswerReader } from "./answer-reader";

/** What the parent passes as the only argument. */
export interface LoadOrders {
  readonly port: number;
  readonly path: string;
  readonly secret: string;
  readonly connections: number;
  readonly seconds: number;
  readonly bytes: number;
  /** Open loop at this rate; closed loop (the next request follows the answer) where there is none. */
  readonly ratePerSecond?: number;
  /** Make each event when it is sent, so that it tells when that was; for rates that leave the time for it. */
  readonly late?: boolean;
  /** The first event's number, so that no two runs send the same event. */
  readonly from: number;
  /** Headers that a contestant insists on. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The header for the signature, and what comes before it. */
  readonly signatureHeader?: readonly [name: string, prefix: string];
}

export interface LoadResult {
  readonly requests: number;
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
  readonly failed: number;
  /** The numbers of the events that got a 2xx. */
  readonly acknowledged: readonly number[];
}

/**
 * A load generator of its own rather than autocannon: every event has to be another one (a repeated one is cheaper), signed
 * beforehand, and in the open loop a latency counts from when the request should have gone out, or a stall would hide itself.
 */
async function generate(orders: LoadOrders): Promise<LoadResult> {
  const expected = Math.ceil((orders.ratePerSecond ?? 12_000) * orders.seconds * 1.1);
  const prepared = orders.late ? 0 : expected;
  const requests = Array.from({ length: prepared }, (_, index) => requestBytes(orders, orders.from + index));
  const sockets = await Promise.all(Array.from({ length: orders.connections }, () => open(orders.port)));
  const latencies: number[] = [];
  const acknowledged: number[] = [];
  const idle = [...sockets];
  let next = 0;
  let failed = 0;
  const began = performance.now();
  const end = began + orders.seconds * 1000;
  const dueAt = (index: number): number =>
    orders.ratePerSecond === undefined ? performance.now() : began + (index * 1000) / orders.ratePerSecond;

  const sendNext = (): void => {
    while (idle.length > 0) {
      const due = dueAt(next);
      const now = performance.now();
      if (now >= end || due > now) return;
      const socket = idle.pop();
      if (!socket) return;
      const index = next++;
      const request = requests[index] ?? requestBytes(orders, orders.from + index);
      socket.expect((status) => {
        latencies.push(performance.now() - due);
        if (status >= 200 && status < 300) acknowledged.push(orders.from + index);
        else failed += 1;
        idle.push(socket);
        sendNext();
      });
      socket.write(request);
    }
  };
  sendNext();
  await new Promise<void>((resolve) => {
    const tick = (): void => {
      sendNext();
      if (performance.now() >= end || sockets.every((socket) => socket.closed)) resolve();
      // A tighter loop would take the processor from those who are measured.
      else setTimeout(tick, orders.ratePerSecond === undefined ? 20 : 1);
    };
    tick();
  });
  const seconds = (performance.now() - began) / 1000;
  const requestsDone = latencies.length;
  // What is still on its way belongs to the latencies of an open loop, for up to two seconds.
  if (orders.ratePerSecond !== undefined) await settle(() => idle.length === sockets.length, 2_000);
  for (const socket of sockets) socket.destroy();
  latencies.sort((a, b) => a - b);
  const quantile = (q: number): number =>
    latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * q))] ?? NaN;
  return {
    requests: requestsDone,
    perSecond: requestsDone / seconds,
    p50: quantile(0.5),
    p99: quantile(0.99),
    p999: quantile(0.999),
    failed,
    acknowledged,
  };
}

class LoadSocket {
  closed = false;
  private readonly reader = new AnswerReader();
  private onAnswer: ((status: number) => void) | undefined;

  constructor(private readonly socket: Socket) {
    socket.on("data", (data) => {
      for (const status of this.reader.read(data)) this.onAnswer?.(status);
    });
    socket.on("error", () => undefined);
    socket.on("close", () => {
      this.closed = true;
    });
  }

  expect(onAnswer: (status: number) => void): void {
    this.onAnswer = onAnswer;
  }

  write(bytes: Buffer): void {
    this.socket.write(bytes);
  }

  destroy(): void {
    this.socket.destroy();
  }
}

function open(port: number): Promise<LoadSocket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: "127.0.0.1", noDelay: true });
    socket.once("error", reject);
    socket.once("connect", () => {
      resolve(new LoadSocket(socket));
    });
  });
}

function requestBytes(orders: LoadOrders, number: number): Buffer {
  const { body, headers } = signedEvent(number, number % 1000, orders.secret, orders.bytes);
  const [name, prefix] = orders.signatureHeader ?? ["x-kustomer-webhook-signature", ""];
  const all = {
    host: "127.0.0.1",
    ...headers,
    ...orders.headers,
    [name]: prefix + (headers["x-kustomer-webhook-signature"] ?? ""),
    "content-length": String(body.length),
  };
  const head = Object.entries(all).map(([key, value]) => `${key}: ${value}`);
  return Buffer.concat([Buffer.from(`POST ${orders.path} HTTP/1.1\r\n${head.join("\r\n")}\r\n\r\n`), body]);
}

async function settle(condition: () => boolean, withinMs: number): Promise<void> {
  const end = performance.now() + withinMs;
  while (!condition() && performance.now() < end) await new Promise((resolve) => setTimeout(resolve, 10));
}

void generate(JSON.parse(process.argv[2] ?? "{}") as LoadOrders).then((result) => {
  process.stdout.write(`${JSON.stringify(result)}\n`);
});
