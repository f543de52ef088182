import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { BenchError } from "./support/bench-error";

const FUNCTIONS = path.resolve(__dirname, "../receiver/aws/functions");
const NAMES = ["intake", "delivery", "silence"];
const DEFAULT_RUNS = 41;
const GOAL = { bytes: 102_400, loadRatio: 1.2 };
const EMPTY = "exports.handler = async () => {};\n";

export interface BundleFigures {
  readonly name: string;
  readonly bytes: number;
  readonly gzip: number;
  /** A node process from its start until the handler is loaded, over the same with a handler that does nothing. */
  readonly loadRatio: number;
  /** The same as on Lambda, where Node's crypto and https are loaded at once, over the same handler that does nothing… */
  readonly initRatio: number;
  /** …and over one that loads these two and does nothing: what any function pays that speaks TLS. */
  readonly initOverTlsRatio: number;
}

/** What the functions of the hosted receiver weigh, and what loading them costs. */
export function run(args: string[]): Promise<Record<string, unknown>> {
  const runs = runsIn(args);
  const folder = mkdtempSync(path.join(tmpdir(), "kustomer-relay-bundle-"));
  try {
    const empty = path.join(folder, "index.js");
    writeFileSync(empty, EMPTY);
    const files = NAMES.map((name) => path.join(FUNCTIONS, name, "index.js"));
    const tls = path.join(folder, "tls.js");
    writeFileSync(tls, `require("node:crypto"); require("node:https"); ${EMPTY}`);
    const contestants = [
      { file: empty, variables: {} },
      { file: tls, variables: {} },
      ...files.map((file) => ({ file, variables: {} })),
      ...files.map((file) => ({ file, variables: { AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand" } })),
    ];
    // In turns, so that what else the machine does falls on all alike.
    const times = contestants.map((): number[] => []);
    for (let lap = 0; lap < runs; lap += 1) {
      for (const [index, one] of contestants.entries()) times[index]?.push(loadMs(one.file, one.variables));
    }
    const [emptyMs = NaN, tlsMs = NaN, ...rest] = times.map(median);
    const bundles = NAMES.map((name, index): BundleFigures => {
      const content = readFileSync(path.join(FUNCTIONS, name, "index.js"));
      const [loaded = NaN, initialised = NaN] = [rest[index], rest[NAMES.length + index]];
      return {
        name,
        bytes: content.byteLength,
        gzip: gzipSync(content).byteLength,
        loadRatio: rounded(loaded / emptyMs),
        initRatio: rounded(initialised / emptyMs),
        initOverTlsRatio: rounded(initialised / tlsMs),
      };
    });
    return Promise.resolve({ bundles, goal: GOAL, emptyMs: rounded(emptyMs), runs });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Enough for the handlers to be made; nothing is called. */
const ENVIRONMENT = {
  AWS_REGION: "eu-west-1",
  AWS_ACCESS_KEY_ID: "AKIAEXAMPLE",
  AWS_SECRET_ACCESS_KEY: "example",
  RELAY_RECEIVER: "bench",
  RELAY_SECRET_PREFIX: "bench",
  RELAY_QUEUE_URL: "https://sqs.eu-west-1.amazonaws.com/000000000000/bench.fifo",
  RELAY_DEAD_LETTER_QUEUE_URL: "https://sqs.eu-west-1.amazonaws.com/000000000000/bench-dead.fifo",
  RELAY_TABLE: "bench",
  RELAY_ROUTE_KEY: "bench",
  RELAY_EXPECT_EVENT_EVERY_MINUTES: "60",
  RELAY_BUSINESS_HOURS: '{"timeZone":"UTC","days":["mon"],"from":"08:00","to":"18:00"}',
};

function loadMs(file: string, variables: Record<string, string>): number {
  const env = { ...ENVIRONMENT, ...variables };
  const began = performance.now();
  const { status, stderr } = spawnSync(process.execPath, [file], { env, encoding: "utf8" });
  const ms = performance.now() - began;
  if (status !== 0) throw new BenchError(`${file} could not be loaded: ${stderr}`);
  return ms;
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

function runsIn([flag, value, ...rest]: string[]): number {
  if (flag === undefined) return DEFAULT_RUNS;
  const runs = Number(value);
  if (flag !== "--runs" || !Number.isInteger(runs) || runs < 3 || rest.length > 0)
    throw new BenchError("usage: npm run bench -- bundle [--runs N] [--json]");
  return runs;
}
