import { expect, test } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
import { withoutPythonNames } from "../../../providers/native/python-names";

const RELAY = "kustomer-relay:index:KustomerRelay";
const RECEIVER = "kustomer-relay:aws:RelayReceiver";

test("a Python dict for an argument of several types is understood, at any depth and with an output in it", () => {
  const topic = pulumi.output("arn:aws:sns:us-east-1:000000000000:on-call");
  const alarms = {
    actions: [topic],
    oldest_minutes: 30,
    business_hours: { time_zone: "Europe/Berlin", from_: "08:00", to: "18:00", days: ["mon"] },
  };
  const named = {
    actions: [topic],
    oldestMinutes: 30,
    businessHours: { timeZone: "Europe/Berlin", from: "08:00", to: "18:00", days: ["mon"] },
  };
  expect(withoutPythonNames(RECEIVER, { alarms, logRetentionDays: 14 })).toEqual({
    alarms: named,
    logRetentionDays: 14,
  });
  const relay = withoutPythonNames(RELAY, { receiver: { kind: "aws", alarms, receiver: topic } });
  expect(relay).toEqual({ receiver: { kind: "aws", alarms: named, receiver: topic } });
});

test("what the schema names stays, and so does what nobody knows and what a program names itself", () => {
  const given = {
    kustomer: { webhook: { headers: { from_: "a", time_zone: "b" } }, teapot: 1 },
    receiver: { kind: "aws", alarms: false, tags: { log_level: "c" }, destination: { headers: { url_: "d" } } },
    nobody_knows: { business_hours: 1 },
  };
  expect(withoutPythonNames(RELAY, given)).toEqual(given);
  expect(withoutPythonNames("kustomer-relay:index:Teapot", given)).toEqual(given);
});
