import { expect, test } from "@jest/globals";
import { testDestination } from "../support/destination";
import { send, someEvent, testRelay, useChain } from "./support";

const chain = useChain({ intakeConcurrency: 2, deliveryConcurrency: 2 });

const CONVERSATIONS = 100;

test("a destination that hangs for 30 seconds, with 100 conversations queued, delays another relay's events by seconds", async () => {
  const hanging = await testDestination(() => undefined);
  const answering = await testDestination();
  const [stuck, other] = [await testRelay(chain(), hanging.url), await testRelay(chain(), answering.url)];
  for (let number = 0; number < CONVERSATIONS; number += 2) {
    const pair = [number, number + 1].map((conversation) => send(stuck, someEvent(conversation)));
    for (const { status } of await Promise.all(pair)) expect(status).toBe(200);
  }
  // The first when both functions wait already, the others when one of them still does.
  for (const count of [1, 2, 3]) {
    const sentAt = performance.now();
    expect((await send(other, someEvent(1_000))).status).toBe(200);
    await answering.received(count);
    expect((answering.arrivals.at(-1)?.at ?? Infinity) - sentAt).toBeLessThan(count === 1 ? 10_000 : 5_000);
  }
  // It was not spared for that: a function waits for it all the time.
  expect(hanging.arrivals.length).toBeGreaterThanOrEqual(2);
});
