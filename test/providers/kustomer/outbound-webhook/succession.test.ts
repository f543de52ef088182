import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { outboundWebhook } from "../../../../providers/kustomer/outbound-webhook";
import { type Sandbox, startSandbox } from "../../../../sandbox";
import { testDestination } from "../../../receiver/support/destination";
import { type Connection, connect, createWebhook, PROFILES, settingsOf, type Webhook, webhookInputs } from "../support";
import { quickenTime } from "../../../support/quicken-time";

quickenTime(20);

/** Kustomer's first retry comes after 3 seconds. */
const TIME_SCALE = 20;
const MESSAGE = "kustomer.message.create";

describe.each(PROFILES)("a webhook that is about to be rotated (%s)", (profile) => {
  let sandbox: Sandbox;
  let connection: Connection;

  beforeEach(async () => {
    sandbox = await startSandbox({ profile, timeScale: TIME_SCALE });
    connection = connect(sandbox);
  });
  afterEach(async () => {
    await sandbox.close();
  });

  /** As the engine does it: asked first, then made. */
  async function rotate(former: Webhook): Promise<Webhook> {
    const { url, rotation } = former;
    const next = { url, rotation: rotation + 1 };
    await outboundWebhook.beforeReplacing(connection, former, webhookInputs(next), settingsOf(sandbox));
    return createWebhook(connection, next);
  }

  test("sends again first what was refused, because that goes with it", async () => {
    let refusals = 1;
    const destination = await testDestination((response) => response.writeHead(refusals-- > 0 ? 503 : 200).end());
    const former = await createWebhook(connection, { url: destination.url });
    const event = await sandbox.send(MESSAGE);

    const successor = await rotate(former);

    expect(destination.arrivals.length).toBe(2);
    expect(sandbox.transactions(former.webhookId).map(({ eventId, outcome }) => [eventId, outcome])).toEqual([
      [event, 503],
      [event, 200],
    ]);
    expect(sandbox.transactions(successor.webhookId)).toEqual([]);
    expect(connection.run.warnings[0]).toContain("has 1 deliveries to make again");
  });

  test("is rotated at once where nothing waits", async () => {
    const destination = await testDestination();
    const former = await createWebhook(connection, { url: destination.url });
    await sandbox.send(MESSAGE);
    const successor = await rotate(former);
    expect(successor.signingSecret).not.toBe(former.signingSecret);
    expect(connection.run.warnings).toEqual([]);
  });
});
