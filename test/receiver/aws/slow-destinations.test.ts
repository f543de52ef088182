import { randomBytes } from "node:crypto";
import { describe, expect, test } from "@jest/globals";
import { signedEvent, type SignedEvent } from "../../../lab/chaos/event";
import { sealRoute } from "../../../receiver/route-seal";
import { testDestination, until } from "../support/destination";
import { batchOf, deliverOnce, hosted, type Hosted, logged, ROUTE_KEY, SECRET, urlEvent } from "./support/hosted";

let numbers = 0;
const someEvent = (conversation = 1): SignedEvent => signedEvent((numbers += 1), conversation, SECRET);

async function store(receiver: Hosted, ...events: readonly SignedEvent[]): Promise<void> {
  const intake = receiver.intake();
  for (const event of events) expect((await intake(urlEvent(receiver.route, event))).statusCode).toBe(200);
}

describe("a destination that never answers", () => {
  const relay = (receiver: Hosted, url: string) => {
    const route = sealRoute(randomBytes(16).toString("hex"), ROUTE_KEY);
    const secret = { relay: "other", signingSecret: SECRET, destination: { url, allowLoopbackHttp: true } };
    receiver.aws.secrets.set(`relays/test/${route}`, { AWSCURRENT: JSON.stringify(secret) });
    return { ...receiver, route };
  };

  test("holds half of the functions and no more: the other half breaks off, puts off and serves another relay", async () => {
    const hanging = await testDestination(() => undefined);
    let before = "";
    const answering = await testDestination((response) => {
      before = logged();
      response.writeHead(200).end();
    });
    const receiver = await hosted(hanging.url, { timeoutSeconds: 2 }, { RELAY_MAXIMUM_CONCURRENCY: "2" });
    const other = relay(receiver, answering.url);
    await store(receiver, ...Array.from({ length: 40 }, (_, index) => someEvent(index)));
    await store(other, someEvent(100));
    const work = async (): Promise<void> => {
      // Two functions, each with a memory of its own.
      const deliver = receiver.delivery({ quickMs: 200 });
      while (answering.arrivals.length === 0) if ((await deliverOnce(receiver, deliver)) === 0) break;
    };
    await Promise.all([work(), work()]);
    expect(answering.arrivals).toHaveLength(1);
    expect(before).toContain("as many functions wait for slow destinations as may");
    expect(before).not.toContain("within 2 seconds");
    expect(logged()).toContain("within 2 seconds");
  });

  test("does not keep a conversation of another relay waiting that is in the same batch", async () => {
    const hanging = await testDestination(() => undefined);
    const answering = await testDestination();
    const receiver = await hosted(hanging.url, { timeoutSeconds: 2 });
    const other = relay(receiver, answering.url);
    await store(receiver, someEvent(1));
    await store(other, someEvent(2), someEvent(2));
    const deliver = receiver.delivery({ quickMs: 100 });
    // The first of two events of a conversation is in the batch, the second behind it.
    const batch = deliver(batchOf(receiver.aws.queue.receive(2, 360_000)));
    await answering.received(1);
    await until(() => receiver.aws.queue.messages.length === 2, "the delivered event to be deleted", 1_500);
    expect(await deliverOnce(receiver, receiver.delivery())).toBe(1);
    expect(answering.arrivals).toHaveLength(2);
    expect((await batch).batchItemFailures).toHaveLength(1);
  });

  test("that only takes its time is waited for, and costs no place once it answers quickly", async () => {
    let slow = true;
    const destination = await testDestination((response) => {
      setTimeout(() => response.writeHead(200).end(), slow ? 300 : 0);
    });
    const receiver = await hosted(destination.url, {}, { RELAY_MAXIMUM_CONCURRENCY: "2" });
    const deliver = receiver.delivery({ quickMs: 100 });
    for (const wanted of [1, 2]) {
      await store(receiver, someEvent(wanted));
      await deliverOnce(receiver, deliver);
      expect(receiver.aws.items.get("places-to-wait")).toMatchObject({ until0: { N: "0" } });
    }
    slow = false;
    await store(receiver, someEvent(3));
    await deliverOnce(receiver, deliver);
    const before = receiver.aws.calls.length;
    await store(receiver, someEvent(4));
    await deliverOnce(receiver, deliver);
    expect(destination.arrivals).toHaveLength(4);
    expect(receiver.aws.calls.slice(before).filter(({ operation }) => operation === "UpdateItem")).toHaveLength(2);
  });
});
