import { connect } from "node:net";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { configFor } from "../support/config";
import { testDestination } from "../support/destination";
import { testInbox } from "../support/inbox";
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

test("what connects while the receiver is told to stop is answered, and is its connection's last; nothing is reset", async () => {
  const receiver = await testReceiver(
    configFor("http://127.0.0.1:1/", { store: { folder: join(folder, "late") }, stopGraceSeconds: 8 }),
  );
  const { hostname, port } = new URL(receiver.url);
  const arrive = (): Promise<string> => {
    const { body, headers } = someEvent();
    const head = Object.entries({ ...headers, host: hostname, "content-length": String(body.length) });
    const client = connect(Number(port), hostname);
    client.write(
      `POST /kustomer HTTP/1.1\r\n${head.map((one) => one.join(": ")).join("\r\n")}\r\n\r\n${body.toString()}`,
    );
    let answer = "";
    client.on("data", (chunk: Buffer) => (answer += chunk.toString()));
    return new Promise((resolve) => {
      client.on("error", ({ message }) => {
        resolve(message);
      });
      client.on("close", () => {
        resolve(answer);
      });
    });
  };
  // The system has accepted all of these, and the receiver none, when it is told to stop; more come after them.
  const first = Array.from({ length: 50 }, arrive);
  const stopped = receiver.stop();
  await new Promise((resolve) => setTimeout(resolve, 5));
  const answers = await Promise.all([...first, ...Array.from({ length: 50 }, arrive)]);
  await stopped;
  for (const answer of answers) expect(answer).toMatch(/^HTTP\/1\.1 200 OK[^]*\r\nconnection: close\r\n[^]*"stored"/i);
  const left = testInbox(join(folder, "late"));
  expect((await left.stats()).destinations).toMatchObject([{ queued: 100 }]);
});

test("by default a stop fits into the ten seconds that Docker gives a container", () => {
  expect(configFor("https://localhost/", { stopGraceSeconds: undefined }).stopGraceSeconds).toBeLessThanOrEqual(8);
});
