import {
  chmodSync,
  closeSync,
  copyFileSync,
  mkdirSync,
  openSync,
  readdirSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { openStore, StoreInUse } from "../../../receiver/self-hosted/schema";
import { StoreDamaged } from "../../../receiver/self-hosted/store-files";
import { openDatabase } from "../../../receiver/self-hosted/sqlite";
import { startReceiver } from "../../../receiver/self-hosted/receiver";
import { startCommand } from "../support/command";
import { configFor } from "../support/config";
import { testDestination } from "../support/destination";
import { arriving, claim, closeInbox, testInbox } from "../support/inbox";
import { get, send, someEvent, STORE_WORKER, testReceiver } from "../support/receiver";
import { temporaryFolder } from "../support/temporary-folder";

const folder = temporaryFolder();
let stores = 0;
const newStore = (): string => join(folder, `store-${(stores += 1)}`);

async function filledStore(events = 200): Promise<string> {
  const path = newStore();
  const inbox = testInbox(path);
  await Promise.all(Array.from({ length: events }, () => inbox.accept(arriving({ body: Buffer.alloc(2_000, 1) }))));
  closeInbox(inbox);
  return path;
}

function overwrite(file: string, offset: number, length: number): void {
  const handle = openSync(file, "r+");
  writeSync(handle, Buffer.alloc(length, 0xa5), 0, length, offset);
  closeSync(handle);
}

describe("the store's promises", () => {
  test("are SQLite's write-ahead log with every commit synced, and one process alone", () => {
    const database = openStore(join(folder, "promises.db"));
    const pragma = (name: string): unknown => Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0];
    expect(pragma("journal_mode")).toBe("wal");
    expect(pragma("synchronous")).toBe(2);
    expect(pragma("locking_mode")).toBe("exclusive");
    database.close();
  });
});

describe("a second process on the same store", () => {
  test("is refused with the reason, and the first one goes on", async () => {
    const path = newStore();
    const destination = await testDestination();
    const receiver = await testReceiver(configFor(destination.url, { store: { folder: path } }));
    const flags = ["--store", path, "--destination", destination.url, "--allow-loopback-http", "--port", "0"];
    await expect(startCommand(flags)).rejects.toThrow(
      /ended with 1.*another process is using it. Stop that one first/s,
    );
    expect(() => openStore(join(path, "events.db"))).toThrow(StoreInUse);
    expect((await send(receiver, someEvent())).status).toBe(200);
  });

  test("may take over at once when the first was killed, however hard", async () => {
    const path = newStore();
    const destination = await testDestination();
    const flags = ["--store", path, "--destination", destination.url, "--allow-loopback-http", "--port", "0"];
    const env = { KUSTOMER_RELAY_SECRET: "some-signing-secret" };
    const first = await startCommand(flags, { env });
    first.child.kill("SIGKILL");
    await first.exit();
    const second = await startCommand(flags, { env });
    expect((await get(`${second.url}/healthz`)).status).toBe(200);
  });
});

describe("a damaged store", () => {
  const damages: readonly (readonly [string, (file: string) => void])[] = [
    [
      "overwritten in the middle",
      (file) => {
        overwrite(file, 40_960, 20_480);
      },
    ],
    [
      "with a broken header",
      (file) => {
        overwrite(file, 0, 64);
      },
    ],
    [
      "cut short",
      (file) => {
        truncateSync(file, 60_000);
      },
    ],
    [
      "of some other kind",
      (file) => {
        writeFileSync(file, "this is not a database, it is a letter to a friend\n".repeat(50));
      },
    ],
  ];

  test.each(damages)("%s is refused, untouched, with what to do next", async (_, damage) => {
    const path = await filledStore();
    damage(join(path, "events.db"));
    const config = configFor("http://127.0.0.1:1/", { store: { folder: path } });
    await expect(startReceiver(config, { storeWorker: STORE_WORKER })).rejects.toThrow(StoreDamaged);
    await expect(startReceiver(config, { storeWorker: STORE_WORKER })).rejects.toThrow(
      /events\.db: it is damaged .*\.recover.*--set-aside-damaged/s,
    );
    expect(readdirSync(path)).toContain("events.db");
  });

  test.each(damages)(
    "%s is kept beside a new one when that is asked for, and events are taken again",
    async (_, damage) => {
      const path = await filledStore();
      damage(join(path, "events.db"));
      const destination = await testDestination();
      const config = configFor(destination.url, { store: { folder: path } });
      const receiver = await testReceiver(config, { setAsideDamaged: true });
      expect(readdirSync(path).some((name) => name.includes(".damaged-"))).toBe(true);
      expect(receiver.logged.join("")).toContain("set aside");
      const event = someEvent();
      expect((await send(receiver, event)).status).toBe(200);
      expect((await destination.received(1))[0]?.id).toBe(event.id);
    },
  );

  test("that was made by a newer version is refused rather than guessed at", async () => {
    const path = await filledStore(1);
    const database = openDatabase(join(path, "events.db"));
    database.exec("PRAGMA user_version = 99");
    database.close();
    expect(() => openStore(join(path, "events.db"))).toThrow(/version 99.*version 3/);
  });

  test("whose write-ahead log is torn at the end keeps all that was committed before", async () => {
    const path = newStore();
    const inbox = testInbox(path);
    for (let i = 0; i < 20; i += 1) await inbox.accept(arriving({ id: `kept-${i}` }));
    const torn = newStore();
    mkdirSync(torn);
    // What a power cut leaves: the file and its log as they were, the log's last write incomplete.
    for (const name of ["events.db", "events.db-wal"]) copyFileSync(join(path, name), join(torn, name));
    const log = join(torn, "events.db-wal");
    writeFileSync(log, Buffer.alloc(3_000, 7), { flag: "a" });
    const ids = (await claim(testInbox(torn), 100)).map((event) => event.id);
    expect(ids).toHaveLength(20);
  });
});

describe("a folder that cannot be written", () => {
  test("is reported at the start with its name", async () => {
    const path = newStore();
    mkdirSync(path);
    chmodSync(path, 0o555);
    chmodSync(folder, 0o755);
    const isRoot = process.getuid?.() === 0;
    const flags = ["--store", path, "--destination", "http://127.0.0.1:1/", "--allow-loopback-http", "--port", "0"];
    // Root may write anywhere, so as root the process is started as somebody else.
    const started = startCommand(flags, isRoot ? { uid: 65_534 } : {});
    await expect(started).rejects.toThrow(
      /ended with 1: (Opening the store .*events\.db: .*Check that its folder|Keeping .*store-\d+ private)/s,
    );
  });

  test("is reported as well when it cannot even be made", async () => {
    const file = join(folder, "a-file");
    writeFileSync(file, "");
    const config = configFor("http://127.0.0.1:1/", { store: { folder: join(file, "store") } });
    await expect(startReceiver(config, { storeWorker: STORE_WORKER })).rejects.toThrow(
      /Making the store's folder .*--store/,
    );
  });
});
