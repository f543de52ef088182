import { parseArgs } from "node:util";
import { type Figures, killRounds } from "../lab/kill/rounds";

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      rounds: { type: "string", default: "50" },
      kind: { type: "string", default: "both" },
      seed: { type: "string" },
      json: { type: "boolean", default: false },
    },
  });
  const kinds = (["cli", "provider"] as const).filter((kind) => values.kind === "both" || values.kind === kind);
  const all: Figures[] = [];
  for (const kind of kinds)
    all.push(
      await killRounds({
        kind,
        rounds: Number(values.rounds),
        ...(values.seed === undefined ? {} : { seed: Number(values.seed) }),
        report: (line) => {
          console.error(line);
        },
      }),
    );
  const sum = (name: "rounds" | "hits" | "doubles" | "lost" | "pendingLeft" | "pendingCleared"): number =>
    all.reduce((total, figures) => total + figures[name], 0);
  const total = {
    rounds: sum("rounds"),
    kind: kinds.join("+"),
    hits: sum("hits"),
    doubles: sum("doubles"),
    lost: sum("lost"),
    pendingLeft: sum("pendingLeft"),
    pendingCleared: sum("pendingCleared"),
    complaints: all.flatMap(({ complaints }) => complaints).length,
  };
  console.log(
    values.json
      ? JSON.stringify(total)
      : `${total.rounds} rounds (${total.kind}): ${total.doubles} doubles, ${total.lost} lost, ${total.pendingLeft} with pending operations left`,
  );
  if (total.doubles + total.lost + total.pendingLeft + total.complaints > 0) process.exitCode = 1;
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
