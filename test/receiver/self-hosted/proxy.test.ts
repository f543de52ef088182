import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { join } from "node:path";
import { afterEach, expect, test } from "@jest/globals";
import { configFor } from "../support/config";
import { testDestination } from "../support/destination";
import { send, someEvent, testReceiver } from "../support/receiver";
import { temporaryFolder } from "../support/temporary-folder";

const folder = temporaryFolder();
const proxy = createServer();
afterEach(() => {
  proxy.closeAllConnections();
  proxy.close();
});

test("events go through the proxy that the destination names, with its credentials, and through nothing else", async () => {
  const asked: (string | undefined)[] = [];
  proxy.on("connect", (request, socket, head) => {
    asked.push(request.url, request.headers["proxy-authorization"]);
    const [host = "", port] = (request.url ?? "").split(":");
    const onward = connect(Number(port), host, () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      onward.write(head);
      onward.pipe(socket).pipe(onward);
    });
    for (const end of [socket, onward]) end.on("error", () => undefined);
    socket.on("close", () => onward.destroy());
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  const { port } = proxy.address() as AddressInfo;
  const destination = await testDestination();
  const store = { folder: join(folder, "store") };
  const proxied = configFor(destination.url, { store }, { proxy: `http://me:word@127.0.0.1:${port}` });
  const receiver = await testReceiver(proxied);
  const event = someEvent();
  await send(receiver, event);
  const [arrival] = await destination.received(1);
  expect(arrival?.body.equals(event.body)).toBe(true);
  expect(arrival?.headers["proxy-authorization"]).toBeUndefined();
  expect(asked).toEqual([new URL(destination.url).host, `Basic ${Buffer.from("me:word").toString("base64")}`]);
  expect(receiver.logged.join("")).not.toContain("word");
  await receiver.stop();
});

test("a proxy that is no URL is refused at the start", () => {
  expect(() => configFor("https://x.example/", {}, { proxy: "proxy:3128" })).toThrow(/destination\.proxy: is no http/);
});
