import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { runCommand, startCommand } from "../receiver/support/command";
import { SECRET } from "../receiver/support/config";
import { ok, testDestination, until } from "../receiver/support/destination";
import { arriving, claim, closeInbox, testInbox } from "../receiver/support/inbox";
import { send, someEvent } from "../receiver/support/receiver";
import { temporaryFolder } from "../receiver/support/temporary-folder";

const folder = temporaryFolder();
let stores = 0;

/** A store with two dead letters and one event that waits, and nobody running on it. */
async function storeAtRest(): Promise<string> {
  const path = join(folder, `store-${(stores += 1)}`);
  const inbox = testInbox(path);
  for (const id of ["dead-1", "dead-2"]) await inbox.accept(arriving({ id, name: "kustomer.note.create" }));
  for (const event of await claim(inbox, 2)) {
    await inbox.deadLetter(event, { error: "POST https://x/ answered 410", status: 410, refused: true });
  }
  await inbox.accept(arriving({ id: "waiting", receivedAt: Date.now() }));
  closeInbox(inbox);
  return path;
}

const json = (stdout: string): unknown => JSON.parse(stdout);
const letters = (path: string) =>
  json(runCommand(["dead-letters", "list", "--store", path, "--json"]).stdout) as { seq: number; id: string }[];

describe("with no receiver running", () => {
  test("status tells people in a table and scripts in JSON what waits", async () => {
    const path = await storeAtRest();
    const { stdout } = runCommand(["status", "--store", path]);
    expect(stdout).toMatch(/No receiver is running on this store\.\nThe store uses [\d.]+ KiB\.\n/);
    expect(stdout).toMatch(/destination +waiting +oldest +retrying +dead letters\nairkit +1 +\d+ s +0 +2/);
    expect(stdout).toMatch(/dead-letters list/);
    const status = json(runCommand(["status", "--store", path, "--json"]).stdout);
    expect(status).not.toHaveProperty("bytesAllowed");
    expect(status).toMatchObject({
      running: false,
      destinations: [{ destination: "airkit", queued: 1, deadLetters: 2 }],
    });
  });

  test("dead letters are listed, and shown with their body only when asked", async () => {
    const path = await storeAtRest();
    expect(runCommand(["dead-letters", "list", "--store", path]).stdout).toMatch(
      /dead-1 +kustomer\.note\.create .* answered 410/,
    );
    const id = String(letters(path)[0]?.seq);
    const shown = runCommand(["dead-letters", "show", "--id", id, "--store", path]).stdout;
    expect(shown).toMatch(/event +dead-1\n/);
    expect(shown).not.toContain('"number"');
    expect(shown).toContain("headers\n  content-type: application/json\n  x-kustomer-webhook-signature: 00000000… (64");
    expect(letters(path)[0]).toMatchObject({ headers: { "content-type": "application/json" } });
    expect(runCommand(["dead-letters", "show", "--id", id, "--body", "--store", path]).stdout).toContain('{"number":');
  });

  test("replay takes one by its id, then all; drop deletes for good", async () => {
    const path = await storeAtRest();
    const [first] = letters(path);
    expect(runCommand(["dead-letters", "replay", "--id", String(first?.seq), "--store", path]).stdout).toBe(
      "1 event is back in the queue.\n",
    );
    expect(letters(path).map((letter) => letter.id)).toEqual(["dead-2"]);
    expect(json(runCommand(["dead-letters", "replay", "--since", "1h", "--store", path, "--json"]).stdout)).toEqual({
      replayed: 1,
    });
    expect(runCommand(["dead-letters", "drop", "--all", "--store", path]).stdout).toBe(
      "0 events are dropped for good.\n",
    );
    expect(runCommand(["dead-letters", "list", "--store", path]).stdout).toBe("There are no dead letters.\n");
  });

  test("what is given and empty, as by a variable that is not set, chooses neither everything nor nothing", async () => {
    const path = await storeAtRest();
    for (const [option, ...args] of [
      ["--error", "dead-letters", "drop", "--yes"],
      ["--event", "dead-letters", "replay", "--yes"],
      ["--conversation", "erase"],
      ["--relay", "pause"],
    ] as const) {
      const { status, stderr } = runCommand([...args, "--store", path, option, " "]);
      expect(stderr).toMatch(new RegExp(`^${option} is given and empty: is a variable not set\\?\nSee kustomer-relay`));
      expect(status).toBe(2);
    }
    expect(letters(path)).toHaveLength(2);
    expect(runCommand(["status"], { KUSTOMER_RELAY_STORE: path, KUSTOMER_RELAY_CONFIG: "" }).status).toBe(0);
  });

  test("what is not there is told as that, and not as done", async () => {
    const path = await storeAtRest();
    expect(runCommand(["erase", "--store", path, "--conversation", "nobodys"]).stdout).toBe(
      "There is nothing of the conversation nobodys in the store.\n",
    );
    expect(runCommand(["dead-letters", "list", "--store", path, "--relay", "nope"]).stdout).toBe(
      "There are no dead letters that match.\n",
    );
  });

  test("prune tells what it gave back", async () => {
    const path = await storeAtRest();
    expect(runCommand(["prune", "--store", path]).stdout).toMatch(/^The store's file went from .* to .*\.\n$/);
    expect(json(runCommand(["prune", "--store", path, "--json"]).stdout)).toHaveProperty("bytesAfter");
  });

  test("a folder without a store is an error, not an empty store", () => {
    const { status, stderr } = runCommand(["status", "--store", join(folder, "nowhere")]);
    expect(status).toBe(1);
    expect(stderr).toMatch(/no store in .*nowhere.*--store/);
  });

  test.each([
    [["dead-letters"], /Say which: list, show, replay, drop/],
    [["dead-letters", "replay"], /--id N, --relay NAME, --since AGE .*or --all/],
    [["dead-letters", "drop", "--all", "--since", "1h"], /--all goes alone/],
    [
      ["dead-letters", "list", "--since", "yesterday-ish"],
      /yesterday-ish: not a time.*\nSee kustomer-relay dead-letters list --/,
    ],
    [["dead-letters", "show", "--id", "x"], /--id x: not a number/],
  ])("a wrong command line (%j) ends with status 2 and says how it is meant", async (args, message) => {
    const { status, stderr } = runCommand(args.length < 2 ? args : [...args, "--store", await storeAtRest()]);
    expect(status).toBe(2);
    expect(stderr).toMatch(message);
  });
});

describe("with the receiver running", () => {
  test("the same commands ask it, and a replay is delivered at once", async () => {
    const destination = await testDestination((response) => response.writeHead(404).end());
    const path = join(folder, "running");
    const flags = ["--store", path, "--destination", destination.url, "--allow-loopback-http", "--port", "0"];
    const receiver = await startCommand(flags, { env: { KUSTOMER_RELAY_SECRET: SECRET } });
    const event = someEvent();
    await send(receiver, event);
    await until(() => destination.arrivals.length >= 4, "the tries", 30_000);
    // Not runCommand: the destination of this process has to go on answering meanwhile.
    await until(() => Promise.resolve(letters(path).length === 1), "the dead letter");
    expect(runCommand(["status", "--store", path]).stdout).toMatch(/The receiver is running/);
    destination.behave(ok);
    const tried = destination.arrivals.length;
    expect(runCommand(["dead-letters", "replay", "--all", "--store", path]).stdout).toBe(
      "1 event is back in the queue.\n",
    );
    const arrivals = await destination.received(tried + 1);
    expect(arrivals.at(-1)?.id).toBe(event.id);
    expect(runCommand(["prune", "--store", path]).status).toBe(0);
  });
});
