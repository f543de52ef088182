import { expect, test } from "@jest/globals";
import { headersFor } from "../../../lab/chaos/event";
import { createHostedAdmin } from "../../../receiver/aws/admin";
import { queueDepth } from "../../../receiver/aws/queue-depth";
import { testDestination, until } from "../support/destination";
import { post } from "../support/receiver";
import { SECRET, send, someEvent, testRelay, useChain } from "./support";

/** The functions read overrides every five seconds of theirs, and look at a paused event again after as many. */
const chain = useChain({ timeScale: 30 });

const by = "ana";

function admin() {
  const { engine, resources } = chain();
  const { queueUrl, deadLetterQueueUrl, table } = resources;
  const relays = [{ name: "support" }];
  const queues = [{ name: "support", queueUrl, deadLetterQueueUrl, table, relays, call: engine.call }];
  return createHostedAdmin({ queues, dashboards: [], clock: Date.now });
}

test("a relay is paused, limited and resumed while it runs: events are kept, and come in their order", async () => {
  const destination = await testDestination();
  const relay = await testRelay(chain(), destination.url);
  const first = someEvent(1);
  await send(relay, first);
  await destination.received(1);

  expect(await admin().override("support", { do: "pause", by, reason: "moving" })).toMatchObject({ paused: true });
  const { engine, resources } = chain();
  // The function that delivered just now goes by what it knows for five seconds, which are a sixth of one here.
  await new Promise((resolve) => setTimeout(resolve, 500));
  const events = [2, 2, 3].map((conversation) => someEvent(conversation));
  for (const event of events) expect((await send(relay, event)).status).toBe(200);
  await until(
    async () => (await queueDepth(engine.call, resources.queueUrl)).hidden > 0,
    "a function to hold them back",
  );
  expect((await admin().status()).controls).toMatchObject([
    { paused: true, overrides: { paused: { reason: "moving" } } },
  ]);
  expect(destination.arrivals).toHaveLength(1);

  await admin().override("support", { do: "resume", by });
  await admin().override("support", { do: "limit", maxPerSecond: 500, by });
  await destination.received(4);
  const ids = destination.arrivals.map(({ id }) => id);
  expect(ids.indexOf(events[0]?.id ?? "")).toBeLessThan(ids.indexOf(events[1]?.id ?? ""));
  expect((await admin().override("support", { do: "resume", by })).overrides).toEqual({});
});

test("a filter keeps back at the intake what it is told to, and nothing else", async () => {
  const destination = await testDestination();
  const filter = [{ name: "own-words", not: { path: "data.attributes.direction", equals: "out" } }];
  const relay = await testRelay(chain(), destination.url, { controls: { filter } });
  const body = Buffer.from(JSON.stringify({ id: "out", data: { attributes: { direction: "out" } } }));
  expect(await post(relay.url, body, headersFor(body, SECRET))).toMatchObject({ body: '{"status":"filtered"}' });
  const genuine = someEvent(9);
  expect((await send(relay, genuine)).body).toBe('{"status":"stored"}');
  await destination.received(1);
  expect(destination.arrivals.map(({ id }) => id)).toEqual([genuine.id]);
});
