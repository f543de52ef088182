import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { ControlsBoard } from "../../receiver/self-hosted/controls-board";
import { openInbox } from "../../receiver/self-hosted/open-inbox";
import { runCommand, startCommand } from "../receiver/support/command";
import { configFor, SECRET } from "../receiver/support/config";
import { testDestination, until } from "../receiver/support/destination";
import { arriving, claim, closeInbox, testInbox } from "../receiver/support/inbox";
import { send, someEvent } from "../receiver/support/receiver";
import { temporaryFolder } from "../receiver/support/temporary-folder";

const folder = temporaryFolder();
let stores = 0;

const json = (stdout: string): unknown => JSON.parse(stdout);

/** A store of a relay, with so many dead letters of two kinds, and nobody running on it. */
async function storeAtRest(letters = 0): Promise<string> {
  const path = join(folder, `store-${(stores += 1)}`);
  const inbox = testInbox(path);
  const declared = new Map([["airkit", { paused: false, maxPerSecond: undefined }]]);
  await new ControlsBoard({ store: inbox, clock: Date.now, declared: () => declared }).start();
  for (let index = 0; index < letters; index += 1) {
    await inbox.accept(
      arriving({ name: `kustomer.${index % 2 === 0 ? "note" : "message"}.create`, conversation: "c" }),
    );
    const [event] = await claim(inbox, 1);
    const status = index % 2 === 0 ? 410 : 422;
    if (event) await inbox.deadLetter(event, { error: `POST https://x/ answered ${status}`, status, refused: true });
  }
  closeInbox(inbox);
  return path;
}

const countOf = (path: string): number =>
  (json(runCommand(["dead-letters", "list", "--store", path, "--json"]).stdout) as unknown[]).length;

describe("pause, limit and resume", () => {
  test("of a relay whose receiver does not run are kept for its next start, and shown by status", async () => {
    const path = await storeAtRest();
    const flags = ["--relay", "airkit", "--store", path];
    const paused = runCommand(["pause", ...flags, "--for", "2h", "--reason", "moving", "--by", "ana"]);
    expect(paused.stderr).toBe("");
    expect(paused.stdout).toMatch(
      /airkit is paused: its events are taken and kept, none is delivered\.\nOverride: paused by ana since \S+ until \S+ \(moving\)\.\n/,
    );
    expect(runCommand(["status", "--store", path]).stdout).toContain("airkit is paused");
    const limited = runCommand(["limit", ...flags, "--max-per-second", "5", "--json"]);
    expect(json(limited.stdout)).toMatchObject({ relay: "airkit", paused: true, maxPerSecond: 5 });
    expect(runCommand(["resume", ...flags]).stdout).toBe("airkit delivers.\n");
  });

  test("say who, why and until when while the receiver runs, and act at once", async () => {
    const destination = await testDestination();
    const path = join(folder, `store-${(stores += 1)}`);
    const start = ["--store", path, "--destination", destination.url, "--allow-loopback-http", "--port", "0"];
    const receiver = await startCommand(start, { env: { KUSTOMER_RELAY_SECRET: SECRET } });
    expect(runCommand(["pause", "--relay", "airkit", "--store", path], { USER: "ben" }).stdout).toMatch(
      /Override: paused by (ben|root)@\S+ since \S+ until somebody resumes it\./,
    );
    await send(receiver, someEvent());
    expect(destination.arrivals).toEqual([]);
    const status = json(runCommand(["status", "--store", path, "--json"]).stdout);
    expect(status).toMatchObject({ controls: [{ paused: true }], destinations: [{ queued: 1 }] });
    expect(runCommand(["resume", "--relay", "airkit", "--store", path]).status).toBe(0);
    await until(() => destination.arrivals.length === 1, "the delivery");
  });

  test.each([
    [["pause"], /--relay <name>/],
    [["pause", "--relay", "airkit", "--for", "soon"], /--for soon: not a length of time/],
    [["limit", "--relay", "airkit"], /--max-per-second/],
    [["limit", "--relay", "airkit", "--max-per-second", "2.5"], /must be a whole number from 1 to 1000/],
  ])("a wrong command line (%j) ends with status 2 and says how it is meant", (args, message) => {
    const { status, stderr } = runCommand(args);
    expect(status).toBe(2);
    expect(stderr).toMatch(message);
  });
});

