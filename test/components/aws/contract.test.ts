import { expect, test } from "@jest/globals";
import type * as pulumi from "@pulumi/pulumi";
import { RelayReceiver } from "../../../aws";
import { signedEvent } from "../../../lab/chaos/event";
import { createDeliveryHandler } from "../../../receiver/aws/delivery";
import { createIntakeHandler } from "../../../receiver/aws/intake";
import { createSilenceHandler } from "../../../receiver/aws/silence";
import { METRICS } from "../../../receiver/contract";
import { WEEKDAYS } from "../../../receiver/silence";
import { FakeAws } from "../../receiver/aws/support/fake-aws";
import { batchOf, drain, hosted, metrics, PREVIOUS, SECRET, urlEvent } from "../../receiver/aws/support/hosted";
import { testDestination } from "../../receiver/support/destination";
import { type Registered, registered, valueOf } from "../support/declared";
import { called, declareReceiver, jsonOf, ofType } from "./support/receiver";

const variablesOf = (resource: Registered): Record<string, string> =>
  (resource.inputs.environment as { variables: Record<string, string> }).variables;
const context = { getRemainingTimeInMillis: () => 60_000 };

test("the functions run on what the component declares: environment, address, secret", async () => {
  const destination = await testDestination();
  const aws = await new FakeAws().start();
  const urls: pulumi.Output<string>[] = [];
  const resources = await registered(() => {
    const receiver = new RelayReceiver("hub", {
      intake: { maxBodyKiB: 64, maxAgeMinutes: 90 },
      delivery: { giveUpAfterDays: 2 },
    });
    const relay = receiver.addRelay("support");
    const headers = { "x-tenant": "acme" };
    relay.connect({
      signingSecret: SECRET,
      destination: { url: destination.url, headers, timeoutSeconds: 20, allowLoopbackHttp: true },
    });
    urls.push(relay.url);
  });
  const { inputs } = called(resources, "hub-support-secret-value");
  const { value } = inputs.secretString as { value: string };
  aws.secrets.set(String(called(resources, "hub-support-secret").inputs.name), { AWSCURRENT: value });
  const platform = {
    AWS_REGION: "eu-central-1",
    AWS_ACCESS_KEY_ID: "AKIAEXAMPLE",
    AWS_SECRET_ACCESS_KEY: "example",
    AWS_ENDPOINT_URL: aws.url,
  };
  const intake = createIntakeHandler({ ...platform, ...variablesOf(called(resources, "hub-intake")) });
  const delivery = createDeliveryHandler({ ...platform, ...variablesOf(called(resources, "hub-delivery")) });

  const event = signedEvent(1, 1, SECRET);
  const [url] = await Promise.all(urls.map(valueOf));
  const answer = await intake(urlEvent(new URL(url ?? "").pathname.slice(1), event), context);
  expect(answer).toMatchObject({ statusCode: 200 });
  expect(await delivery(batchOf(aws.queue.receive(10, 60_000)), context)).toEqual({ batchItemFailures: [] });
  expect(destination.arrivals).toMatchObject([{ id: event.id, headers: { "x-tenant": "acme" } }]);
  const { signingSecret } = JSON.parse(value) as { signingSecret: string };
  expect(signingSecret).toBe(SECRET);
});

test("every metric of the contract is written by the functions, and none that is not in it", async () => {
  const late = signedEvent(2, 2, SECRET);
  const refused = signedEvent(3, 3, SECRET);
  let failures = 1;
  const destination = await testDestination((response, { id }) => {
    const status = id === refused.id ? 422 : id === late.id && failures-- > 0 ? 500 : 200;
    response.writeHead(status).end();
  });
  const receiver = await hosted(destination.url);
  receiver.setSecret(SECRET, PREVIOUS);
  const intake = receiver.intake();
  const to = (event: ReturnType<typeof signedEvent>, changes = {}) => intake(urlEvent(receiver.route, event, changes));
  const twice = signedEvent(1, 1, PREVIOUS);
  for (const event of [twice, late, refused]) expect((await to(event)).statusCode).toBe(200);
  await drain(receiver, receiver.delivery());
  receiver.aws.aheadMs += 400_000;
  expect((await to(twice)).statusCode).toBe(200);
  await drain(receiver, receiver.delivery());
  expect((await to(signedEvent(4, 4, "forged"))).statusCode).toBe(401);
  expect((await to(twice, { requestContext: { http: { method: "GET" } } })).statusCode).toBe(405);
  expect((await intake(urlEvent("f".repeat(56), twice))).statusCode).toBe(404);
  receiver.setSecret(SECRET, PREVIOUS, { filter: [{ events: ["none.of.these"] }] });
  expect((await receiver.intake()(urlEvent(receiver.route, signedEvent(6, 6, SECRET)))).statusCode).toBe(200);
  receiver.aws.fault = ({ operation }, response) => {
    if (operation !== "SendMessage") return false;
    response.writeHead(400).end("{}");
    return true;
  };
  expect((await to(signedEvent(5, 5, SECRET))).statusCode).toBe(503);
  const businessHours = { timeZone: "UTC", from: "00:00", to: "24:00", days: [...WEEKDAYS] };
  const { resources } = await declareReceiver({ alarms: { expectEventEveryMinutes: 60, businessHours } });
  await createSilenceHandler({ ...receiver.environment, ...variablesOf(called(resources, "hub-silence")) })();
  expect(Object.keys(metrics()).sort()).toEqual(Object.keys(METRICS).sort());
});

test("alarms and dashboard use only metrics that the functions write", async () => {
  const { resources } = await declareReceiver();
  const { widgets } = jsonOf(called(resources, "hub-dashboard"), "dashboardBody") as {
    widgets: { properties: { metrics?: unknown[][] } }[];
  };
  const shown = widgets.flatMap(({ properties: { metrics: lines = [] } }) => lines);
  const watched = ofType(resources, "cloudwatch.MetricAlarm").map(({ inputs }) => [
    inputs.namespace,
    inputs.metricName,
    ...Object.entries(inputs.dimensions as Record<string, string>).flat(),
  ]);
  const ours = [...shown, ...watched].filter(([namespace]) => !String(namespace).startsWith("AWS/"));
  expect(ours.length).toBeGreaterThan(5);
  for (const [namespace, metric, dimension, value] of ours) {
    expect([namespace, dimension, value]).toEqual(["KustomerRelay", "Receiver", "shop-prod-hub"]);
    expect(Object.keys(METRICS)).toContain(metric);
  }
});
