import { createServer, type IncomingMessage, request as httpRequest } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { afterEach, describe, expect, test } from "@jest/globals";
import { hasProxy, openConnections } from "../../../providers/lifecycle/connections";

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** An HTTP server on this machine; `url` is where. */
async function listening(server: ReturnType<typeof createServer>): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A proxy that leads every host to `target`, and notes who was asked for. */
async function proxyTo(target: string): Promise<{ url: string; asked: string[] }> {
  const asked: string[] = [];
  const { port } = new URL(target);
  const server = createServer((incoming: IncomingMessage, response) => {
    const url = new URL(incoming.url ?? "/");
    asked.push(url.host);
    incoming.pipe(
      httpRequest({ port, path: url.pathname, method: incoming.method }, (answer) => {
        response.writeHead(answer.statusCode ?? 500);
        answer.pipe(response);
      }),
    );
  });
  server.on("connect", (incoming, socket) => {
    asked.push(incoming.url ?? "");
    const onward = connect(Number(port), "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      onward.pipe(socket).pipe(onward);
    });
  });
  return { url: await listening(server), asked };
}

describe("connections to other systems", () => {
  const answering = () => listening(createServer((_, response) => response.end("here")));
  const get = async (origin: string, environment: NodeJS.ProcessEnv): Promise<string> => {
    const connections = await openConnections(origin, 2, environment);
    closing.push(() => void connections.destroy());
    const { body } = await connections.request({ origin, path: "/", method: "GET" });
    return body.text();
  };

  test.each(["HTTP_PROXY", "http_proxy"])("go through the proxy that %s names", async (variable) => {
    const { url, asked } = await proxyTo(await answering());
    expect(await get("http://kustomer.invalid", { [variable]: url })).toBe("here");
    expect(asked.map((host) => host.replace(/:80$/, ""))).toEqual(["kustomer.invalid"]);
  });

  test.each(["HTTPS_PROXY", "https_proxy"])("to https go through the proxy that %s names", async (variable) => {
    const { url, asked } = await proxyTo(await answering());
    // The name alone matters: what answers behind this proxy speaks no TLS.
    await expect(get("https://kustomer.invalid", { [variable]: url })).rejects.toThrow();
    expect(asked).toEqual(["kustomer.invalid:443"]);
  });

  test("go past it where NO_PROXY says so", async () => {
    const { url, asked } = await proxyTo(await answering());
    await expect(get("http://kustomer.invalid", { HTTP_PROXY: url, NO_PROXY: "kustomer.invalid" })).rejects.toThrow();
    expect(asked).toEqual([]);
  });

  test("take a proxy's host and port alone, as other programs do", async () => {
    const { url, asked } = await proxyTo(await answering());
    expect(await get("http://kustomer.invalid", { HTTP_PROXY: url.replace("http://", "") })).toBe("here");
    expect(asked).toHaveLength(1);
  });

  test.each(["http://", "ftp://user:hunter2@proxy.example.com", "http://a b"])(
    "say which variable names no proxy (%s), and never what stands in it",
    async (proxy) => {
      const message = await get("https://kustomer.invalid", { https_proxy: proxy }).catch(String);
      expect(message).toMatch(
        /connect to https:\/\/kustomer\.invalid: HTTPS_PROXY is not the address of a proxy; set it to http:/,
      );
      expect(message).not.toContain("hunter2");
    },
  );

  test("go past every proxy where NO_PROXY is a star", () => {
    expect(hasProxy({ HTTPS_PROXY: "http://proxy.example.com" })).toBe(true);
    expect(hasProxy({ HTTPS_PROXY: "http://proxy.example.com", no_proxy: " * " })).toBe(false);
    expect(hasProxy({ HTTPS_PROXY: "" })).toBe(false);
  });

  test("go past it on this machine, where the sandbox is", async () => {
    const { url, asked } = await proxyTo(await answering());
    expect(await get(await answering(), { HTTP_PROXY: url })).toBe("here");
    expect(asked).toEqual([]);
  });
});
