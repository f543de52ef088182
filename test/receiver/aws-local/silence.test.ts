import path from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { VARIABLES } from "../../../receiver/contract";
import { WEEKDAYS } from "../../../receiver/silence";
import { CREDENTIALS, LocalEngine } from "../../../sandbox/aws/engine";
import { HostedFunction } from "../../../sandbox/aws/hosted-function";
import { repoRoot } from "../../../toolbox/pulumi/places";
import { until } from "../support/destination";
import { useTools } from "./support";

const tools = useTools();
let engine: LocalEngine;

beforeAll(async () => {
  engine = await LocalEngine.start(tools(), "ministack");
});
afterAll(() => engine.stop());

/** The shipped bundle under Lambda's emulator, called once: what it says. */
async function look(from: string, to: string): Promise<unknown> {
  const businessHours = { timeZone: "UTC", days: WEEKDAYS, from, to };
  const watch = new HostedFunction(tools(), 1, () => ({
    name: "silence",
    code: { folder: path.join(repoRoot(), "dist/receiver/aws/functions/silence"), handler: "index.handler" },
    credentials: CREDENTIALS,
    timeoutSeconds: 60,
    memoryMiB: 128,
    environment: {
      AWS_ENDPOINT_URL: engine.url,
      [VARIABLES.receiver]: "local",
      [VARIABLES.expectEventEveryMinutes]: "30",
      [VARIABLES.businessHours]: JSON.stringify(businessHours),
    },
  }));
  try {
    expect(await watch.invoke({ source: "aws.events" })).toEqual({ returned: null });
    // What it prints comes by another way than its answer, and may come after it.
    const said = (): string | undefined => watch.log.find((line) => line.includes('"_aws"'));
    await until(() => said() !== undefined, "what it says");
    return JSON.parse(said() ?? "{}");
  } finally {
    await watch.stop();
  }
}

function received(receiver: string, agoMinutes: number, stored: number): Promise<unknown> {
  const Dimensions = [{ Name: "Receiver", Value: receiver }];
  const Timestamp = Math.floor(Date.now() / 1000) - agoMinutes * 60;
  const MetricData = [{ MetricName: "Stored", Dimensions, Timestamp, Value: stored, Unit: "Count" }];
  return engine.call("monitoring", "PutMetricData", { Namespace: "KustomerRelay", MetricData }, 5_000);
}

test("whether events come is judged by what CloudWatch has of this receiver, in business hours", async () => {
  await received("another", 5, 1);
  await received("local", 90, 1);
  expect(await look("00:00", "24:00")).toMatchObject({ Silent: 1, received: 0 });
  // What a filter kept back is an event, too.
  await received("local", 5, 0);
  expect(await look("00:00", "24:00")).toMatchObject({ Silent: [0], received: 1 });
  const minute = new Date(Date.now() + 3_600_000).toISOString().slice(11, 16);
  const later = minute < "12:00" ? ["13:00", "14:00"] : ["02:00", "02:01"];
  expect(await look(later[0] ?? "", later[1] ?? "")).toMatchObject({
    Silent: [0],
    msg: "no event is expected at this hour",
  });
});
