import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { BenchError } from "./support/bench-error";

/** What a bench exports as `run`: it takes the arguments after its name and gives its figures by name. */
export type Bench = (args: string[]) => Promise<Record<string, unknown>>;

/** `npm run bench -- <name> [--json] […]`: with `--json` the last line on standard output is the figures as one JSON object. */
async function main(args: string[]): Promise<void> {
  const [name, ...rest] = args.filter((argument) => argument !== "--json");
  const benches = namesOf();
  if (name === undefined || !benches.includes(name))
    throw new BenchError(`usage: npm run bench -- <${benches.join(" | ")}> [--json]`);

  const { run } = (await import(pathToFileURL(fileOf(name)).href)) as { run: Bench };
  const figures = await run(rest);
  console.log(tableOf(figures));
  if (args.includes("--json")) console.log(JSON.stringify(figures));
}

/** A bench is a file of this folder, or a folder with an index. */
function namesOf(): string[] {
  return readdirSync(__dirname, { withFileTypes: true })
    .map((entry) => path.parse(entry.name).name.replace(/\.d$/, ""))
    .filter((name, index, all) => all.indexOf(name) === index && name !== "run" && existsSync(fileOf(name)))
    .sort();
}

function fileOf(name: string): string {
  const file = path.join(__dirname, `${name}.js`);
  return existsSync(file) ? file : path.join(__dirname, name, "index.js");
}

function tableOf(figures: Record<string, unknown>): string {
  const width = Math.max(...Object.keys(figures).map((name) => name.length));
  return Object.entries(figures)
    .map(([name, value]) => `${name.padEnd(width)}  ${typeof value === "string" ? value : JSON.stringify(value)}`)
    .join("\n");
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof BenchError ? error.message : error);
  process.exitCode = 1;
});
