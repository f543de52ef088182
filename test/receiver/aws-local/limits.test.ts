import { expect, test } from "@jest/globals";
import { testDestination } from "../support/destination";
import { send, someEvent, testRelay, useChain } from "./support";

const chain = useChain({ intakeConcurrency: 2, deliveryConcurrency: 2 });

test("a relay that is limited to one a second, with 40 conversations queued, delays another relay's events by little", async () => {
  const limited = await testDestination();
  const free = await testDestination();
  const slow = await testRelay(chain(), limited.url, { relay: "slow", controls: { maxPerSecond: 1 } });
  const other = await testRelay(chain(), free.url);
  // Three events in each: a function that waited for every one of them would be gone for half a minute.
  for (let number = 0; number < 120; number += 2) {
    const pair = [number, number + 1].map((each) => send(slow, someEvent(2_000 + (each % 40))));
    for (const { status } of await Promise.all(pair)) expect(status).toBe(200);
  }
  for (const count of [1, 2, 3]) {
    const sentAt = performance.now();
    expect((await send(other, someEvent(3_000))).status).toBe(200);
    await free.received(count);
    expect((free.arrivals.at(-1)?.at ?? Infinity) - sentAt).toBeLessThan(8_000);
  }
  // What a busy machine delays on its way makes a step shorter, never two of them by a quarter.
  const [first, , third] = await limited.received(3);
  expect((third?.at ?? 0) - (first?.at ?? Infinity)).toBeGreaterThan(1_500);
});
