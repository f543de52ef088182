import { connect, type Socket } from "node:net";
import { afterEach } from "@jest/globals";
import { headersFor } from "../../../lab/chaos/event";
import { SECRET } from "./config";
import { until } from "./destination";

const sockets = new Set<Socket>();

afterEach(() => {
  for (const socket of sockets) socket.destroy();
  sockets.clear();
});

export interface RawClient {
  readonly socket: Socket;
  /** All that came back so far. */
  text(): string;
  isClosed(): boolean;
  /** Resolves with what came back once it has this in it. */
  answered(part: string | RegExp): Promise<string>;
  closed(): Promise<string>;
}

/** A connection on which a test writes what it likes. */
export async function rawClient(url: string, ...chunks: readonly (string | Buffer)[]): Promise<RawClient> {
  const { port, hostname } = new URL(url);
  const socket = connect(Number(port), hostname.replace(/^\[|\]$/g, ""));
  sockets.add(socket);
  let text = "";
  let isClosed = false;
  socket.setEncoding("latin1").on("data", (part: string) => (text += part));
  socket.on("error", () => undefined);
  socket.on("close", () => (isClosed = true));
  await until(() => !socket.connecting || isClosed, "a connection");
  for (const chunk of chunks) socket.write(chunk);
  return {
    socket,
    text: () => text,
    isClosed: () => isClosed,
    answered: async (part) => {
      const has = (): boolean => (typeof part === "string" ? text.includes(part) : part.test(text));
      await until(() => has() || isClosed, `an answer with ${String(part)}`, 20_000);
      return text;
    },
    closed: async () => {
      await until(() => isClosed, "the end of a connection", 20_000);
      return text;
    },
  };
}

/** The head of a request with the body's own signature, unless told otherwise. */
export function rawHead(
  body: string | Buffer,
  extra: Readonly<Record<string, string | undefined>> = {},
  target = "/kustomer",
): string {
  const bytes = Buffer.from(body);
  const headers: Record<string, string | undefined> = {
    host: "x",
    ...headersFor(bytes, SECRET),
    "content-length": String(bytes.length),
    ...extra,
  };
  const lines = Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [`${name}: ${value}`]));
  return [`POST ${target} HTTP/1.1`, ...lines, "", ""].join("\r\n");
}
