import { describe, expect, test } from "@jest/globals";
import { type Previewed, previewed } from "./support/preview";

const SECRETS = { "kustomer:apiKey": "a-management-key", "kustomer-relay-aws:kustomerToken": "a-relay-key" };
const namesOf = (resources: readonly Previewed[], type: string): string[] =>
  resources.filter((resource) => resource.type.endsWith(`:${type}`)).map(({ name }) => name);
const called = (resources: readonly Previewed[], name: string): Previewed | undefined =>
  resources.find((resource) => resource.name === name);

describe("the example on AWS", () => {
  test("is cheap and silent in dev: no alarms, no dashboard, nothing set aside, logs for a week", async () => {
    const resources = await previewed("aws", "dev", SECRETS);
    expect(namesOf(resources, "MetricAlarm").concat(namesOf(resources, "Dashboard"))).toEqual([]);
    expect(called(resources, "receiver-intake")?.inputs.reservedConcurrentExecutions).toBe(-1);
    expect(called(resources, "receiver-intake-logs")?.inputs.retentionInDays).toBe(7);
    expect(namesOf(resources, "KustomerRelay")).toEqual(["support"]);
    expect(namesOf(resources, "TopicSubscription")).toEqual([]);
  });

  test("has in prod one receiver for two teams, each with a webhook, a path and a secret of its own, and calls somebody", async () => {
    const resources = await previewed("aws", "prod", SECRETS);
    expect(namesOf(resources, "KustomerRelay")).toEqual(["support", "sales"]);
    expect(namesOf(resources, "RelayReceiver")).toEqual(["receiver"]);
    expect(namesOf(resources, "Function").sort()).toEqual(["receiver-delivery", "receiver-intake"]);
    expect(namesOf(resources, "Route").sort()).toEqual([
      "receiver-route-key",
      "receiver-sales-route",
      "receiver-support-route",
    ]);
    expect(namesOf(resources, "Secret").sort()).toEqual(["receiver-sales-secret", "receiver-support-secret"]);
    expect(namesOf(resources, "MetricAlarm")).toHaveLength(12);
    expect(called(resources, "on-call-0")?.inputs).toMatchObject({
      protocol: "email",
      endpoint: "on-call@example.com",
    });
    expect(called(resources, "support-webhook")?.inputs.name).toBe("Airkit support (prod)");
    expect(called(resources, "receiver-events")?.inputs.tags).toEqual({
      service: "kustomer-relay",
      environment: "prod",
    });
    expect(JSON.stringify(resources)).not.toContain("a-management-key");
  });
});
