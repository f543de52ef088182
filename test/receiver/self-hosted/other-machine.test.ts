import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterEach, expect, test } from "@jest/globals";
import { configFor } from "../support/config";
import { testDestination, until } from "../support/destination";
import { send, someEvent, testReceiver } from "../support/receiver";
import { temporaryFolder } from "../support/temporary-folder";

const folder = temporaryFolder();
const FORMER = "the-signing-secret-of-before";
const NEWER = "the-signing-secret-from-now-on";

/** A secret store on the network, into which Pulumi puts the secrets from wherever it runs. */
const store = { value: `${FORMER}\n`, isUp: true };
const server = createServer((_, response) => {
  response.writeHead(store.isUp ? 200 : 500).end(store.isUp ? store.value : "sealed");
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

test("Pulumi and the receiver on different machines: a rotation arrives by way of a secret store, without a restart", async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const fetches = `fetch("${url}").then(async (answer) => answer.ok ? process.stdout.write(await answer.text()) : process.exit(7))`;
  const destination = await testDestination();
  const secrets = [{ command: [process.execPath, "-e", fetches] }];
  const receiver = await testReceiver(
    configFor(destination.url, { store: { folder: join(folder, "store") } }, {}, { secrets }),
  );
  const statusOf = async (secret: string): Promise<number> => (await send(receiver, someEvent(1, 400, secret))).status;
  expect(await statusOf(FORMER)).toBe(200);
  // On the other machine: `pulumi up` with a rotation. The store has it before the webhook signs with it.
  store.value = `${NEWER}\n${FORMER}\n`;
  expect(await statusOf(NEWER)).toBe(401);
  // The mismatch has made it ask: Kustomer's next try, a minute later, is taken.
  await until(async () => (await statusOf(NEWER)) === 200, "the new secret to arrive");
  expect(await statusOf(FORMER)).toBe(200);
  // A store that is down takes nothing away.
  store.isUp = false;
  await receiver.reload();
  expect([await statusOf(NEWER), await statusOf(FORMER)]).toEqual([200, 200]);
  expect(receiver.logged.join("")).toMatch(/ended with status 7/);
  expect(receiver.logged.join("")).not.toContain(NEWER);
});
