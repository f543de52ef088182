import { afterEach, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import { type Controls, NO_CONTROLS } from "../../receiver/controls";
import { Delivery, type DeliveryParts } from "../../receiver/delivery";
import { DELIVERY_DEFAULTS } from "../../receiver/destination";
import { Gate } from "../../receiver/gate";
import { type Inbox, StoreUnavailable } from "../../receiver/inbox";
import type { OutgoingRequest, PostAnswer } from "../../receiver/outgoing";
import { sign } from "../../receiver/signature";
import { until } from "./support/destination";
import { arriving, claim, lettersOf, testInbox } from "./support/inbox";
import { oneSecret } from "./support/secret";
import { temporaryFolder } from "./support/temporary-folder";

const folder = temporaryFolder();
const running: Delivery[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((delivery) => delivery.stop(0)));
});

type Respond = (request: OutgoingRequest, call: number) => PostAnswer | Promise<PostAnswer>;

/** A delivery between the real inbox and an answer that the test gives. */
function delivering(
  respond: Respond,
  parts: Partial<DeliveryParts> = {},
  target: Partial<DeliveryParts["destination"]> = {},
) {
  const inbox = testInbox(mkdtempSync(join(folder, "store-")));
  const posted: OutgoingRequest[] = [];
  const delivery = new Delivery({
    inbox,
    destination: {
      ...DELIVERY_DEFAULTS,
      name: "airkit",
      url: "https://api.example.com/receive",
      backoff: { firstMs: 5, maxMs: 20 },
      ...target,
    },
    secrets: () => [],
    post: async (request, signal) => {
      const call = posted.push(request) - 1;
      const broken = new Promise<never>((_, reject) => {
        signal.addEventListener("abort", () => {
          reject(new Error("aborted"));
        });
      });
      return Promise.race([Promise.resolve(respond(request, call)), broken]);
    },
    clock: Date.now,
    ...parts,
  });
  running.push(delivery);
  delivery.start();
  const accept = async (event: Parameters<typeof arriving>[0] = {}): Promise<string> => {
    const arrived = arriving({ receivedAt: Date.now(), ...event });
    await inbox.accept(arrived);
    delivery.wake();
    return arrived.id;
  };
  const ids = (): string[] => posted.map((request) => request.headers["x-kustomer-relay-event-id"] ?? "");
  const emptied = (): Promise<void> =>
    until(async () => (await inbox.stats()).destinations.every((one) => one.queued === 0), "the queue to be empty");
  return { inbox, delivery, posted, accept, ids, emptied };
}

const ok = { status: 200 };
const later = (ms: number): Promise<PostAnswer> =>
  new Promise((resolve) => {
    // Not waited for at the end: some answers here come long after their test.
    setTimeout(resolve, ms, ok).unref();
  });

test("a gate that opens just while it is asked keeps nothing waiting for the next event", async () => {
  let [hasLooked, opensWhenAsked, isOpen] = [false, false, false];
  const gate = {
    isPaused: false,
    allowance: () => (isOpen ? 1 : 0),
    waitMs: () => {
      hasLooked = true;
      isOpen = opensWhenAsked;
      return isOpen ? 0 : Infinity;
    },
    began: () => undefined,
  };
  const { accept, emptied } = delivering(() => ok, { gate });
  await until(() => hasLooked, "the first look");
  opensWhenAsked = true;
  await accept();
  await emptied();
});

describe("what is sent", () => {
  test("is the body byte for byte, with Kustomer's headers, the configured ones and the event's id, and nothing else", async () => {
    const body = Buffer.from([0x7b, 0xff, 0x00, 0x0d, 0x0a, 0x7d]);
    const { posted, accept, emptied } = delivering(() => ok, {}, { headers: { "x-tenant": "acme" } });
    const id = await accept({ body, eventHeader: "kustomer.message.create", signature: "ab".repeat(32) });
    await emptied();
    expect(posted.map((request) => ({ ...request, body: Buffer.from(request.body).toString("hex") }))).toEqual([
      {
        url: "https://api.example.com/receive",
        timeoutMs: 30_000,
        wantsExcerpt: true,
        body: body.toString("hex"),
        headers: {
          "x-tenant": "acme",
          "content-type": "application/json",
          "x-kustomer-webhook-event": "kustomer.message.create",
          "x-kustomer-webhook-signature": "ab".repeat(32),
          "x-kustomer-relay-event-id": id,
        },
      },
    ]);
  });

  test("carries a signature by the next active secret after each refusal, because the destination may know only one", async () => {
    const secrets = [oneSecret("new"), oneSecret("old")];
    const body = Buffer.from("{}");
    const [fresh, old] = secrets.map((secret) => sign(body, secret));
    const { posted, accept, emptied } = delivering(
      (request) => ({ status: request.headers["x-kustomer-webhook-signature"] === fresh ? 200 : 401 }),
      { secrets: () => secrets },
    );
    await accept({ body, signature: old ?? "" });
    await emptied();
    expect(posted.map((request) => request.headers["x-kustomer-webhook-signature"])).toEqual([old, fresh]);
  });
});

