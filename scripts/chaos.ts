import { parseArgs } from "node:util";
import { type ChaosResult, runChaos } from "./chaos/harness";

/** npm run chaos -- --rounds N [--seed S] [--broken] [--json]: the last line says what was acknowledged and what was lost. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      rounds: { type: "string", default: "50" },
      seed: { type: "string", default: "1" },
      broken: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
    },
  });
  const result = await runChaos({
    rounds: Number(values.rounds),
    seed: Number(values.seed),
    broken: values.broken,
    progress: (round, acknowledged) => {
      if (!values.json && round % 50 === 0) process.stderr.write(`round ${round}: ${acknowledged} acknowledged\n`);
    },
  });
  process.stdout.write(`${values.json ? JSON.stringify(result) : describe(result)}\n`);
  const sound = result.lost === 0 && result.outOfOrder === 0 && result.integrity === "ok";
  process.exitCode = sound ? 0 : 1;
}

function describe({ rounds, acknowledged, lost, duplicates, outOfOrder, integrity, endings }: ChaosResult): string {
  const ended = Object.entries(endings).map(([name, count]) => `${name} ${count}`);
  return (
    `killed at: ${ended.join(", ")}\nout of order ${outOfOrder}, integrity ${integrity}\n` +
    `rounds ${rounds}, acknowledged ${acknowledged}, lost ${lost}, duplicates ${duplicates}`
  );
}

void main();
