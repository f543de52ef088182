import { parseArgs } from "node:util";
import { soak } from "../lab/soak/soak";

/** npm run soak [-- --minutes 3 --relays 20 --seed S] [--json] */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      minutes: { type: "string", default: "3" },
      relays: { type: "string", default: "20" },
      seed: { type: "string" },
      json: { type: "boolean", default: false },
    },
  });
  const figures = await soak({
    minutes: Number(values.minutes),
    relays: Number(values.relays),
    ...(values.seed === undefined ? {} : { seed: Number(values.seed) }),
    report: (line) => {
      console.error(line);
    },
  });
  const { complaints, ...counted } = figures;
  console.log(
    values.json
      ? JSON.stringify(figures)
      : Object.entries({ ...counted, complaints: complaints.length })
          .map(([name, value]) => `${name.padEnd(14)} ${value}`)
          .join("\n"),
  );
  if (complaints.length > 0) process.exitCode = 1;
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
