import { parseArgs } from "node:util";
import { type ChaosResult, runChaos } from "../lab/chaos/harness";
import { type HostedChaosResult, runHostedChaos } from "../lab/chaos/hosted";

const RECEIVERS = { "self-hosted": runChaos, "aws-local": runHostedChaos };

/**
 * npm run chaos -- --rounds N [--receiver self-hosted|aws-local] [--seed S] [--broken] [--controls] [--json]: the last line says
 * what was acknowledged and what was lost. With --controls the relay is paused, limited and resumed at random meanwhile, and filters.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      receiver: { type: "string", default: "self-hosted" },
      rounds: { type: "string", default: "50" },
      seed: { type: "string", default: "1" },
      broken: { type: "boolean", default: false },
      controls: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
    },
  });
  const run = Object.entries(RECEIVERS).find(([name]) => name === values.receiver)?.[1];
  if (!run) throw new TypeError(`There is no receiver "${values.receiver}": ${Object.keys(RECEIVERS).join(" or ")}.`);
  const result = await run({
    rounds: Number(values.rounds),
    seed: Number(values.seed),
    broken: values.broken,
    controls: values.controls,
    progress: (round, acknowledged) => {
      if (!values.json && round % 50 === 0) process.stderr.write(`round ${round}: ${acknowledged} acknowledged\n`);
    },
  });
  process.stdout.write(`${values.json ? JSON.stringify(result) : describe(result)}\n`);
  const wrong = result.lost + result.outOfOrder + result.filteredDelivered + result.pausedDelivered;
  const sound = wrong === 0 && (!("integrity" in result) || result.integrity === "ok");
  process.exitCode = sound ? 0 : 1;
}

function describe(result: ChaosResult | HostedChaosResult): string {
  const { rounds, acknowledged, lost, duplicates, outOfOrder, endings, orders } = result;
  const { filtered, filteredDelivered, pausedSeconds, pausedDelivered } = result;
  const given = Object.entries(orders).map(([name, count]) => `${name} ${count}`);
  const controls =
    given.length === 0
      ? ""
      : `orders: ${given.join(", ")}\nfiltered ${filtered}, of these delivered ${filteredDelivered}; paused for ${pausedSeconds} s, delivered meanwhile ${pausedDelivered}\n`;
  const ended = Object.entries(endings).map(([name, count]) => `${name} ${count}`);
  const store = "integrity" in result ? `integrity ${result.integrity}` : `dead letters ${result.deadLettered}`;
  return (
    `killed at: ${ended.join(", ")}\nout of order ${outOfOrder}, ${store}\n${controls}` +
    `rounds ${rounds}, acknowledged ${acknowledged}, lost ${lost}, duplicates ${duplicates}`
  );
}

void main();
