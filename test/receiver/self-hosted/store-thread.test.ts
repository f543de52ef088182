import { join } from "node:path";
import { afterEach, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { StoreInUse } from "../../../receiver/self-hosted/schema";
import type { Store } from "../../../receiver/self-hosted/store";
import { openStoreThread } from "../../../receiver/self-hosted/store-thread/client";
import { configFor } from "../support/config";
import { arriving, claim } from "../support/inbox";
import { STORE_WORKER } from "../support/receiver";
import { temporaryFolder } from "../support/temporary-folder";

const folder = temporaryFolder();
const open = new Set<Store>();
let stores = 0;

afterEach(async () => {
  await Promise.all([...open].map((store) => store.close()));
  open.clear();
});

async function opened(name = `store-${(stores += 1)}`): Promise<Store> {
  const config = configFor("https://localhost/", { store: { folder: join(folder, name) } });
  const { store } = await openStoreThread(config, { worker: STORE_WORKER });
  open.add(store);
  return store;
}

describe("The store in its thread", () => {
  test("gives every event back as it came, however many come at once", async () => {
    const store = await opened();
    let last = 0;
    const parts = fc.record({
      body: fc.uint8Array({ maxLength: 5_000 }),
      name: fc.option(fc.string(), { nil: undefined }),
      eventHeader: fc.option(fc.string({ unit: "binary" }), { nil: undefined }),
    });
    const sent = fc.array(parts, { minLength: 1, maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(sent, async (all) => {
        const events = all.map((one) => arriving({ ...one, id: `thread-${(last += 1)}` }));
        expect(await Promise.all(events.map((event) => store.accept(event)))).toEqual(events.map(() => "stored"));
        const claimed = await claim(store, events.length);
        expect(claimed.map(({ id }) => id)).toEqual(events.map(({ id }) => id));
        claimed.forEach((event, index) => {
          expect(Buffer.compare(event.body, events[index]?.body ?? Buffer.alloc(0))).toBe(0);
          expect(event.name).toBe(events[index]?.name);
          expect(event.eventHeader).toBe(events[index]?.eventHeader);
        });
        await Promise.all(claimed.map((event) => store.settle(event)));
        expect(await store.nextDue("airkit")).toEqual({ untried: undefined, tried: undefined });
      }),
      { numRuns: 40 },
    );
  });

  test("says who has the store already in the words and the class that it has without a thread", async () => {
    await opened("shared");
    await expect(opened("shared")).rejects.toThrow(StoreInUse);
  });
});