describe("order", () => {
  test("holds within a conversation even when answers come late or fail, while other conversations flow on", async () => {
    let failed = false;
    const { accept, ids, emptied } = delivering(async (request) => {
      if (request.headers["x-kustomer-relay-event-id"] === "slow-1" && !failed) {
        failed = true;
        await until(() => ids().includes("quick-2"), "the other conversation to flow on");
        return { status: 500 };
      }
      return ok;
    });
    for (const id of ["slow-1", "slow-2", "slow-3"]) await accept({ id, conversation: "slow" });
    for (const id of ["quick-1", "quick-2"]) await accept({ id, conversation: "quick" });
    await emptied();
    expect(ids().filter((id) => id.startsWith("slow"))).toEqual(["slow-1", "slow-1", "slow-2", "slow-3"]);
    expect(ids().indexOf("quick-2")).toBeLessThan(ids().indexOf("slow-2"));
  });

  test("holds for any mixture of conversations, delays and failures", async () => {
    const step = fc.record({ conversation: fc.nat(3), delay: fc.nat(3), failures: fc.nat(2) });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), async (steps) => {
        const left = new Map(steps.map((one, index) => [`e${index}`, one.failures]));
        const delivered: string[] = [];
        const { accept, emptied, delivery } = delivering(
          async (request) => {
            const id = request.headers["x-kustomer-relay-event-id"] ?? "";
            await later(steps[Number(id.slice(1))]?.delay ?? 0);
            const failures = left.get(id) ?? 0;
            left.set(id, failures - 1);
            if (failures > 0) return { status: 500 };
            delivered.push(id);
            return ok;
          },
          { circuit: { failuresToOpen: 1_000, silenceMs: 0, firstPauseMs: 1, maxPauseMs: 1, untriedPauseMs: 1 } },
        );
        for (const [index, one] of steps.entries())
          await accept({ id: `e${index}`, conversation: `c${one.conversation}` });
        await emptied();
        await delivery.stop(100);
        for (const conversation of [0, 1, 2, 3]) {
          const sent = steps.flatMap((one, index) => (one.conversation === conversation ? [`e${index}`] : []));
          expect(delivered.filter((id) => sent.includes(id))).toEqual(sent);
        }
      }),
      { numRuns: 15 },
    );
  });

  test("lets the next event through once the one before it has become a dead letter", async () => {
    const { inbox, accept, ids, emptied } = delivering(
      (request) => ({ status: request.headers["x-kustomer-relay-event-id"] === "bad" ? 422 : 200 }),
      {},
      { triesWhenRefused: 2 },
    );
    await accept({ id: "bad", conversation: "c" });
    await accept({ id: "good", conversation: "c" });
    await emptied();
    expect(ids()).toEqual(["bad", "bad", "good"]);
    expect(await lettersOf(inbox)).toEqual([
      expect.objectContaining({
        id: "bad",
        attempts: 2,
        status: 422,
        error: "POST https://api.example.com/receive answered 422",
      }),
    ]);
  });
});

test("never more deliveries are under way than allowed", async () => {
  let now = 0;
  let most = 0;
  const { accept, emptied } = delivering(
    async () => {
      most = Math.max(most, (now += 1));
      await later(5);
      now -= 1;
      return ok;
    },
    {},
    { concurrency: 3 },
  );
  for (let i = 0; i < 20; i += 1) await accept();
  await emptied();
  expect(most).toBe(3);
});

test("a failing event is tried again until it goes through, and counts its tries", async () => {
  const retries: number[] = [];
  const observer = { retrying: (event: { attempts: number }) => void retries.push(event.attempts) };
  const { accept, posted, emptied } = delivering((_, call) => (call < 4 ? { status: 500 } : ok), { observer });
  await accept();
  await emptied();
  expect(posted).toHaveLength(5);
  expect(retries).toEqual([0, 1, 2, 3]);
});

