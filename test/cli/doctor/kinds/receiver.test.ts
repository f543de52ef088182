import { expect } from "@jest/globals";
import { until } from "../../../receiver/support/destination";
import { arriving, closeInbox, testInbox } from "../../../receiver/support/inbox";
import { post, someEvent } from "../../../receiver/support/receiver";
import { testFaults } from "../support/faults";
import type { World } from "../support/world";
import { useWorlds } from "../support/worlds";

const inOrder = useWorlds();

testFaults(inOrder, "receiver", [
  {
    check: "receiver-running",
    when: "it was stopped",
    breaks: (world) => world.receiver.stop(),
    level: "fail",
    says: /no receiver runs.*kustomer-relay receive/,
  },
  {
    check: "receiver-queue",
    when: "an event has waited for ten minutes",
    breaks: (world) => withWaiting(world, 10 * 60_000),
    level: "warn",
    says: /1 event waiting, the oldest for 10 min/,
  },
  {
    check: "receiver-queue",
    when: "an event has waited for two hours",
    breaks: (world) => withWaiting(world, 2 * 3_600_000),
    level: "fail",
    says: /1 event waiting, the oldest for 2 h/,
  },
  {
    check: "receiver-dead-letters",
    when: "Airkit refused an event for good",
    breaks: async (world) => {
      for (const { id } of world.sandbox.airkitObjects("routing-flows"))
        world.sandbox.editAirkitObject("routing-flows", id, { webhookSecretKey: "another" });
      const event = someEvent(1, 400, world.webhook.token);
      expect((await post(world.webhook.url, event.body, { ...event.headers })).status).toBe(200);
      const dead = async (): Promise<boolean> =>
        (await world.receiver.admin.status()).destinations.some(({ deadLetters }) => deadLetters > 0);
      await until(dead, "the dead letter");
    },
    level: "fail",
    says: /1 dead letter of airkit.*replay or drop/,
  },
  {
    check: "receiver-room",
    when: "the store is almost full",
    breaks: (world) => {
      withStatus(world, { bytesUsed: 90, bytesAllowed: 100 });
    },
    level: "warn",
    says: /filled to 90 %/,
  },
  {
    check: "receiver-room",
    when: "the store is full",
    breaks: (world) => {
      withStatus(world, { bytesUsed: 100, bytesAllowed: 100 });
    },
    level: "fail",
    says: /events are refused/,
  },
  {
    check: "receiver-controls",
    when: "a relay is paused",
    breaks: async ({ receiver }) => {
      await receiver.admin.override("airkit", { do: "pause", by: "ana", reason: "moving" });
    },
    level: "warn",
    says: /airkit: paused by ana since .* \(moving\).*kustomer-relay resume --relay NAME/,
  },
]);

/** In place of what the receiver tells: what it would tell of a store that takes long to fill. */
function withStatus(world: World, told: Record<string, unknown>): void {
  const { admin } = world.receiver;
  const status = admin.status.bind(admin);
  admin.status = async () => ({ ...(await status()), ...told });
}

/** An event that was received so long ago, and cannot be delivered. */
async function withWaiting(world: World, ms: number): Promise<void> {
  await world.receiver.stop();
  const inbox = testInbox(world.store);
  await inbox.accept(arriving({ receivedAt: Date.now() - ms }));
  closeInbox(inbox);
  world.sandbox.fault({ on: { path: /receive-message/ }, times: 99, kind: "status", status: 500 });
  await world.restartReceiver();
}
