import { spawnSync } from "node:child_process";
import { appendFileSync, rmSync, writeFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { startCommand } from "../support/command";
import { configFor, SECRET } from "../support/config";
import { ok, type TestDestination, testDestination, until } from "../support/destination";
import { get, send, someEvent, testReceiver } from "../support/receiver";
import { temporaryFolder } from "../support/temporary-folder";

const folder = temporaryFolder();

async function sendUntilRefused(receiver: { url: string }, most: number): Promise<string[]> {
  const taken: string[] = [];
  for (let i = 0; i < most; i += 1) {
    const event = someEvent(i, 20_000);
    const answer = await send(receiver, event);
    if (answer.status !== 200) {
      expect(answer.status).toBe(503);
      expect(answer.headers["retry-after"]).toBe("5");
      return taken;
    }
    taken.push(event.id);
  }
  throw new Error(`All ${most} events were taken.`);
}

describe("a store that has reached its size", () => {
  test("answers 503, still delivers what it has, and takes events again by itself once there is room", async () => {
    const destination = await testDestination();
    destination.behave((response) => response.writeHead(503).end());
    const store = { folder: join(folder, "bounded"), maxMiB: 1 };
    const receiver = await testReceiver(configFor(destination.url, { store }));
    const taken = await sendUntilRefused(receiver, 500);
    expect(taken.length).toBeGreaterThan(20);
    const { bytesUsed, bytesAllowed } = await receiver.admin.status();
    // It is looked at four times a second, so it may be overrun by what comes in between, not by more.
    expect(bytesUsed).toBeGreaterThanOrEqual(bytesAllowed);
    destination.behave(ok);
    await until(async () => (await send(receiver, someEvent())).status === 200, "an event to be taken again");
    const delivered = (): Set<string> => new Set(destination.arrivals.map((arrival) => arrival.id));
    await until(() => taken.every((id) => delivered().has(id)), "everything taken to be delivered");
  });
});

/**
 * A file system of three megabytes, mounted by the receiver's own shell in a name space of its own. That needs a Linux which
 * lets its users have one; elsewhere the store's own bound stands in for the disk's.
 */
const MOUNT = 'mkdir -p "$0" && mount -t tmpfs -o size=3m none "$0" && exec "$@"';
const canMount = spawnSync("unshare", ["-Urm", "sh", "-c", "mount -t tmpfs none /mnt"]).status === 0;

async function onTinyDisk(name: string, url: string) {
  const path = join(folder, name);
  const file = join(folder, `${name}.yaml`);
  const bound = canMount ? { minFreeMiB: 1 } : { maxMiB: 1 };
  writeFileSync(file, JSON.stringify(configFor(url, { store: { folder: path, ...bound } })));
  const through = canMount ? ["unshare", "-Urm", "sh", "-c", MOUNT, path] : [];
  const receiver = await startCommand(["--config", file], { through, env: { TEST_SIGNING_SECRET: SECRET } });
  /** The folder as the receiver sees it. */
  const inside = canMount ? `/proc/${String(receiver.child.pid)}/root${path}` : undefined;
  return { receiver, inside };
}

/** Writes until there is not a single byte left. Returns how to give them back. */
function fill(directory: string): () => void {
  const file = join(directory, "somebody-elses-file");
  for (let size = 65_536; size >= 1; size = Math.floor(size / 2)) {
    try {
      for (;;) appendFileSync(file, Buffer.alloc(size));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
    }
  }
  return () => {
    rmSync(file);
  };
}

/** From now on everything is taken; what was is in the list. */
function takeAll(destination: TestDestination): string[] {
  const delivered: string[] = [];
  destination.behave((response, arrival) => {
    delivered.push(arrival.id);
    ok(response);
  });
  return delivered;
}

const all = (wanted: readonly string[], delivered: readonly string[]) => (): boolean => {
  const ids = new Set(delivered);
  return wanted.every((id) => ids.has(id));
};

describe("a disk that is full", () => {
  test("makes 503 of what cannot be stored, and is recovered from by itself once events were delivered", async () => {
    const destination = await testDestination();
    destination.behave((response) => response.writeHead(503).end());
    const { receiver } = await onTinyDisk("tiny", destination.url);
    const taken = await sendUntilRefused(receiver, 1_000);
    expect(taken.length).toBeGreaterThan(10);
    const delivered = takeAll(destination);
    await until(async () => (await send(receiver, someEvent())).status === 200, "an event to be taken again");
    await until(all(taken, delivered), "everything taken to be delivered");
    expect((await get(`${receiver.url}/healthz`)).status).toBe(200);
  });

  test("to its last byte by somebody else is reported, and what is delivered meanwhile is not delivered again", async () => {
    const destination = await testDestination();
    const held: ServerResponse[] = [];
    destination.behave((response) => held.push(response));
    const { receiver, inside } = await onTinyDisk("brim", destination.url);
    const before = [someEvent(1), someEvent(2), someEvent(3)];
    for (const event of before) expect((await send(receiver, event)).status).toBe(200);
    await destination.received(before.length);
    const makeRoom = inside === undefined ? undefined : fill(inside);
    const refused = makeRoom ? [] : await sendUntilRefused(receiver, 1_000);
    await until(async () => (await send(receiver, someEvent(9))).status === 503, "an event to be refused");
    if (makeRoom) expect((await get(`${receiver.url}/healthz`)).status).toBe(503);
    // Answered now that the store can't write down that they were delivered.
    const delivered = takeAll(destination);
    for (const response of held) ok(response);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    makeRoom?.();
    await until(async () => (await send(receiver, someEvent(9))).status === 200, "an event to be taken again");
    await until(all(refused, delivered), "everything taken to be delivered");
    for (const { id } of before) expect(destination.arrivals.filter((arrival) => arrival.id === id)).toHaveLength(1);
  });
});
