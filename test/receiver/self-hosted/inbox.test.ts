import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import type { SqliteInbox } from "../../../receiver/self-hosted/inbox";
import { openInbox } from "../../../receiver/self-hosted/open-inbox";
import { configFor } from "../support/config";
import { arriving, claim, closeInbox, lettersOf, testInbox } from "../support/inbox";
import { temporaryFolder } from "../support/temporary-folder";

const folder = temporaryFolder();
const store = (): string => mkdtempSync(join(folder, "store-"));
const failure = { error: "POST https://x/ answered 500", status: 500, refused: false };
const HOUR = 3_600_000;

async function claimIds(inbox: SqliteInbox, limit = 10): Promise<string[]> {
  return (await claim(inbox, limit)).map((event) => event.id);
}

/** A clock that the test sets; steady, like the receiver's own. */
function testClock(start = 1_000_000) {
  let now = start;
  return { clock: () => now, pass: (ms: number) => void (now += ms) };
}

describe("accepting", () => {
  test("the same id twice stores it once, for each destination by itself", async () => {
    const inbox = testInbox(store());
    expect(await inbox.accept(arriving({ id: "a" }))).toBe("stored");
    expect(await inbox.accept(arriving({ id: "a" }))).toBe("duplicate");
    expect(await inbox.accept(arriving({ id: "a", destination: "other" }))).toBe("stored");
    expect(await claimIds(inbox)).toEqual(["a"]);
  });

  test("the same id twice within one group commit stores it once", async () => {
    const inbox = testInbox(store());
    const outcomes = await Promise.all([1, 2, 3].map(() => inbox.accept(arriving({ id: "a" }))));
    expect(outcomes).toEqual(["stored", "duplicate", "duplicate"]);
  });

  test("still knows an id after the event was delivered, for a day, and no longer", async () => {
    const time = testClock();
    const inbox = testInbox(store(), time.clock);
    await inbox.accept(arriving({ id: "a", receivedAt: time.clock() }));
    for (const event of await claim(inbox, 1)) await inbox.settle(event);
    time.pass(24 * HOUR);
    while (await inbox.prune());
    expect(await inbox.accept(arriving({ id: "a", receivedAt: time.clock() }))).toBe("duplicate");
    time.pass(1);
    while (await inbox.prune());
    expect(await inbox.accept(arriving({ id: "a", receivedAt: time.clock() }))).toBe("stored");
  });
});

test("a prune by hand, which knows no configuration, keeps ids for as long as the receiver was told to", async () => {
  const path = store();
  const time = testClock();
  const first = testInbox(path, time.clock, { dedupeHours: 72 });
  await first.accept(arriving({ id: "a" }));
  closeInbox(first);
  const { dedupeHours: _unknown, ...settings } = configFor("https://localhost/", { store: { folder: path } }).store;
  const { inbox: byHand } = openInbox({ store: settings, relays: [] }, { wall: time.clock, monotonic: time.clock });
  time.pass(48 * HOUR);
  while (await byHand.prune());
  await byHand.close();
  expect(await testInbox(path, time.clock).accept(arriving({ id: "a" }))).toBe("duplicate");
});

describe("what was accepted", () => {
  test("comes back byte for byte after the file was closed and opened again", async () => {
    const path = store();
    const first = testInbox(path);
    const event = arriving({ body: Buffer.from([0, 255, 10, 13, 34]), name: "n", conversation: "c", eventHeader: "h" });
    await first.accept(event);
    closeInbox(first);
    const [claimed] = await claim(testInbox(path), 1);
    expect(claimed && { ...claimed, body: Buffer.from(claimed.body) }).toMatchObject({ ...event });
  });

  test("and was claimed when the process ended is there for the next one at once", async () => {
    const path = store();
    const first = testInbox(path);
    await first.accept(arriving({ id: "a" }));
    expect(await claimIds(first)).toEqual(["a"]);
    closeInbox(first);
    expect(await claimIds(testInbox(path))).toEqual(["a"]);
  });
});

