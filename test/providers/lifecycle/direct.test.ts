import { type RequestListener, createServer } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { afterEach, describe, expect, test } from "@jest/globals";
import { type Send, sendDirectly } from "../../../providers/lifecycle/direct";

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** A server on this machine, and all connections that were made to it. */
async function listening(handler: RequestListener, host = "127.0.0.1"): Promise<{ origin: string; sockets: Socket[] }> {
  const sockets: Socket[] = [];
  const server = createServer(handler).on("connection", (socket: Socket) => sockets.push(socket));
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  closing.push(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  return { origin: `http://${host.includes(":") ? `[${host}]` : host}:${port}`, sockets };
}

const post = (send: Send, body = "{}") =>
  send({ method: "POST", path: "/", headers: {}, body, signal: AbortSignal.timeout(10_000) });

describe("requests without a proxy", () => {
  test("share as many connections as they may, and use them again", async () => {
    const { origin, sockets } = await listening((_, response) => response.end("{}"));
    const send = await sendDirectly(origin, 3);
    for (let round = 0; round < 3; round += 1) await Promise.all(Array.from({ length: 10 }, () => post(send)));
    expect(sockets).toHaveLength(3);
  });

  test("do not go over one that the server has just closed: whether a POST was done would not be known", async () => {
    const { origin, sockets } = await listening((_, response) => response.end("{}"));
    const send = await sendDirectly(origin, 1);
    for (let round = 0; round < 20; round += 1) {
      expect(await post(send)).toMatchObject({ status: 200 });
      await new Promise<void>((resolve) => sockets.at(-1)?.end(resolve));
    }
    expect(sockets).toHaveLength(20);
  });

  test("carry text of any language there and back, whichever way the address is written", async () => {
    const { origin } = await listening((request, response) => {
      // The mark that some servers put before JSON.
      response.write("\ufeff");
      request.pipe(response);
    }, "::1");
    const text = JSON.stringify({ name: "Grüße 你好" });
    expect(await post(await sendDirectly(origin, 1), text)).toMatchObject({ status: 200, text });
  });
});
