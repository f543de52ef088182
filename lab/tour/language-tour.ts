import path from "node:path";
import type { Engine } from "../../toolbox/pulumi";
import { type Language, type RelayPlan, writeProject } from "../languages";
import { planReceiver, startReceiver } from "./receiver-process";
import type { Tour } from "./tour";

/** The same relay, declared by a program of another language over the provider plugin. */
export async function languageTour(
  tour: Tour,
  { language, engine, directory, keep }: { language: Language; engine: Engine; directory: string; keep: boolean },
  plan: Omit<RelayPlan, "receiver">,
): Promise<void> {
  const { sandbox } = tour;
  const receiver = await planReceiver(directory);
  const declared: RelayPlan = { ...plan, receiver: { publicUrl: receiver.publicUrl, secretFile: receiver.secretFile } };
  const env = await writeProject(language, engine, directory, declared);
  tour.pulumi.env = { ...env, ...tour.pulumi.variables };
  await tour.pulumi.run(["stack", "init", tour.pulumi.stack, "--secrets-provider", "passphrase"], { quiet: true });
  const set = (key: string, value: string, ...flags: string[]): Promise<void> =>
    tour.set(`kustomer-relay:${key}`, value, ...flags);
  await set("kustomer.baseUrl", sandbox.url);
  await set("kustomer.apiKey", sandbox.ready.managementKey, "--secret");
  await set("airkit.driver", "console");
  await set("airkit.baseUrl", sandbox.ready.airkitConsoleUrl);
  await set("airkit.token", sandbox.ready.airkitToken, "--secret");

  const program = path.join(directory, language === "yaml" ? "Pulumi.yaml" : "__main__.py");
  await tour.show(`pulumi up makes the whole relay of ${path.basename(program)}`, async () => {
    await tour.up();
    const { status } = await tour.outputs();
    if (status !== "active") throw new Error(`the relay is ${status}`);
    return status;
  });
  await tour.show("the receiver starts between the two", async () => {
    const { destinationUrl } = await tour.outputs();
    tour.runs(await startReceiver(receiver, destinationUrl, { directory, keep }));
    return receiver.publicUrl;
  });
  await tour.show("signed events arrive at Airkit and are verified", () => tour.eventsArrive());
  await tour.show("somebody switches the webhook off", async () => {
    await tour.switchWebhookOff();
    return "in Kustomer's console, by hand";
  });
  await tour.show("pulumi refresh shows it", () => tour.refreshShows("enabled"));
  await tour.show("pulumi up heals it", async () => {
    await tour.up();
    return tour.webhookIsOn();
  });
  await tour.show("a raised rotation brings a new signing secret, and events go on arriving", async () => {
    await writeProject(language, engine, directory, { ...declared, rotation: 1 });
    await tour.up();
    return tour.eventsArrive();
  });
}
