import { parseArgs } from "node:util";
import { LANES, type LaneName } from "../lab/rotation/lanes";
import { type Figures, measureRotation } from "../lab/rotation/measure";

/** Two cores do not carry Lambda's emulators at a hundred events a second, nor does anybody want to wait for Kustomer's retries. */
const PACE: Record<LaneName, { rate: number; timeScale: number }> = {
  direct: { rate: 100, timeScale: 1 },
  "self-hosted": { rate: 100, timeScale: 1 },
  hosted: { rate: 10, timeScale: 20 },
};

/** npm run rotation [-- --lane direct] [--rate 100] [--calm 3] [--watch 10] [--time-scale 1] [--json] */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      lane: { type: "string" },
      rate: { type: "string" },
      calm: { type: "string", default: "3" },
      watch: { type: "string", default: "10" },
      "time-scale": { type: "string" },
      json: { type: "boolean", default: false },
    },
  });
  const wanted = LANES.filter((lane) => values.lane === undefined || lane === values.lane);
  if (wanted.length === 0) throw new Error(`--lane is one of ${LANES.join(", ")}`);
  const all: Figures[] = [];
  for (const lane of wanted) all.push(await measure(lane, values));
  if (values.json) console.log(JSON.stringify(all));
  process.exitCode = all.every(isSound) ? 0 : 1;
}

async function measure(
  lane: LaneName,
  values: { rate?: string; calm: string; watch: string; "time-scale"?: string; json: boolean },
): Promise<Figures> {
  const figures = await measureRotation({
    lane,
    rate: Number(values.rate ?? PACE[lane].rate),
    calmSeconds: Number(values.calm),
    watchSeconds: Number(values.watch),
    timeScale: Number(values["time-scale"] ?? PACE[lane].timeScale),
    report: (line) => {
      console.error(line);
    },
  });
  if (!values.json)
    for (const [name, value] of Object.entries(figures)) console.log(`${name.padEnd(20)} ${JSON.stringify(value)}`);
  return figures;
}

function isSound({ lost, refusedForGood, callsRefused, webhooksLeft, keysLeft }: Figures): boolean {
  return lost === 0 && refusedForGood === 0 && callsRefused === 0 && webhooksLeft === 1 && keysLeft === 1;
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
