import { spawn } from "node:child_process";
import path from "node:path";
import { repoRoot } from "../toolbox/pulumi/places";

/** Start the Pulumi engine, npm, a local AWS or a browser, or kill processes by the dozen, and take seconds each. */
const SLOW = ["engine", "package", "pages", "receiver/aws-local", "receiver/chaos"];
/** Run by hand: docs/testing.md says what is in there, and why that is enough. */
const BY_HAND = ["matrix", "languages"];

const SUITES: Readonly<Record<string, readonly string[]>> = {
  all: ["--testPathIgnorePatterns", ...foldersOf(BY_HAND)],
  quick: ["--testPathIgnorePatterns", ...foldersOf([...SLOW, ...BY_HAND])],
  matrix: onlyIn("matrix"),
  languages: onlyIn("languages"),
};

/**
 * `node dist/scripts/test.js all|quick|matrix|languages [--durations] [what Jest takes]`. `--durations` ends with a table of the seconds
 * that each file took.
 */
function main([suite = "all", ...args]: string[]): void {
  const chosen = SUITES[suite];
  if (chosen === undefined) throw new Error(`There is no suite ${suite}: ${Object.keys(SUITES).join(", ")}.`);
  const reporters = args.includes("--durations") ? ["default", path.join(__dirname, "test", "durations.js")] : [];
  const jest = path.join(repoRoot(), "node_modules", "jest", "bin", "jest.js");
  const own = args.filter((argument) => argument !== "--durations");
  const all = [jest, ...own, ...reporters.flatMap((reporter) => ["--reporters", reporter]), ...chosen];
  const env = { ...cheapStarts(), ...process.env };
  // A terminal sends Ctrl-C to Jest as well; we wait for it to end in good order.
  process.on("SIGINT", () => undefined);
  // Before it starts: a signal right after that would end us, and leave it alone.
  for (const signal of ["SIGTERM", "SIGHUP"] as const) process.on(signal, () => child.kill(signal));
  const child = spawn(process.execPath, all, { cwd: repoRoot(), stdio: "inherit", env });
  child.once("exit", (status) => {
    process.exitCode = status ?? 1;
  });
}

/** Most of what the tests cost is a thousand starts of the CLI, of programs and of providers. None of this changes what they do. */
function cheapStarts(): NodeJS.ProcessEnv {
  return {
    // They load the same modules: compiled once.
    NODE_COMPILE_CACHE: path.join(repoRoot(), "node_modules", ".cache", "compiled"),
    NODE_OPTIONS: `--require ${JSON.stringify(path.join(__dirname, "test", "late-modules.js"))}`,
    // The CLI, which ends before long, need not tidy up.
    GOGC: "400",
  };
}

/** Here Jest knows no `<rootDir>`. */
function onlyIn(folder: string): string[] {
  return ["--testPathIgnorePatterns", "/node_modules/", "--testPathPatterns", `/test/${folder}/`];
}

function foldersOf(names: readonly string[]): string[] {
  return names.map((name) => `<rootDir>/test/${name}[/.]`);
}

main(process.argv.slice(2));
