import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { connectControl } from "../../../receiver/self-hosted/control";
import { controlSocket } from "../../../receiver/self-hosted/store-folder";
import { runCommand, startCommand } from "../support/command";
import { configFor } from "../support/config";
import { testDestination } from "../support/destination";
import { arriving, claim, closeInbox, testInbox } from "../support/inbox";
import { send, someEvent, testReceiver } from "../support/receiver";
import { temporaryFolder } from "../support/temporary-folder";

const home = temporaryFolder();
chmodSync(home, 0o755);
const folderOf = (name: string): string => mkdtempSync(join(home, `${name}-`));
const NOBODY = 65_534;
/** Files of other people take root to make. */
const asRoot = process.getuid?.() === 0 ? test : test.skip;

function modes(folder: string): Record<string, string> {
  const entries = readdirSync(folder).filter((name) => name !== "control.sock");
  return Object.fromEntries(entries.map((name) => [name, (statSync(join(folder, name)).mode & 0o777).toString(8)]));
}

function owners(folder: string): number[] {
  return readdirSync(folder).map((name) => statSync(join(folder, name)).uid);
}

describe("the store is its user's alone", () => {
  test("whatever the umask, also where the folder and its files were open to all before", async () => {
    const folder = folderOf("open");
    chmodSync(folder, 0o777);
    const umask = process.umask(0);
    const inbox = testInbox(folder);
    await inbox.accept(arriving({}));
    process.umask(umask);
    expect(modes(folder)).toEqual({ "events.db": "600", "events.db-wal": "600" });
    closeInbox(inbox);
    chmodSync(folder, 0o755);
    chmodSync(join(folder, "events.db"), 0o644);
    writeFileSync(join(folder, "events.db.damaged-2026"), "", { mode: 0o666 });
    const destination = await testDestination();
    const receiver = await testReceiver(configFor(destination.url, { store: { folder } }));
    await send(receiver, someEvent());
    expect((statSync(folder).mode & 0o777).toString(8)).toBe("700");
    expect(new Set(Object.values(modes(folder)))).toEqual(new Set(["600"]));
    expect(statSync(join(folder, "control.sock")).mode & 0o077).toBe(0);
  });

  asRoot(
    "and a folder that others can use, and that cannot be taken from them, is refused with a way out",
    async () => {
      const folder = folderOf("shared");
      chmodSync(folder, 0o777);
      const flags = [
        "--store",
        folder,
        "--destination",
        "http://127.0.0.1:9/x",
        "--allow-loopback-http",
        "--port",
        "0",
      ];
      await expect(startCommand(flags, { uid: NOBODY })).rejects.toThrow(
        /Keeping .*shared-\w+ private: others may use it \(mode 777\).*name another folder inside it/s,
      );
      expect(readdirSync(folder)).toEqual([]);
    },
  );

  asRoot("and a command that root runs leaves no file of root's in it", async () => {
    const folder = folderOf("owned");
    const inbox = testInbox(folder);
    await inbox.accept(arriving({ id: "one" }));
    for (const event of await claim(inbox, 1)) {
      await inbox.deadLetter(event, { error: "x", status: 410, refused: true });
    }
    closeInbox(inbox);
    for (const name of ["", ...readdirSync(folder)]) chownSync(join(folder, name), NOBODY, NOBODY);
    expect(runCommand(["dead-letters", "replay", "--all", "--store", folder]).status).toBe(0);
    expect(runCommand(["prune", "--store", folder]).status).toBe(0);
    expect(new Set(owners(folder))).toEqual(new Set([NOBODY]));
  });
});

describe("the control socket", () => {
  test("is in the store's folder, however long its path is, and the commands find it", async () => {
    const folder = join(folderOf("long"), "a".repeat(100), "b".repeat(100));
    const destination = await testDestination();
    const receiver = await testReceiver(configFor(destination.url, { store: { folder } }));
    expect(existsSync(join(folder, "control.sock"))).toBe(true);
    const admin = await connectControl(controlSocket(folder));
    expect(await admin?.status()).toMatchObject({ running: true });
    await receiver.stop();
    expect(existsSync(join(folder, "control.sock"))).toBe(false);
  });

  /** Somebody who answers every question with a lie. */
  async function forged(socketPath: string): Promise<() => void> {
    const server = createServer((_, response) => response.end('{"running":true,"destinations":[]}'));
    await new Promise<void>((resolve) => server.listen(socketPath, resolve));
    return () => {
      server.close();
      server.closeAllConnections();
    };
  }

  test("is not believed where others could have put it there", async () => {
    const folder = folderOf("forged");
    chmodSync(folder, 0o777);
    const end = await forged(join(folder, "control.sock"));
    await expect(connectControl(join(folder, "control.sock"))).rejects.toThrow(/others may write into its folder/);
    end();
  });

  asRoot("is not believed when it belongs to another user than the store", async () => {
    const folder = folderOf("foreign");
    const socket = join(folder, "control.sock");
    const end = await forged(socket);
    chownSync(socket, NOBODY, NOBODY);
    await expect(connectControl(socket)).rejects.toThrow(/belongs to user 65534 and the store to user 0; remove it/);
    end();
  });

  test("is not a file or a folder of that name", async () => {
    const folder = folderOf("file");
    const socket = join(folder, "control.sock");
    writeFileSync(socket, "");
    await expect(connectControl(socket)).rejects.toThrow(/is no socket/);
    rmSync(socket);
    mkdirSync(socket);
    await expect(connectControl(socket)).rejects.toThrow(/is no socket/);
  });

  test("that is not there means that nobody is running", async () => {
    expect(await connectControl(join(folderOf("none"), "control.sock"))).toBeUndefined();
  });
});
