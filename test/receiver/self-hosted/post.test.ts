import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import { type AddressInfo, createServer as createNetServer } from "node:net";
import { afterEach, describe, expect, test } from "@jest/globals";
import type { OutgoingRequest } from "../../../receiver/outgoing";
import { createPoster, type Poster } from "../../../receiver/self-hosted/post";
import { until } from "../support/destination";

const NEVER = new AbortController().signal;
const ends: (() => unknown)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

function poster(connections = 4): Poster {
  const made = createPoster(connections);
  ends.push(() => made.close());
  return made;
}

async function listening(server: ReturnType<typeof createNetServer>): Promise<number> {
  await once(server.listen(0, "127.0.0.1"), "listening");
  ends.push(() => server.close());
  return (server.address() as AddressInfo).port;
}

/** Answers each request by hand; tells which came. */
async function destination() {
  const came: { readonly body: string; readonly url: string; readonly response: ServerResponse }[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => came.push({ body, url: request.url ?? "", response }));
  });
  const port = await listening(server);
  ends.push(() => {
    server.closeAllConnections();
  });
  return { came, url: `http://127.0.0.1:${port}/hook?to=airkit` };
}

function outgoing(url: string, body: string, timeoutMs = 20_000): OutgoingRequest {
  return {
    url,
    headers: { "content-type": "application/json" },
    body: Buffer.from(body),
    timeoutMs,
    wantsExcerpt: true,
  };
}

describe("an event that is posted", () => {
  test("and gets no connection fails on time, not when the connection would have been given up", async () => {
    // Takes connections and says nothing: TLS does not come about.
    const sockets: { destroy(): void }[] = [];
    const port = await listening(createNetServer((socket) => void sockets.push(socket.on("error", () => undefined))));
    const began = performance.now();
    await expect(poster().post(outgoing(`https://127.0.0.1:${port}/`, "1", 200), NEVER)).rejects.toThrow(
      "it did not answer within 0.2 seconds",
    );
    expect(performance.now() - began).toBeLessThan(5_000);
    for (const socket of sockets) socket.destroy();
  });

  test("and failed while it waited for a connection is not sent when one gets free", async () => {
    const { came, url } = await destination();
    const { post } = poster(1);
    const first = post(outgoing(url, "first"), NEVER);
    await until(() => came.length === 1, "the first");
    await expect(post(outgoing(url, "late", 50), NEVER)).rejects.toThrow("did not answer");
    const stopping = new AbortController();
    const stopped = post(outgoing(url, "stopped"), stopping.signal);
    stopping.abort(new Error("the receiver is stopping"));
    await expect(stopped).rejects.toThrow("the receiver is stopping");
    await expect(post(outgoing(url, "too late"), stopping.signal)).rejects.toThrow("the receiver is stopping");
    const next = post(outgoing(url, "next"), NEVER);
    came[0]?.response.end();
    await until(() => came.length === 2, "the next");
    came[1]?.response.writeHead(409).end("why");
    expect(await first).toEqual({ status: 200 });
    expect(await next).toEqual({ status: 409, excerpt: "why" });
    expect(came.map(({ body, url }) => `${body} ${url}`)).toEqual(["first /hook?to=airkit", "next /hook?to=airkit"]);
  });

  test("has its answer in the head that is no hint, and in that alone", async () => {
    const { came, url } = await destination();
    const { post } = poster();
    const hinted = post(outgoing(url, "1"), NEVER);
    await until(() => came.length === 1, "the event");
    const { response } = came[0] ?? {};
    response?.writeEarlyHints({ link: "</x>; rel=preload" });
    response?.writeHead(503, { "retry-after": "7", "x-request-id": "abc" });
    response?.write("busy", () => response.socket?.destroy());
    expect(await hinted).toEqual({ status: 503, retryAfter: "7", requestId: "abc", excerpt: "busy" });
  });

  test("and answered without an end is done with after a second or 64 KiB, and the connection with it", async () => {
    const { came, url } = await destination();
    const { post } = poster();
    const flooded = post(outgoing(url, "1"), NEVER);
    await until(() => came.length === 1, "the event");
    came[0]?.response.writeHead(422).write("x".repeat(200_000));
    const { status, excerpt } = await flooded;
    expect({ status, length: excerpt?.length }).toEqual({ status: 422, length: 512 });
    await until(() => came[0]?.response.destroyed ?? false, "the connection to be let go of");
  });
});
