import {
  copyFileSync,
  cpSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { StoreUnavailable } from "../../../receiver/inbox";
import { openStore } from "../../../receiver/self-hosted/schema";
import { openDatabase } from "../../../receiver/self-hosted/sqlite";
import { configFor } from "../support/config";
import { testDestination, until } from "../support/destination";
import { arriving, claim, closeInbox, testInbox } from "../support/inbox";
import { get, send, someEvent, testReceiver } from "../support/receiver";
import { temporaryFolder } from "../support/temporary-folder";

const folder = temporaryFolder();
let stores = 0;
const newStore = (): string => join(folder, `store-${(stores += 1)}`);

/** As a killed process leaves it: the file, and beside it a log that holds events. */
async function killedStore(events = 40): Promise<string> {
  const [path, killed] = [newStore(), newStore()];
  const inbox = testInbox(path);
  for (let i = 0; i < events; i += 1) await inbox.accept(arriving());
  cpSync(path, killed, { recursive: true });
  return killed;
}

const injuries: readonly (readonly [string, (file: string) => void])[] = [
  [
    "deleted",
    (file) => {
      rmSync(file);
    },
  ],
  [
    "replaced",
    (file) => {
      writeFileSync(`${file}.other`, readFileSync(file));
      renameSync(`${file}.other`, file);
    },
  ],
  [
    "cut",
    (file) => {
      truncateSync(file, 8_192);
    },
  ],
];

describe("the files of a store in use", () => {
  for (const [suffix, what] of [
    ["", "the database"],
    ["-wal", "its log"],
  ] as const) {
    test.each(injuries)(`are missed when ${what} is %s: no event is acknowledged any more`, async (_, injure) => {
      const path = newStore();
      const inbox = testInbox(path);
      for (let i = 0; i < 40; i += 1) await inbox.accept(arriving());
      injure(join(path, `events.db${suffix}`));
      await expect(inbox.accept(arriving())).rejects.toThrow(StoreUnavailable);
      await expect(inbox.look()).rejects.toThrow(/store's (file|log) was (deleted|replaced|cut) while it was in use/);
    });
  }

  test("are told of by health, log and metric within a second, and what waits is still delivered", async () => {
    const destination = await testDestination();
    destination.behave((response) => response.writeHead(503).end());
    const path = newStore();
    const receiver = await testReceiver(configFor(destination.url, { store: { folder: path } }));
    const waiting = someEvent();
    expect((await send(receiver, waiting)).status).toBe(200);
    rmSync(join(path, "events.db"));
    await until(() => receiver.logged.join("").includes("file was deleted"), "the log to say so", 5_000);
    expect((await send(receiver, someEvent())).status).toBe(503);
    expect((await get(`${receiver.observeUrl}/healthz`)).status).toBe(503);
    expect((await get(`${receiver.observeUrl}/metrics`)).body).toContain('kustomer_relay_accepting{relay="airkit"} 0');
    destination.behave((response) => response.writeHead(200).end());
    await until(async () => (await receiver.admin.status()).destinations[0]?.queued === 0, "the event to be delivered");
  });

  test("may grow, be checkpointed and shrink: none of that is taken for an injury", async () => {
    const inbox = testInbox(newStore(), Date.now, { minFreeMiB: 1 });
    const body = Buffer.alloc(100_000, 1);
    for (let round = 0; round < 3; round += 1) {
      await Promise.all(Array.from({ length: 400 }, () => inbox.accept(arriving({ body }))));
      for (const event of await claim(inbox, 1_000)) await inbox.settle(event);
      while (await inbox.prune()) await inbox.look();
      await inbox.look();
    }
    for (let i = 0; i < 50; i += 1) await inbox.accept(arriving());
  });
});

describe("a start beside what is left of a store", () => {
  const open = (path: string) => () => {
    openStore(join(path, "events.db")).close();
  };

  test.each([
    [
      "is gone",
      (file: string) => {
        rmSync(file);
      },
    ],
    [
      "is empty",
      (file: string) => {
        truncateSync(file, 0);
      },
    ],
    [
      "has one byte",
      (file: string) => {
        truncateSync(file, 1);
      },
    ],
  ])("whose file %s is refused, and its log left as it is", async (_, injure) => {
    const path = await killedStore();
    injure(join(path, "events.db"));
    const log = readFileSync(join(path, "events.db-wal"));
    expect(open(path)).toThrow(/it is damaged .*--set-aside-damaged/s);
    expect(readFileSync(join(path, "events.db-wal")).equals(log)).toBe(true);
  });

  test("that was stopped in order, and then emptied, is refused as well", async () => {
    const path = newStore();
    const inbox = testInbox(path);
    await inbox.accept(arriving());
    closeInbox(inbox);
    truncateSync(join(path, "events.db"), 0);
    expect(open(path)).toThrow(/has 0 bytes: it was cut/);
  });

  test("that belongs to another program is refused, and not a byte of it changed", () => {
    const path = newStore();
    mkdirSync(path);
    const file = join(path, "events.db");
    const other = openDatabase(file);
    other.exec("CREATE TABLE invoices (id INTEGER PRIMARY KEY); INSERT INTO invoices VALUES (1)");
    other.close();
    const before = readFileSync(file);
    expect(open(path)).toThrow(/a database of another program.*--store/);
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  test("made by the version before is taken over with all it has", async () => {
    const path = newStore();
    mkdirSync(path);
    copyFileSync(join(__dirname, "fixtures/version-1.db"), join(path, "events.db"));
    const inbox = testInbox(path);
    expect((await inbox.stats()).destinations[0]).toMatchObject({ queued: 3, retrying: 1, deadLetters: 1 });
    expect(await inbox.accept(arriving({ id: "waiting-1" }))).toBe("duplicate");
    expect((await inbox.nextDue("airkit")).tried).toBeLessThanOrEqual(3_600_000);
    expect((await claim(inbox, 10)).map(({ id }) => id)).toEqual(["waiting-1"]);
  });
});
