import { parseArgs } from "node:util";
import { type Figures, KINDS, killRounds } from "../lab/kill/rounds";

/** npm run test:kill [-- --rounds 50 --kind cli|provider|both|twice|rotation --seed S] [--json]: without a kind each of them. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      rounds: { type: "string", default: "50" },
      kind: { type: "string", default: "all" },
      seed: { type: "string" },
      json: { type: "boolean", default: false },
    },
  });
  const kinds = KINDS.filter((kind) => values.kind === "all" || values.kind === kind);
  if (kinds.length === 0) throw new Error(`--kind ${values.kind}: there are ${KINDS.join(", ")} and all`);
  const all: Figures[] = [];
  for (const kind of kinds) {
    const figures = await killRounds({
      kind,
      rounds: Number(values.rounds),
      ...(values.seed === undefined ? {} : { seed: Number(values.seed) }),
      report: (line) => {
        console.error(line);
      },
    });
    all.push(figures);
    const { rounds, hits, doubles, lost, harmed, pendingLeft, complaints } = figures;
    if (!values.json)
      console.log(
        `${kind}: ${rounds} rounds, ${hits} kills that hit, ${doubles} doubles, ${lost} lost, ${harmed} harmed, ${pendingLeft} with pending operations left, ${complaints.length} complaints`,
      );
  }
  if (values.json) console.log(JSON.stringify(all));
  const isWrong = all.some(
    ({ doubles, lost, harmed, pendingLeft, complaints }) =>
      doubles + lost + harmed + pendingLeft + complaints.length > 0,
  );
  if (isWrong) process.exitCode = 1;
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