describe("a claim", () => {
  test("is given to one only until it is released", async () => {
    const inbox = testInbox(store());
    await inbox.accept(arriving({ id: "a" }));
    const [event] = await claim(inbox, 10);
    expect(await claimIds(inbox)).toEqual([]);
    if (event) await inbox.release(event, 0);
    expect(await claimIds(inbox)).toEqual(["a"]);
  });

  test("gives events never tried before those that failed, keeps some places for these, and finds the least tried one", async () => {
    const inbox = testInbox(store());
    for (let i = 0; i < 6; i += 1) await inbox.accept(arriving({ id: `failed-${i}` }));
    for (let round = 0; round < 6; round += 1) {
      const events = await inbox.claim("airkit", { total: 6, triedFirst: 0, triedMost: 6 });
      // failed-0 fails most often, failed-5 once.
      for (const event of events) {
        const again = round === 0 || round < 6 - Number(event.id.slice(-1));
        await inbox.release(event, 0, again ? failure : undefined);
      }
    }
    for (let i = 0; i < 6; i += 1) await inbox.accept(arriving({ id: `fresh-${i}` }));
    const ids = async (places: Parameters<SqliteInbox["claim"]>[1]): Promise<string[]> => {
      const events = await inbox.claim("airkit", places);
      for (const event of events) await inbox.release(event, 0);
      return events.map((event) => event.id.slice(0, -2));
    };
    expect(await ids({ total: 4, triedFirst: 1, triedMost: 3 })).toEqual(["failed", "fresh", "fresh", "fresh"]);
    expect(await ids({ total: 9, triedFirst: 0, triedMost: 2 })).toEqual([
      ...Array<string>(6).fill("fresh"),
      "failed",
      "failed",
    ]);
    for (const event of await inbox.claim("airkit", { total: 6, triedFirst: 0, triedMost: 0 }))
      await inbox.settle(event);
    const [probe] = await inbox.claim("airkit", { total: 1, triedFirst: 0, triedMost: 1, leastTriedFirst: true });
    expect(probe?.id).toBe("failed-5");
  });

  test("takes one event of a conversation and the next only when that one is settled", async () => {
    const inbox = testInbox(store());
    for (const id of ["a1", "a2"]) await inbox.accept(arriving({ id, conversation: "a" }));
    await inbox.accept(arriving({ id: "b1", conversation: "b" }));
    const claimed = await claim(inbox, 10);
    expect(claimed.map((event) => event.id)).toEqual(["a1", "b1"]);
    for (const event of claimed) await inbox.settle(event);
    expect(await claimIds(inbox)).toEqual(["a2"]);
  });

  test("is not given before the event is due, and its conversation waits with it", async () => {
    const time = testClock();
    const inbox = testInbox(store(), time.clock);
    for (const id of ["a1", "a2"]) await inbox.accept(arriving({ id, conversation: "a" }));
    const [first] = await claim(inbox, 1);
    if (first) await inbox.release(first, 5_000, failure);
    expect(await claimIds(inbox)).toEqual([]);
    expect(await inbox.nextDue("airkit")).toEqual({ untried: undefined, tried: 5_000 });
    time.pass(5_000);
    expect(await claim(inbox, 10)).toEqual([expect.objectContaining({ id: "a1", attempts: 1 })]);
  });
});

