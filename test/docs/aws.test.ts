import { describe, expect, test } from "@jest/globals";
import { readFileSync } from "node:fs";
import path from "node:path";
import { RECEIVER_SHAPE } from "../../components/aws/rules";
import { repoRoot } from "../../toolbox/pulumi";
import { declareReceiver, ofType } from "../components/aws/support/receiver";

const page = readFileSync(path.join(repoRoot(), "docs", "aws.md"), "utf8");

describe("docs/aws.md", () => {
  test("has a section in its runbook for every alarm, and none for any other", async () => {
    const { resources } = await declareReceiver({ alarms: { expectEventEveryMinutes: 60 } });
    const alarms = ofType(resources, "cloudwatch.MetricAlarm").map(({ name }) => name.replace("hub-alarm-", ""));
    const runbook = page.slice(page.indexOf("## Runbook"), page.indexOf("## What is not there"));
    expect([...runbook.matchAll(/^### (.+)$/gm)].map(([, title]) => title).sort()).toEqual(alarms.sort());
  });

  test("names every argument", () => {
    const names = Object.entries(RECEIVER_SHAPE).flatMap(([name]) =>
      name === "intake" || name === "delivery" ? [] : [name],
    );
    const more = ["intake.memoryMiB", "intake.timeoutSeconds", "intake.reservedConcurrency", "intake.maxBodyKiB"];
    const others = [
      "intake.maxAgeMinutes",
      "intake.unsealedPaths",
      "delivery.memoryMiB",
      "delivery.timeoutSeconds",
      "delivery.giveUpAfterDays",
    ];
    for (const name of [...names, ...more, ...others, "delivery.maximumConcurrency", "transform"])
      expect(page).toContain(`\`${name}\``);
  });
});
