import type { Tour } from "./tour";

const RELAY = "kustomer-relay:relays[0]";

/** Everything by `pulumi up`: Airkit's half over a console API, which the sandbox has (Airkit itself offers none). */
export async function consoleTour(tour: Tour, token: string, webChatId: string): Promise<void> {
  const { sandbox } = tour;
  await tour.set("airkit:driver", "console");
  await tour.set("airkit:baseUrl", sandbox.ready.airkitConsoleUrl);
  await tour.set("airkit:token", sandbox.ready.airkitToken, "--secret");
  await tour.set(`${RELAY}.kustomer.apiKey.token`, token, "--secret");
  await tour.set(`${RELAY}.airkit.hub.channelResourceIds[0]`, webChatId);
  const startReceiver = await tour.declareReceiver(RELAY);

  await tour.show("pulumi up makes the whole relay", async () => {
    await tour.up();
    const { status } = await tour.outputs();
    if (status !== "active") throw new Error(`the relay is ${status}`);
    return status;
  });
  await tour.show("the receiver starts between the two", startReceiver);
  await tour.show("signed events arrive at Airkit and are verified", () => tour.eventsArrive());
  await tour.show("somebody switches the webhook off and edits the hub", async () => {
    await tour.switchWebhookOff();
    for (const { id } of await sandbox.airkitObjects("hubs"))
      await sandbox.editAirkitObject("hubs", id, { agentTimeoutSeconds: 60 });
    return "in the two consoles, by hand";
  });
  await tour.show("pulumi refresh shows both", () => tour.refreshShows("enabled", "agentTimeoutSeconds"));
  await tour.show("pulumi up heals both", async () => {
    await tour.up();
    return tour.webhookIsOn();
  });
}
