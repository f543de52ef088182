import { Agent } from "node:http";
import { createServer } from "node:net";
import net from "node:net";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, jest, test } from "@jest/globals";
import { AmbiguousError, Http, type HttpAnswer } from "../../../providers/lifecycle/http";
import { neverConnected } from "../../../providers/lifecycle/never-connected";
import { serve, useCleanup } from "../../sandbox/running";
import { quickenTime } from "../../support/quicken-time";

quickenTime(50);
useCleanup();
afterEach(() => {
  jest.restoreAllMocks();
});

const errorWith = (parts: object): Error => Object.assign(new Error("it failed"), parts);
const connecting = (code: string): Error => errorWith({ code, syscall: "connect" });
const established = (code: string): Error => errorWith({ code, syscall: "read" });

describe("a request certainly did not arrive", () => {
  test.each<[string, unknown]>([
    ["where nobody took the connection in time", connecting("ETIMEDOUT")],
    ["where undici gave up connecting", errorWith({ code: "UND_ERR_CONNECT_TIMEOUT" })],
    [
      "where none of several addresses could be connected to",
      new AggregateError([connecting("ETIMEDOUT"), connecting("ENETUNREACH")], ""),
    ],
    ["where that is the cause", new TypeError("fetch failed", { cause: connecting("ECONNREFUSED") })],
    ["where the name is not known", errorWith({ code: "ENOTFOUND", syscall: "getaddrinfo" })],
  ])("%s", (_, error) => {
    expect(neverConnected(error)).toBe(true);
  });

  test.each<[string, unknown]>([
    ["an established connection timed out", established("ETIMEDOUT")],
    ["the way to an established connection's other end went away", established("EHOSTUNREACH")],
    ["a connection was reset", established("ECONNRESET")],
    [
      "one of several errors is of an established connection",
      new AggregateError([connecting("ETIMEDOUT"), established("ETIMEDOUT")], ""),
    ],
    ["nothing is known", "broken"],
  ])("but it may have where %s", (_, error) => {
    expect(neverConnected(error)).toBe(false);
  });
});

describe("a POST", () => {
  const post = (baseUrl: string): Promise<HttpAnswer> =>
    new Http(baseUrl, "Kustomer").send({ doing: "do it", method: "POST", path: "/", bearer: "key", body: {} });

  test.each<[string, (socket: net.Socket) => unknown]>([
    ["timed out", (socket) => setImmediate(() => socket.destroy(connecting("ETIMEDOUT")))],
    ["took ten seconds", () => undefined],
  ])("is sent again where connecting %s", async (_, end) => {
    let requests = 0;
    const url = await serve((_, response) => {
      requests += 1;
      response.end("{}");
    });
    const connect = jest.spyOn(Agent.prototype, "createConnection").mockImplementationOnce(() => {
      const socket = Object.assign(new net.Socket(), { connecting: true });
      end(socket);
      return socket;
    });
    expect(await post(new URL(url).origin)).toMatchObject({ status: 200 });
    expect(connect).toHaveBeenCalledTimes(2);
    expect(requests).toBe(1);
  });

  test("is not where the connection that took it timed out", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const sockets: net.Socket[] = [];
    jest.spyOn(Agent.prototype, "createConnection").mockImplementation((options) => {
      const socket = net.connect(options as net.NetConnectOpts);
      sockets.push(socket);
      return socket;
    });
    server.on("connection", (taken) => {
      taken.on("error", () => undefined).once("data", () => sockets[0]?.destroy(established("ETIMEDOUT")));
    });
    const answer = post(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    await expect(answer).rejects.toThrow(AmbiguousError);
    expect(sockets).toHaveLength(1);
    server.close();
  });
});