describe("dead letters", () => {
  async function withDead(path = store(), ids = ["a", "b", "c"]): Promise<SqliteInbox> {
    const inbox = testInbox(path);
    for (const id of ids) await inbox.accept(arriving({ id, conversation: "c1" }));
    while ((await inbox.stats()).destinations[0]?.queued !== 0) {
      for (const event of await claim(inbox, 1)) await inbox.deadLetter(event, failure);
    }
    return inbox;
  }

  test("are listed with what happened and keep their bodies", async () => {
    const inbox = await withDead();
    const letters = await lettersOf(inbox);
    expect(letters.map((letter) => [letter.id, letter.error, letter.attempts])).toEqual([
      ["a", failure.error, 1],
      ["b", failure.error, 1],
      ["c", failure.error, 1],
    ]);
    expect(Buffer.from((await inbox.deadLetterBody(letters[0]?.seq ?? 0)) ?? []).toString()).toContain("number");
  });

  test("are replayed in their order, behind what their conversation has waiting", async () => {
    const inbox = await withDead();
    await inbox.accept(arriving({ id: "new", conversation: "c1" }));
    expect(await inbox.replay({})).toBe(3);
    expect(await lettersOf(inbox)).toEqual([]);
    const order: string[] = [];
    for (let i = 0; i < 4; i += 1) {
      for (const event of await claim(inbox, 1)) {
        order.push(event.id);
        await inbox.settle(event);
      }
    }
    expect(order).toEqual(["new", "a", "b", "c"]);
  });

  test("are chosen by number or by time, and dropped for good", async () => {
    const inbox = await withDead();
    const [first, second] = await lettersOf(inbox);
    expect(await inbox.drop({ seqs: [first?.seq ?? 0, 999] })).toBe(1);
    expect(await inbox.replay({ since: (second?.diedAt ?? 0) + HOUR })).toBe(0);
    expect(await inbox.drop({ since: 0 })).toBe(2);
    expect((await inbox.stats()).destinations[0]).toMatchObject({ deadLetters: 0, queued: 0 });
  });

  test("never give their number to another one, even after they were dropped and the store was opened again", async () => {
    const path = store();
    const first = await withDead(path, ["a"]);
    const [before] = await lettersOf(first);
    await first.drop({});
    closeInbox(first);
    const [after] = await lettersOf(await withDead(path, ["z"]));
    expect(after?.seq).toBeGreaterThan(before?.seq ?? Infinity);
  });
});

test("thousands of dead letters come in pages, are counted without being read, and move in slices", async () => {
  const path = store();
  const inbox = testInbox(path);
  const many = 5_000;
  await Promise.all(Array.from({ length: many }, (_, i) => inbox.accept(arriving({ conversation: `c${i}` }))));
  const events = await inbox.claim("airkit", { total: many, triedFirst: 0, triedMost: 0 });
  await Promise.all(events.map((event) => inbox.deadLetter(event, failure)));
  const first = await inbox.deadLetters({}, { limit: 1_000_000 });
  expect(first.letters.length).toBeLessThanOrEqual(1_000);
  expect(first.next).toBe(first.letters.at(-1)?.seq);
  const letters = await lettersOf(inbox);
  expect(letters.map(({ id }) => id)).toEqual(events.map(({ id }) => id));
  expect(await lettersOf(inbox, { since: Date.now() + HOUR })).toEqual([]);
  // While some are replayed, what comes in is not kept waiting for all of them.
  const replaying = inbox.replay({ seqs: letters.slice(0, 3_000).map(({ seq }) => seq) });
  let replayed = false;
  void replaying.then(() => (replayed = true));
  await inbox.accept(arriving());
  expect(replayed).toBe(false);
  expect(await replaying).toBe(3_000);
  expect((await inbox.stats()).destinations[0]).toMatchObject({ queued: 3_001, deadLetters: 2_000 });
  expect(await inbox.drop({})).toBe(2_000);
  closeInbox(inbox);
  expect((await testInbox(path).stats()).destinations[0]).toMatchObject({ queued: 3_001, deadLetters: 0 });
});

describe("the numbers", () => {
  test("tell what waits, since when, what is tried again and why", async () => {
    const time = testClock();
    const inbox = testInbox(store(), time.clock);
    for (const id of ["a", "b", "c"]) await inbox.accept(arriving({ id, receivedAt: time.clock() }));
    const [first] = await claim(inbox, 1);
    if (first) await inbox.release(first, 1, failure);
    expect((await inbox.stats()).destinations).toEqual([
      {
        destination: "airkit",
        queued: 3,
        oldestReceivedAt: time.clock(),
        retrying: 1,
        deadLetters: 0,
        lastError: { error: failure.error, at: time.clock() },
        lastReceivedAt: time.clock(),
        bytesUsed: expect.any(Number),
        bytesAllowed: 4096 * 1024 * 1024,
      },
    ]);
  });

  test("are the same after the store was opened again", async () => {
    const path = store();
    const first = testInbox(path);
    for (let i = 0; i < 5; i += 1) await first.accept(arriving());
    const before = (await first.stats()).destinations;
    closeInbox(first);
    expect((await testInbox(path).stats()).destinations).toEqual(before);
  });
});