describe("dead letters", () => {
  test("are chosen by what they are, tried dry, and limited", async () => {
    const path = await storeAtRest(6);
    const list = (...flags: string[]): unknown[] =>
      json(runCommand(["dead-letters", "list", "--store", path, "--json", ...flags]).stdout) as unknown[];
    expect(list("--status", "410")).toHaveLength(3);
    expect(list("--status", "4xx", "--event", "kustomer.message.*")).toHaveLength(3);
    expect(list("--error", "ANSWERED 422", "--conversation", "c", "--relay", "airkit")).toHaveLength(3);
    expect(list("--until", "1h")).toEqual([]);
    const dry = runCommand(["dead-letters", "replay", "--status", "410", "--dry-run", "--store", path]).stdout;
    expect(dry).toMatch(
      /This would replay 3 events\.\n\nevents +relay +event +error\n3 +airkit +kustomer\.note\.create +POST/,
    );
    expect(countOf(path)).toBe(6);
    const replay = ["dead-letters", "replay", "--status", "410", "--limit", "2", "--store", path, "--json"];
    expect(json(runCommand(replay).stdout)).toEqual({ replayed: 2 });
    expect(json(runCommand(["dead-letters", "drop", "--status", "422", "--store", path, "--json"]).stdout)).toEqual({
      dropped: 3,
    });
    expect(countOf(path)).toBe(1);
  });

  test("of which there are more than 100 are not touched unasked; a rate puts them back little by little", async () => {
    const path = await storeAtRest(101);
    const refused = runCommand(["dead-letters", "replay", "--all", "--store", path]);
    expect(refused.status).toBe(1);
    expect(refused.stderr).toMatch(/This would replay 101 events\. See which with --dry-run; more than 100 need --yes/);
    expect(countOf(path)).toBe(101);
    const began = performance.now();
    const replay = ["dead-letters", "replay", "--all", "--yes", "--rate", "60", "--store", path, "--json"];
    expect(json(runCommand(replay).stdout)).toEqual({ replayed: 101 });
    expect(performance.now() - began).toBeGreaterThan(1_000);
    const inbox = testInbox(path);
    expect((await inbox.stats()).destinations).toMatchObject([{ queued: 101, deadLetters: 0 }]);
    const [first] = await claim(inbox, 1);
    const second = first && (await inbox.settle(first), await claim(inbox, 1))[0];
    // Of one conversation, so they come in the order in which they were received.
    expect(Number(second?.id.slice(6))).toBe(Number(first?.id.slice(6)) + 1);
  });
});

describe("delivered events that are kept", () => {
  test("are listed, shown and replayed; erase takes all of a conversation", async () => {
    const path = join(folder, `store-${(stores += 1)}`);
    const config = configFor("https://localhost/", { store: { folder: path } }, {}, { keepDeliveredHours: 1 });
    const { inbox } = openInbox(config);
    for (const conversation of ["c1", "c2"]) {
      await inbox.accept(arriving({ id: `event-of-${conversation}`, conversation }));
      for (const event of await claim(inbox, 1)) await inbox.settle(event);
    }
    await inbox.close();
    const run = (...args: string[]): string => runCommand([...args, "--store", path]).stdout;
    expect(run("deliveries", "list")).toMatch(/event-of-c1 .*\n.*event-of-c2/);
    const [kept] = json(run("deliveries", "list", "--conversation", "c2", "--json")) as { seq: number }[];
    expect(run("deliveries", "show", "--id", String(kept?.seq), "--body")).toMatch(
      /event +event-of-c2\n[^]*headers\n {2}content-type: application\/json[^]*"number"/,
    );
    expect(run("deliveries", "replay", "--conversation", "c2")).toBe("1 event is back in the queue.\n");
    expect(run("erase", "--conversation", "c1")).toBe(
      "Erased 0 waiting events, 0 dead letters and 1 delivered event.\n",
    );
    expect(run("deliveries", "list")).toBe("No delivered events are kept. How long they are: keepDeliveredHours.\n");
    expect(json(run("status", "--json"))).toMatchObject({ destinations: [{ queued: 1 }] });
  });
});

describe("filter test", () => {
  const filter = "- { name: own-words, not: { path: data.attributes.direction, equals: out } }\n";
  const event = (id: string, direction: string): string =>
    JSON.stringify({ id, name: "kustomer.message.create", data: { attributes: { direction } } });
  const write = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };

  test("says of every event in a file, a list or one a line, whether it goes on, by a file or a relay's own filter", () => {
    const one = write("one.json", event("e1", "out"));
    const lines = write("lines.json", `${event("e2", "in")}\n${event("e3", "out")}\n`);
    const list = write("list.json", `[${event("e4", "in")}]`);
    const given = runCommand(["filter", "test", one, lines, list, "--filter", write("filter.yaml", filter)]);
    expect(given.stderr).toBe("");
    expect(given.stdout).toMatch(
      /e1 +filtered by own-words\n.*e2 +goes on\n.*e3 +filtered by own-words\n.*e4 +goes on/,
    );
    expect(given.stdout).toContain("2 of 4 go on, 2 are filtered.");
    const config = `relays:\n  - name: airkit\n    secrets: [{ env: X }]\n    destination: { url: https://x.example/ }\n    filter:\n      ${filter}`;
    const own = runCommand(["filter", "test", one, "--config", write("receiver.yaml", config), "--json"]);
    expect(json(own.stdout)).toMatchObject([{ id: "e1", filteredBy: "own-words" }]);
  });

  test("tells mistakes of the filter with their path, and files that cannot be read by their name", () => {
    const wrong = write("wrong.yaml", "filter: [{ path: a }]");
    const found = runCommand(["filter", "test", write("e.json", "{}"), "--filter", wrong]);
    expect(found.status).toBe(1);
    expect(found.stderr).toMatch(/The filter has mistakes:\n {2}0: must say what is at `path`/);
    const torn = write("torn.json", '{"name": "a"}\n\n{"name": ');
    expect(runCommand(["filter", "test", torn, "--filter", write("f.yaml", filter)]).stderr).toMatch(
      /torn\.json: line 3 is no event in JSON/,
    );
    expect(runCommand(["filter", "test", "nowhere.json", "--filter", write("f.yaml", filter)]).stderr).toMatch(
      /Reading nowhere\.json: ENOENT/,
    );
  });
});
