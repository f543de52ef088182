import { describe, expect, test } from "@jest/globals";
import { type Asked, greyed, picturesOf } from "../../../cli/console/pictures";
import type { Told } from "../../../cli/doctor/report";
import type { StateResource } from "../../../cli/doctor/state";

const NOW = Date.parse("2026-01-31T12:00:00Z");
const URN = "urn:pulumi:dev::test::kustomer-relay:index:KustomerRelay::support";

function resource(type: string, name: string, outputs: Record<string, unknown>, parent = URN): StateResource {
  const urn = type.endsWith(":KustomerRelay") ? URN : `urn:pulumi:dev::test::${type}::${name}`;
  const given = { urn, type, name, parent, outputs, id: name, inputs: {}, provider: "", dependsOn: {}, initErrors: [] };
  return { ...given, pendingDelete: false };
}

const relay = (outputs: Record<string, unknown> = {}): StateResource[] => [
  resource("kustomer-relay:index:KustomerRelay", "support", { status: "active", ...outputs }, ""),
  resource("pulumi-nodejs:kustomer:OutboundWebhook", "support-webhook", {}),
  resource("pulumi-nodejs:kustomer:ApiKey", "support-api-key", {}),
];

const found = (kind: string, subject: string, check: string, level: Told["level"], message = check): Told => ({
  kind,
  subject,
  check,
  level,
  message,
});
const webhook = (check: string, level: Told["level"] = "ok") => found("webhook", "support-webhook", check, level);

function picture(asked: Partial<Asked> & { resources?: StateResource[] } = {}) {
  const { resources = relay(), ...more } = asked;
  const state = { resources, pendingOperations: [] };
  const [first] = picturesOf({
    state,
    results: [],
    endpoints: [],
    attempts: new Map(),
    hasStore: false,
    now: NOW,
    ...more,
  });
  if (first === undefined) throw new Error("there is no picture");
  return first;
}

describe("the picture of a relay", () => {
  test("is grey wherever nobody has asked, and green nowhere", () => {
    const { kustomer, destination, key, perMinute, lastEventAt } = picture();
    expect([kustomer, destination, key].map((part) => part?.tone)).toEqual(["unknown", "unknown", "unknown"]);
    expect(perMinute).toBe(undefined);
    expect(lastEventAt).toBe(undefined);
  });

  test("tells of drift, of a webhook that is off, and of a key that ends, and says in one line that all is as declared", () => {
    const drift = ["webhook-events", "webhook-url", "webhook-headers"];
    const well = [webhook("webhook-enabled"), ...drift.map((check) => webhook(check))];
    expect(picture({ results: well }).kustomer).toMatchObject({
      tone: "good",
      lines: [{ text: "webhook-enabled" }, { text: "as declared: events, URL, headers" }],
    });
    const drifted = [...well.slice(0, -1), webhook("webhook-headers", "fail")];
    expect(picture({ results: drifted }).kustomer.tone).toBe("bad");
    expect(picture({ results: [webhook("webhook-enabled", "fail")] }).kustomer.tone).toBe("bad");
    const key = found("API key", "support-api-key", "key-expiry", "warn", "expires in 9 days");
    expect(picture({ results: [key] }).key).toMatchObject({ tone: "warn", lines: [{ text: "expires in 9 days" }] });
  });

  test("has the events of each of the last minutes, and when the last one was", () => {
    const sent = (agoMs: number) => ({ sentAt: new Date(NOW - agoMs).toISOString() }) as never;
    const attempts = new Map([["support-webhook", [sent(5_000), sent(20_000), sent(70_000), sent(3_600_000)]]]);
    const { perMinute = [], lastEventAt } = picture({ attempts });
    expect(perMinute).toHaveLength(30);
    expect(perMinute.slice(-3)).toEqual([0, 1, 2]);
    expect(perMinute.reduce((sum, count) => sum + count, 0)).toBe(3);
    expect(lastEventAt).toBe(NOW - 5_000);
  });

  test("shows where the receiver runs, and what to name for it to be asked", () => {
    const self = relay({ receiver: { kind: "self-hosted" } });
    expect(picture({ resources: self }).receiver?.lines[0]?.text).toContain("name its store with --store");
    expect(picture({ resources: relay({ receiver: { kind: "url" } }) }).receiver?.tone).toBe("unknown");
    const urls = { queueUrl: "https://sqs/1/events", deadLetterQueueUrl: "https://sqs/1/dead" };
    const aws = relay({ receiver: { kind: "aws", region: "eu-west-1", ...urls } });
    const results = [found("receiver on AWS", "events", "hosted-queue", "ok")];
    expect(picture({ resources: aws, results }).receiver).toMatchObject({ title: "Receiver on AWS", tone: "good" });
  });

  test("is grey in every part once nobody can be asked any more, and keeps what was said", () => {
    const before = picture({ results: [webhook("webhook-enabled")] });
    const { status, kustomer, destination, key, steps } = greyed(before);
    expect(status).toBe("unknown");
    for (const part of [kustomer, destination, key, steps]) expect(part?.tone).toBe("unknown");
    expect(kustomer.lines).toMatchObject([{ tone: "unknown", text: "webhook-enabled" }]);
  });
});