test("an event whose answer asks for a rest gets it, and no other event has to wait for that", async () => {
  const at: number[] = [];
  const { accept, ids, emptied } = delivering((_, call) => {
    at.push(performance.now());
    return call === 0 ? { status: 429, retryAfter: "1" } : ok;
  });
  await accept({ id: "asked" });
  await until(() => at.length === 1, "the first try");
  await accept({ id: "other" });
  await emptied();
  expect(ids()).toEqual(["asked", "other", "asked"]);
  expect((at[2] ?? 0) - (at[0] ?? 0)).toBeGreaterThan(900);
});

test("a destination that asks every event for a rest is left alone for that long, but for a probe now and then", async () => {
  let limited = true;
  const { accept, posted } = delivering(() => (limited ? { status: 429, retryAfter: "30" } : ok), {
    circuit: { failuresToOpen: 5, silenceMs: 0, firstPauseMs: 10, maxPauseMs: 30_000, untriedPauseMs: 100 },
  });
  await Promise.all(Array.from({ length: 300 }, (_, i) => accept({ conversation: `c${i}` })));
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(posted.length).toBeLessThan(50);
  limited = false;
  await until(() => posted.length >= 300, "the others to be delivered");
});

describe("one failing conversation costs the others nothing:", () => {
  const hang = (): Promise<PostAnswer> =>
    new Promise((_, reject) => setTimeout(reject, 100, new Error("time-out")).unref());
  const answers: readonly (readonly [string, () => PostAnswer | Promise<PostAnswer>])[] = [
    ["500", () => ({ status: 500 })],
    ["409", () => ({ status: 409 })],
    ["a redirect", () => ({ status: 302 })],
    ["503 with a rest of 30 seconds", () => ({ status: 503, retryAfter: "30" })],
    ["a time-out", hang],
  ];

  test.each(answers)("beside 40 that get %s, others are delivered as if these were not there", async (_, answer) => {
    const took: number[] = [];
    const sentAt = new Map<string, number>();
    const { accept } = delivering(
      (request) => {
        const at = sentAt.get(request.headers["x-kustomer-relay-event-id"] ?? "");
        if (at === undefined) return answer();
        took.push(performance.now() - at);
        return ok;
      },
      {},
      { backoff: { firstMs: 20, maxMs: 100 } },
    );
    for (let i = 0; i < 40; i += 1) await accept({ conversation: `failing-${i}` });
    // By then every one of them has failed, most of them several times.
    await new Promise((resolve) => setTimeout(resolve, 600));
    for (let i = 0; i < 10; i += 1) {
      const id = `healthy-${i}`;
      sentAt.set(id, performance.now());
      await accept({ id, conversation: "healthy" });
      await until(() => took.length > i, "the healthy event");
    }
    // Held up by them, each would take a minute and more; a machine that is busy with other things takes its time, too.
    expect(Math.max(...took)).toBeLessThan(3000);
  });
});

test("after a long wait behind others an event is tried several times before it is given up", async () => {
  const { accept, posted, inbox } = delivering(() => ({ status: 500 }), {}, { giveUpAfterMs: 0 });
  await accept();
  await until(async () => (await lettersOf(inbox)).length === 1, "the dead letter");
  expect(posted).toHaveLength(5);
});

test("a dead destination costs a few probes, not a try for every event, and is drained once it is back", async () => {
  let dead = true;
  const refused = Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });
  const circuits: boolean[] = [];
  const { accept, posted, emptied } = delivering(() => (dead ? Promise.reject(refused) : ok), {
    circuit: { failuresToOpen: 5, silenceMs: 2_000, firstPauseMs: 50, maxPauseMs: 100, untriedPauseMs: 50 },
    observer: { circuit: (_, open) => void circuits.push(open) },
  });
  for (let i = 0; i < 300; i += 1) await accept();
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(posted.length).toBeLessThan(60);
  dead = false;
  const wasted = posted.length;
  await emptied();
  expect(posted.length - wasted).toBe(300);
  expect(circuits).toEqual([true, false]);
});

