import { mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import type { ClaimedEvent, KeptEvent } from "../../../receiver/inbox";
import { openInbox } from "../../../receiver/self-hosted/open-inbox";
import type { SqliteInbox } from "../../../receiver/self-hosted/inbox";
import { configFor } from "../support/config";
import { arriving, claim, lettersOf } from "../support/inbox";
import { temporaryFolder } from "../support/temporary-folder";

const HOUR = 3_600_000;
const folder = temporaryFolder();

interface Opened {
  readonly inbox: SqliteInbox;
  readonly path: string;
  readonly clocks: { wallMs: number; runningMs: number };
  readonly kept: () => Promise<KeptEvent[]>;
}

function open(
  relay: Record<string, unknown> = { keepDeliveredHours: 24 },
  path = mkdtempSync(join(folder, "store-")),
): Opened {
  const clocks = { wallMs: 1_000_000, runningMs: 0 };
  const config = configFor("https://localhost/", { store: { folder: path } }, {}, relay);
  const { inbox } = openInbox(config, { wall: () => clocks.wallMs, monotonic: () => clocks.runningMs });
  return {
    inbox,
    path,
    clocks,
    kept: async () => [...(await inbox.deliveries({}, { limit: 1_000 })).events],
  };
}

async function deliver(inbox: SqliteInbox, ...events: Parameters<typeof arriving>[0][]): Promise<ClaimedEvent[]> {
  const delivered: ClaimedEvent[] = [];
  for (const event of events) {
    await inbox.accept(arriving(event));
    const [claimed] = await claim(inbox, 1);
    if (!claimed) throw new Error("Nothing was due.");
    await inbox.settle(claimed);
    delivered.push(claimed);
  }
  return delivered;
}

const tallied = async (inbox: SqliteInbox) => (await inbox.stats()).destinations[0];

describe("delivered events", () => {
  test("are gone at once where nothing is said, because they hold customers' words", async () => {
    const { inbox, kept } = open({});
    await deliver(inbox, {});
    expect(await kept()).toEqual([]);
    await inbox.close();
  });

  test("are kept for so many hours, whole, and then forgotten, whichever clock says so", async () => {
    for (const which of ["wallMs", "runningMs"] as const) {
      const { inbox, clocks, kept } = open({ keepDeliveredHours: 2 });
      const body = Buffer.from('{"a":1}');
      await deliver(inbox, { id: "early", name: "kustomer.note.create", conversation: "c", body });
      clocks[which] += HOUR;
      await deliver(inbox, { id: "late" });
      const [first, second] = await kept();
      expect(first).toMatchObject({
        id: "early",
        name: "kustomer.note.create",
        conversation: "c",
        attempts: 1,
        bytes: 7,
      });
      expect(second).toMatchObject({ id: "late" });
      expect(Buffer.from((await inbox.deliveryBody(first?.seq ?? 0)) ?? []).equals(body)).toBe(true);
      clocks[which] += HOUR;
      while (await inbox.forgetDeliveries());
      expect((await kept()).map(({ id }) => id)).toEqual(["late"]);
      await inbox.close();
    }
  });

  test("are forgotten when the hours are taken back, and left alone by who knows no configuration", async () => {
    const { inbox, path } = open();
    await deliver(inbox, {}, {});
    await inbox.close();
    const store = { folder: path, maxMiB: 64, minFreeMiB: 1 };
    const { inbox: command } = openInbox({ store, relays: [] });
    while (await command.forgetDeliveries());
    expect((await command.deliveries({}, { limit: 9 })).events).toHaveLength(2);
    await command.close();
    const { inbox: without, kept } = open({}, path);
    while (await without.forgetDeliveries());
    expect(await kept()).toEqual([]);
    await without.close();
  });

  test("are replayed by what they are, behind what their conversation has waiting, and keep its order", async () => {
    const { inbox, kept } = open();
    const given = ["a", "b", "c"].map((id) => ({
      id,
      conversation: "c",
      name: id === "b" ? "kustomer.x" : "kustomer.y",
    }));
    await deliver(inbox, ...given);
    await inbox.accept(arriving({ id: "waiting", conversation: "c" }));
    expect(await inbox.replayDeliveries({ event: "kustomer.y" })).toBe(2);
    expect((await kept()).map(({ id }) => id)).toEqual(["b"]);
    const order: string[] = [];
    for (let event = (await claim(inbox, 1))[0]; event; event = (await claim(inbox, 1))[0]) {
      order.push(event.id);
      await inbox.settle(event);
    }
    expect(order).toEqual(["waiting", "a", "c"]);
    await inbox.close();
  });

  test("are replayed by their numbers, however many, in slices", async () => {
    const { inbox, kept } = open();
    await Promise.all(Array.from({ length: 450 }, (_, i) => inbox.accept(arriving({ conversation: `c${i}` }))));
    for (const event of await claim(inbox, 450)) await inbox.settle(event);
    const seqs = (await kept()).map(({ seq }) => seq);
    expect(seqs).toHaveLength(450);
    expect(await inbox.replayDeliveries({ seqs: seqs.toReversed().slice(0, 440) })).toBe(440);
    expect((await kept()).map(({ seq }) => seq)).toEqual(seqs.slice(0, 10));
    await inbox.close();
  });

  test("get no number again that one of them has, over restarts", async () => {
    const { inbox, path } = open();
    await deliver(inbox, { id: "one" });
    await inbox.close();
    const { inbox: again, kept } = open(undefined, path);
    await deliver(again, { id: "two" });
    expect((await kept()).map(({ id }) => id)).toEqual(["one", "two"]);
    await again.close();
  });

  test("make room for new ones: no event is refused because others are kept", async () => {
    const { inbox } = open({ keepDeliveredHours: 24, maxMiB: 2 });
    const body = Buffer.alloc(60_000, "x");
    for (let index = 0; index < 200; index += 1) {
      await deliver(inbox, { body });
      // The receiver does this once a second.
      while (index % 10 === 0 && (await inbox.forgetDeliveries()));
    }
    const { bytesUsed = 0, bytesAllowed = 0 } = (await tallied(inbox)) ?? {};
    expect(bytesUsed).toBeLessThan(bytesAllowed);
    await inbox.close();
  });
});

describe("erasing a conversation", () => {
  test("takes what waits, what is dead and what is kept, and leaves every other conversation alone", async () => {
    const { inbox, path, kept } = open();
    const words = (text: string): Buffer => Buffer.from(JSON.stringify({ text, padding: "p".repeat(3_000) }));
    await deliver(
      inbox,
      { conversation: "gone", body: words("delivered-words") },
      { conversation: "stays", body: words("other-words") },
    );
    for (const conversation of ["gone", "stays"])
      await inbox.accept(arriving({ conversation, body: words("dead-words") }));
    for (const event of await claim(inbox, 2)) await inbox.deadLetter(event, { error: "no", refused: true });
    await inbox.accept(arriving({ conversation: "gone", body: words("failed-words") }));
    const [failed] = await claim(inbox, 1);
    if (failed) await inbox.release(failed, HOUR, { error: "no", refused: false });
    for (const conversation of ["gone", "gone", "stays"])
      await inbox.accept(arriving({ conversation, body: words("waiting-words") }));

    expect(await inbox.erase("gone")).toEqual({ queued: 3, deadLetters: 1, deliveries: 1 });
    expect((await kept()).map(({ conversation }) => conversation)).toEqual(["stays"]);
    expect((await lettersOf(inbox)).map(({ conversation }) => conversation)).toEqual(["stays"]);
    expect((await claim(inbox, 9)).map(({ conversation }) => conversation)).toEqual(["stays"]);
    expect(await tallied(inbox)).toMatchObject({ queued: 1, retrying: 0, deadLetters: 1 });
    expect(await inbox.look()).toEqual({});
    expect(await inbox.erase("gone")).toEqual({ queued: 0, deadLetters: 0, deliveries: 0 });
    // Not merely given free: nothing of it can be read out of the files.
    const bytes = readdirSync(path).map((name) => readFileSync(join(path, name)).toString("latin1"));
    expect(bytes.join("")).not.toMatch(/failed-words|delivered-words/);
    expect(bytes.join("")).toMatch(/other-words/);
    await inbox.close();
  });

  test("of which an event is under way makes no trouble when that has ended, nor for what comes next", async () => {
    const { inbox, kept } = open();
    const ends: ((event: ClaimedEvent) => Promise<void>)[] = [
      (event) => inbox.settle(event),
      (event) => inbox.release(event, 0, { error: "no", refused: false }),
      (event) => inbox.deadLetter(event, { error: "no", refused: true }),
    ];
    for (const end of ends) {
      await inbox.accept(arriving({ conversation: "c" }));
      const [claimed] = await claim(inbox, 1);
      if (!claimed) throw new Error("Nothing was due.");
      // In one group of writes: the erasure, the outcome, and the next event of the conversation.
      const together = [
        inbox.erase("c"),
        end(claimed),
        inbox.accept(arriving({ id: `next-${ends.indexOf(end)}`, conversation: "c" })),
      ];
      await Promise.all(together);
      await end(claimed);
      const [next] = await claim(inbox, 9);
      expect(next).toMatchObject({ id: `next-${ends.indexOf(end)}`, attempts: 0 });
      if (next) await inbox.settle(next);
      expect(await tallied(inbox)).toMatchObject({ queued: 0, retrying: 0, deadLetters: 0 });
    }
    expect((await kept()).map(({ id }) => id)).toEqual(["next-2"]);
    await inbox.close();
  });

  test("that cannot be written takes nothing, and what was under way is noted as ever", async () => {
    let full = false;
    const { inbox } = openInbox(
      configFor("https://localhost/", { store: { folder: mkdtempSync(join(folder, "store-")) } }),
      {
        step: (step) => {
          if (full && step === "before-commit") throw new Error("the disk is full");
        },
      },
    );
    await inbox.accept(arriving({ conversation: "a" }));
    const [event] = await claim(inbox, 1);
    if (!event) throw new Error("There is no event.");
    full = true;
    await expect(inbox.erase("a")).rejects.toThrow("the disk is full");
    full = false;
    await inbox.settle(event);
    expect((await inbox.stats()).destinations).toMatchObject([{ queued: 0 }]);
    expect(await claim(inbox, 1)).toEqual([]);
    expect(await inbox.nextDue("airkit")).toEqual({ untried: undefined, tried: undefined });
    await inbox.close();
  });
});
