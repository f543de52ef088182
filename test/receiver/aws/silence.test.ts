import { describe, expect, test } from "@jest/globals";
import { createSilenceHandler } from "../../../receiver/aws/silence";
import { FakeAws } from "./support/fake-aws";
import { logged } from "./support/hosted";

const HOURS = { timeZone: "Europe/Berlin", days: ["mon", "tue", "wed", "thu", "fri"], from: "08:00", to: "18:00" };
/** A Monday in summer. */
const at = (time: string): number => Date.parse(`2026-07-13T${time}:00+02:00`);

interface Asked {
  StartTime: number;
  EndTime: number;
  Period: number;
}

/** Calls the function at a moment at which CloudWatch knows of so many events. */
async function look(time: number, received: number): Promise<{ asked: Asked[]; says: unknown }> {
  const aws = await new FakeAws().start();
  aws.fault = ({ operation }, response) => {
    if (operation !== "GetMetricStatistics") return undefined;
    response.writeHead(200).end(JSON.stringify({ Datapoints: received === 0 ? [] : [{ SampleCount: received }] }));
    return true;
  };
  await createSilenceHandler(environmentOf(aws), { clock: () => time })();
  return { asked: aws.calls.map(({ input }) => input as unknown as Asked), says: lastSaid() };
}

function environmentOf(aws: FakeAws): Record<string, string> {
  return {
    AWS_REGION: "eu-west-1",
    AWS_ACCESS_KEY_ID: "AKIAEXAMPLE",
    AWS_SECRET_ACCESS_KEY: "example-secret-access-key",
    AWS_ENDPOINT_URL: aws.url,
    RELAY_RECEIVER: "test-receiver",
    RELAY_EXPECT_EVENT_EVERY_MINUTES: "60",
    RELAY_BUSINESS_HOURS: JSON.stringify(HOURS),
  };
}

function lastSaid(): unknown {
  return (JSON.parse(logged().trim().split("\n").at(-1) ?? "{}") as { Silent?: unknown }).Silent;
}

describe("the function that looks whether events come", () => {
  test("says that all is well while they do, and asks for the time in which one should have come", async () => {
    const { asked, says } = await look(at("12:05"), 3);
    expect(says).toEqual([0]);
    expect(asked).toMatchObject([
      {
        Namespace: "KustomerRelay",
        MetricName: "Stored",
        Dimensions: [{ Name: "Receiver", Value: "test-receiver" }],
        StartTime: at("11:00") / 1000,
        EndTime: at("12:05") / 1000,
        Period: 60,
        Statistics: ["SampleCount"],
      },
    ]);
  });

  test("says that it is silent when none has come in as many business minutes, the night not counted", async () => {
    const { asked, says } = await look(at("08:25"), 0);
    expect(says).toBe(1);
    // From 8:00 to 8:20 on Monday, and before that the end of Friday.
    expect(asked[0]?.StartTime).toBe(Date.parse("2026-07-10T17:20:00+02:00") / 1000);
    expect((asked[0]?.EndTime ?? 0) - (asked[0]?.StartTime ?? 0)).toBeLessThanOrEqual(1440 * (asked[0]?.Period ?? 0));
    expect(logged()).toContain('"msg":"no event has come"');
  });

  test("says all is well at night, and asks nobody", async () => {
    const { asked, says } = await look(at("20:00"), 0);
    expect(says).toEqual([0]);
    expect(asked).toEqual([]);
  });

  test("says nothing when CloudWatch does not, so that the alarm tells that nobody looks", async () => {
    const aws = await new FakeAws().start();
    aws.fault = (_, response) => {
      response.writeHead(400).end(JSON.stringify({ __type: "x#AccessDeniedException" }));
      return true;
    };
    const handler = createSilenceHandler(environmentOf(aws), { clock: () => at("12:00") });
    await expect(handler()).rejects.toThrow(/GetMetricStatistics.*AccessDenied/);
    expect(logged()).toContain("could not be read");
    expect(logged()).not.toContain("Silent");
  });
});
