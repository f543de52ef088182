import { describe, expect, test } from "@jest/globals";
import { readFileSync } from "node:fs";
import path from "node:path";
import { RECEIVER_SHAPE } from "../../components/aws/rules";
import { repoRoot } from "../../toolbox/pulumi";
import { PRICES, TRAFFIC, costOf, sumOf } from "../../scripts/docs/aws-cost";
import { withCosts } from "../../scripts/docs/aws-page";
import { plainReceiver } from "../../scripts/docs/aws-receiver";
import { RELAY_METRICS } from "../../components/aws/metrics";

const page = readFileSync(path.join(repoRoot(), "docs", "aws.md"), "utf8");
const resources = plainReceiver();
const dollars = (cost: ReturnType<typeof costOf>, what: string): number =>
  [...cost.perMillionEvents, ...cost.perMonth].find((line) => line.what.startsWith(what))?.dollars ?? NaN;

describe("docs/aws.md", () => {
  test("has the costs of what is declared, as `npm run docs` writes them", async () => {
    expect(page).toBe(withCosts(page, await resources));
  });

  test("has a section in its runbook for every alarm, and none for any other", async () => {
    const alarms = (await resources)
      .filter(({ type }) => type.endsWith(":MetricAlarm"))
      .map(({ name }) => name.replace("receiver-alarm-", ""));
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
      "delivery.memoryMiB",
      "delivery.timeoutSeconds",
      "delivery.giveUpAfterDays",
    ];
    for (const name of [...names, ...more, ...others, "delivery.maximumConcurrency", "transform"])
      expect(page).toContain(`\`${name}\``);
  });
});

describe("the cost of a million events", () => {
  test("is what the arithmetic of the parts gives: 0.25 for the intake, 0.60 or 1.50 for the queue, 1.25 for the table", async () => {
    const busy = costOf(await resources, TRAFFIC.busy, RELAY_METRICS.length);
    const quiet = costOf(await resources, TRAFFIC.quiet, RELAY_METRICS.length);
    expect(dollars(busy, "intake")).toBeCloseTo(0.25, 2);
    expect(dollars(busy, "queue")).toBeCloseTo(0.6, 6);
    expect(dollars(quiet, "queue")).toBeCloseTo(1.5, 6);
    expect(dollars(busy, "delivery")).toBeCloseTo(0.087, 3);
    expect(dollars(quiet, "delivery")).toBeCloseTo(0.7, 2);
    expect(dollars(busy, "table")).toBeCloseTo(1.25, 6);
    expect(sumOf(busy.perMillionEvents)).toBeLessThan(sumOf(quiet.perMillionEvents));
  });

  test("follows what is declared", async () => {
    const changed = (type: string, inputs: object) =>
      resources.then((all) =>
        all.map((resource) =>
          resource.type.endsWith(type) ? { ...resource, inputs: { ...resource.inputs, ...inputs } } : resource,
        ),
      );
    const costs = async (all: typeof resources) => costOf(await all, TRAFFIC.busy, RELAY_METRICS.length);
    const plain = await costs(resources);
    const larger = await costs(changed(":Function", { memorySize: 512 }));
    expect(dollars(larger, "intake") - PRICES.lambdaRequest.dollars * 1e6).toBeCloseTo(
      2 * (dollars(plain, "intake") - PRICES.lambdaRequest.dollars * 1e6),
    );
    expect(dollars(await costs(changed(":Function", { architectures: ["x86_64"] })), "intake")).toBeGreaterThan(
      dollars(plain, "intake"),
    );
    expect(dollars(await costs(changed(":Function", { loggingConfig: {} })), "logs")).toBeGreaterThan(
      2 * dollars(plain, "logs"),
    );
    expect(dollars(await costs(changed(":Queue", { fifoQueue: false })), "queue")).toBeCloseTo(0.48);
    await expect(costs(changed(":Table", { billingMode: "PROVISIONED" }))).rejects.toThrow("not paid by request");
  });
});
