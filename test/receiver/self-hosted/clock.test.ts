import { join } from "node:path";
import { afterEach, expect, jest, test } from "@jest/globals";
import { configFor } from "../support/config";
import { testDestination, until } from "../support/destination";
import { send, someEvent, testReceiver } from "../support/receiver";
import { temporaryFolder } from "../support/temporary-folder";

const folder = temporaryFolder();
const HOUR = 3_600_000;

afterEach(() => {
  jest.restoreAllMocks();
});

test("a clock that was three hours ahead at the start and is put right lets genuine events in at once", async () => {
  const right = Date.now;
  const destination = await testDestination();
  const relay = { maxAgeMinutes: 90 };
  const ahead = jest.spyOn(Date, "now").mockImplementation(() => right() + 3 * HOUR);
  const receiver = await testReceiver(configFor(destination.url, { store: { folder: join(folder, "a") } }, {}, relay));
  const [{ body, headers }, event] = [someEvent(), someEvent()];
  const genuine = { ...event, body, headers };
  expect((await send(receiver, genuine)).status).toBe(401);
  ahead.mockImplementation(right);
  expect((await send(receiver, genuine)).status).toBe(200);
});

test("a clock that was weeks behind and is put right makes no dead letters of what waits", async () => {
  const right = Date.now;
  const destination = await testDestination((response) => response.writeHead(500).end());
  const behind = jest.spyOn(Date, "now").mockImplementation(() => right() - 20 * 24 * HOUR);
  const receiver = await testReceiver(configFor(destination.url, { store: { folder: join(folder, "b") } }));
  for (let i = 0; i < 3; i += 1) await send(receiver, someEvent(i));
  await destination.received(3);
  behind.mockImplementation(right);
  const before = destination.arrivals.length;
  await until(() => destination.arrivals.length > before + 15, "each to have been tried some times more");
  expect((await receiver.admin.status()).destinations[0]).toMatchObject({ queued: 3, deadLetters: 0 });
});
