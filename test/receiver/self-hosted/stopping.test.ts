import { connect } from "node:net";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { configFor } from "../support/config";
import { testDestination } from "../support/destination";
import { send, someEvent, testReceiver } from "../support/receiver";
import { temporaryFolder } from "../support/temporary-folder";

const folder = temporaryFolder();

test("the grace is one for all: a destination that hangs and a client that stalls do not make the stop twice as long", async () => {
  const destination = await testDestination(() => undefined);
  const overrides = { store: { folder: join(folder, "store") }, stopGraceSeconds: 1 };
  const receiver = await testReceiver(configFor(destination.url, overrides));
  await send(receiver, someEvent());
  await destination.received(1);
  const { hostname, port } = new URL(receiver.url);
  const { headers } = someEvent();
  const head = Object.entries({ ...headers, host: hostname, "content-length": "1000" });
  const client = connect(Number(port), hostname, () => {
    client.write(`POST /kustomer HTTP/1.1\r\n${head.map((one) => one.join(": ")).join("\r\n")}\r\n\r\n{`);
  });
  client.on("error", () => undefined);
  await new Promise((resolve) => client.once("ready", resolve));
  await new Promise((resolve) => setTimeout(resolve, 50));
  const began = performance.now();
  await receiver.stop();
  expect(performance.now() - began).toBeLessThan(1_900);
  client.destroy();
});

test("by default a stop fits into the ten seconds that Docker gives a container", () => {
  expect(configFor("https://localhost/", { stopGraceSeconds: undefined }).stopGraceSeconds).toBeLessThanOrEqual(8);
});
