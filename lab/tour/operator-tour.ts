import type { Tour } from "./tour";

const RELAY = "kustomer-relay:relays[0]";

/** As with the real Airkit: a person does what has no API, following what the program prints. */
export async function operatorTour(tour: Tour, token: string, webChatId: string): Promise<void> {
  const { sandbox } = tour;
  await tour.set(`${RELAY}.airkit.hub.channelResourceIds[0]`, webChatId);

  await tour.show("pulumi preview says what a person has to make first", async () => {
    const printed = await tour.pulumi.run(["preview"], { mayFail: true });
    const asked = [
      "kustomer.apiKey.token",
      "airkit.account.accountId",
      "airkit.resource.resourceId",
      "airkit.hub.hubId",
    ];
    const missing = asked.filter((what) => !printed.includes(`'${RELAY}.${what}'`));
    if (missing.length > 0) throw new Error(`nothing was said about ${missing.join(", ")}`);
    return `${asked.length} things, all at once`;
  });
  await tour.show("the person makes them and records their ids", async () => {
    const account = await sandbox.createAirkitObject("accounts", {
      name: "support-account",
      integration: "Kustomer",
      apiKey: token,
    });
    const resource = await sandbox.createAirkitObject("resources", {
      name: "support-resource",
      capabilities: ["MESSAGING_SEND_TEXT"],
      datasourceId: account,
    });
    const hub = await sandbox.createAirkitObject("hubs", {
      name: "support-hub",
      channelResourceIds: [webChatId],
      agentTimeoutSeconds: 900,
      maxWeightPerAgent: 5,
      reassignWhenOffline: true,
    });
    await tour.set(`${RELAY}.kustomer.apiKey.token`, token, "--secret");
    await tour.set(`${RELAY}.airkit.account.accountId`, account);
    await tour.set(`${RELAY}.airkit.resource.resourceId`, resource);
    await tour.set(`${RELAY}.airkit.hub.hubId`, hub);
    return "API key, account, Resource, hub";
  });
  await tour.show("pulumi up makes the rest, and says what is left", async () => {
    await tour.up();
    const { status, operatorSteps } = await tour.outputs();
    console.log(`\n${operatorSteps}`);
    if (status !== "pending") throw new Error(`the relay is ${status}, but should wait for the person`);
    return status;
  });
  await tour.show("the person makes the Routing Flow and records it as done", async () => {
    const { accountId, hubId, signingSecret, operatorSteps } = await tour.outputs();
    await sandbox.createAirkitObject("routing-flows", {
      name: "support-routing-flow",
      hubId,
      type: "Relay",
      relayType: "Kustomer",
      webhookSecretKey: signingSecret,
      datasourceId: accountId,
    });
    const [, key, revision] = /pulumi config set --path '([^']+)' (\S+)/.exec(operatorSteps) ?? [];
    if (key === undefined || revision === undefined) throw new Error("no command was printed that records it");
    await tour.set(key, revision);
    await tour.up();
    const { status } = await tour.outputs();
    if (status !== "active") throw new Error(`the relay is ${status}`);
    return status;
  });
  await tour.show("signed events arrive at Airkit and are verified", () => tour.eventsArrive());
  await tour.show("somebody switches the webhook off", async () => {
    await tour.switchWebhookOff();
    return "in Kustomer's settings, by hand";
  });
  await tour.show("pulumi refresh shows it", () => tour.refreshShows("enabled"));
  await tour.show("pulumi up heals it", async () => {
    await tour.up();
    return tour.webhookIsOn();
  });
}