describe("a wall clock that is wrong, and put right while no receiver runs or while one does,", () => {
  const DAY = 24 * HOUR;

  /** A wall clock that can be set, beside a time that only passes. */
  function testClocks(wallAtFirst: number) {
    let [set, passed] = [wallAtFirst, 0];
    return {
      clocks: { wall: () => set + passed, monotonic: () => passed },
      set: (wall: number) => void (set = wall - passed),
      pass: (ms: number) => void (passed += ms),
    };
  }

  test.each([
    ["20 days behind", -20 * DAY],
    ["3 days ahead", 3 * DAY],
  ])("%s: neither hurries nor delays an event that waits for its next try", async (_, wrong) => {
    const path = store();
    const now = 2_000_000_000_000;
    const time = testClocks(now + wrong);
    const first = testInbox(path, time.clocks);
    for (const id of ["a", "b"]) await first.accept(arriving({ id, conversation: "c", receivedAt: now + wrong }));
    for (const event of await claim(first, 1)) await first.release(event, 600_000, failure);
    time.set(now);
    expect((await first.nextDue("airkit")).tried).toBe(600_000);
    closeInbox(first);
    const second = testInbox(path, { wall: () => now, monotonic: time.clocks.monotonic });
    time.pass(600_000);
    const [event] = await claim(second, 10);
    expect(event).toMatchObject({ id: "a", waitedMs: 600_000 });
    if (event) await second.settle(event);
    expect(await claimIds(second)).toEqual(["b"]);
  });

  test("neither forgets ids too early nor keeps them for ever", async () => {
    const path = store();
    const now = 2_000_000_000_000;
    const time = testClocks(now - 20 * DAY);
    const first = testInbox(path, time.clocks);
    await first.accept(arriving({ id: "a" }));
    time.set(now);
    while (await first.prune());
    expect(await first.accept(arriving({ id: "a" }))).toBe("duplicate");
    closeInbox(first);
    const second = testInbox(path, { wall: () => now - 3 * DAY, monotonic: time.clocks.monotonic });
    time.pass(DAY + 1);
    while (await second.prune());
    expect(await second.accept(arriving({ id: "a" }))).toBe("stored");
  });
});

test("any sequence of commands leaves the queue as a plain model of it would be", async () => {
  const command = fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({ do: fc.constant("accept" as const), id: fc.nat(30), conversation: fc.nat(3) }),
    },
    { weight: 3, arbitrary: fc.record({ do: fc.constant("settle" as const) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("release" as const) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("bury" as const) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("reopen" as const) }) },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(command, { maxLength: 40 }), async (commands) => {
      const path = store();
      let inbox = testInbox(path);
      const seen = new Set<string>();
      const queues = new Map<string, string[]>();
      for (const one of commands) {
        if (one.do === "accept") {
          const [id, conversation] = [`e${one.id}`, `c${one.conversation}`];
          expect(await inbox.accept(arriving({ id, conversation }))).toBe(seen.has(id) ? "duplicate" : "stored");
          if (!seen.has(id)) queues.set(conversation, [...(queues.get(conversation) ?? []), id]);
          seen.add(id);
        } else if (one.do === "reopen") {
          closeInbox(inbox);
          inbox = testInbox(path);
        } else {
          const [event] = await claim(inbox, 1);
          if (!event) continue;
          const queue = queues.get(event.conversation ?? "") ?? [];
          expect(event.id).toBe(queue[0]);
          if (one.do === "release") await inbox.release(event, 0, failure);
          else {
            if (one.do === "settle") await inbox.settle(event);
            else await inbox.deadLetter(event, failure);
            queue.shift();
          }
        }
      }
      const heads = [...queues.values()].flatMap((queue) => queue.slice(0, 1));
      expect((await claimIds(inbox, 100)).sort()).toEqual(heads.sort());
      expect((await inbox.stats()).destinations[0]?.queued ?? 0).toBe([...queues.values()].flat().length);
      closeInbox(inbox);
    }),
    { numRuns: 40 },
  );
});