test("what was delivered while the store could not be written is settled later and not delivered again, however much later", async () => {
  let ahead = 0;
  const clock = (): number => Date.now() + ahead;
  const inbox = testInbox(mkdtempSync(join(folder, "store-")), clock);
  let full = true;
  let refused = 0;
  const faulty: Inbox = new Proxy(inbox, {
    get(target, property) {
      if (property === "settle" && full) {
        refused += 1;
        return () => Promise.reject(new StoreUnavailable("disk full"));
      }
      const value: unknown = Reflect.get(target, property, target);
      return typeof value === "function" ? (value.bind(target) as unknown) : value;
    },
  });
  const { posted, delivery } = delivering(() => ok, { inbox: faulty, clock });
  await inbox.accept(arriving());
  delivery.wake();
  await until(() => refused > 0, "the store to refuse");
  // Longer than any lease.
  ahead = 3_600_000;
  delivery.wake();
  await until(() => refused > 2, "the store to refuse again");
  full = false;
  await until(async () => (await inbox.stats()).destinations.every((one) => one.queued === 0), "the queue to be empty");
  expect(posted).toHaveLength(1);
});

test("stopping waits for what is under way, breaks off what takes longer, and keeps it in the queue uncounted", async () => {
  const { inbox, delivery, accept, posted } = delivering((_, call) => later(call === 0 ? 30 : 60_000));
  await accept({ id: "quick" });
  await accept({ id: "endless" });
  await until(() => posted.length === 2, "both to be under way");
  await delivery.stop(200);
  expect((await inbox.stats()).destinations[0]?.queued).toBe(1);
  const [left] = await claim(inbox, 10);
  expect(left).toMatchObject({ id: "endless", attempts: 0 });
});

describe("what the relay's controls let through", () => {
  test("is nothing that was claimed while it was being paused: it goes back, and the try does not count", async () => {
    let controls: Controls = NO_CONTROLS;
    const inbox = testInbox(mkdtempSync(join(folder, "store-")));
    const pausing: Inbox = new Proxy(inbox, {
      get(target, property) {
        if (property === "claim")
          return async (...args: Parameters<Inbox["claim"]>) => {
            const claimed = await target.claim(...args);
            if (claimed.length > 0) controls = { paused: true, maxPerSecond: undefined };
            return claimed;
          };
        const value: unknown = Reflect.get(target, property, target);
        return typeof value === "function" ? (value.bind(target) as unknown) : value;
      },
    });
    const gate = new Gate(
      () => controls,
      () => performance.now(),
    );
    const { posted, delivery } = delivering(() => ok, { inbox: pausing, gate });
    for (const id of ["a", "b"]) await inbox.accept(arriving({ id, conversation: "c" }));
    delivery.wake();
    await until(() => controls.paused, "a claim");
    // Stopping waits for what is under way.
    await delivery.stop(1_000);
    expect(posted).toEqual([]);
    expect(await claim(inbox, 10)).toMatchObject([{ id: "a", attempts: 0 }]);
  });

  test("is never more in a second than the limit, whatever comes in, and all of it in the end", async () => {
    let now = 0;
    const elapsed = (): number => now;
    const at: number[] = [];
    const gate = new Gate(() => ({ paused: false, maxPerSecond: 10 }), elapsed);
    const { accept, delivery, emptied } = delivering(
      () => {
        at.push(now);
        return ok;
      },
      { gate, elapsed },
    );
    for (let index = 0; index < 35; index += 1) await accept({ conversation: `c${index % 7}` });
    const turning = setInterval(() => {
      now += 25;
      delivery.wake();
    }, 1);
    await emptied();
    clearInterval(turning);
    expect(at).toHaveLength(35);
    for (const from of at) expect(at.filter((one) => one >= from && one < from + 1_000).length).toBeLessThanOrEqual(10);
  });

  test("costs the store nothing while nothing is controlled: it is asked as often as without a gate", async () => {
    const asked = async (gate: Gate | undefined): Promise<string[]> => {
      const calls: string[] = [];
      const inbox = testInbox(mkdtempSync(join(folder, "store-")));
      const counting: Inbox = new Proxy(inbox, {
        get(target, property) {
          const value: unknown = Reflect.get(target, property, target);
          if (typeof value !== "function") return value;
          calls.push(String(property));
          return value.bind(target) as unknown;
        },
      });
      const { delivery } = delivering(() => ok, { inbox: counting, ...(gate && { gate }) });
      await inbox.accept(arriving());
      delivery.wake();
      await until(() => calls.includes("settle") && calls.at(-1) === "nextDue", "the end of the work");
      await delivery.stop(1_000);
      return [...new Set(calls)].sort();
    };
    const gate = new Gate(
      () => NO_CONTROLS,
      () => performance.now(),
    );
    expect(await asked(gate)).toEqual(await asked(undefined));
  });
});
