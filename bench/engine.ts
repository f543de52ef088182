import { parseArgs } from "node:util";
import { trampoline } from "../providers/dynamic/trampoline";
import { BenchError } from "./support/bench-error";
import { BenchProject, type Cost } from "./support/project";
import { type BenchSandbox, startBenchSandbox } from "./support/sandbox";
import { type HttpCost, type LoggedRequest, costOfRequests } from "./support/http-cost";
import { median } from "./support/median";

const OPERATIONS = ["upCreate", "up", "preview", "refresh", "destroy"] as const;

type Operation = (typeof OPERATIONS)[number];
type Lap = Record<Operation, Cost>;

/**
 * How long the CLI takes for a hundred outbound webhooks, as a ratio to a hundred dynamic resources that do nothing, of the
 * same size in the state. The two take turns, and the median of the laps' ratios counts. The sandbox is a process of its own
 * without limits; nothing is watched after creation.
 */
export async function run(args: string[]): Promise<Record<string, unknown>> {
  const { count, laps, typescript } = options(args);
  const sandbox = await startBenchSandbox();
  try {
    const textLength = String(trampoline("KustomerOutboundWebhook").length);
    const webhooks = await BenchProject.of("webhooks", { env: sandbox.env, typescript });
    const noOps = await BenchProject.of("no-op", { env: { BENCH_TEXT_LENGTH: textLength }, typescript });
    try {
      const requests = new RequestLog(sandbox);
      const ours: Lap[] = [];
      const theirs: Lap[] = [];
      for (let lap = 1; lap <= laps; lap += 1) {
        const [own, other] = await lapOf(webhooks, noOps, count, lap % 2 === 1, requests);
        ours.push(own);
        theirs.push(other);
        console.error(`lap ${lap} of ${laps}: webhooks ${told(own)}; no-ops ${told(other)}`);
      }
      const http = await costOfRequests(sandbox, requests.of("upCreate"));
      return figures(ours, theirs, { count, laps }, requests.counts(), http);
    } finally {
      webhooks.remove();
      noOps.remove();
    }
  } finally {
    await sandbox.close();
  }
}

function options(args: string[]): { count: number; laps: number; typescript: boolean } {
  const { values } = parseArgs({
    args,
    options: {
      count: { type: "string", default: "100" },
      laps: { type: "string", default: "5" },
      typescript: { type: "boolean", default: false },
    },
  });
  const numbers = { count: Number(values.count), laps: Number(values.laps) };
  if (!Object.values(numbers).every((number) => Number.isInteger(number) && number > 0))
    throw new BenchError("--count and --laps must be whole numbers above 0");
  return { ...numbers, typescript: values.typescript };
}

/** The two take turns at every operation, and at who goes first: a machine with other work to do slows both alike. */
async function lapOf(
  webhooks: BenchProject,
  noOps: BenchProject,
  count: number,
  webhooksFirst: boolean,
  requests: RequestLog,
): Promise<[webhooks: Lap, noOps: Lap]> {
  const run: Record<Operation, (project: BenchProject) => Promise<Cost>> = {
    upCreate: (project) => project.up(count),
    up: (project) => project.up(count),
    preview: (project) => project.preview(count),
    refresh: (project) => project.refresh(),
    destroy: (project) => project.destroy(),
  };
  const own: Partial<Lap> = {};
  const other: Partial<Lap> = {};
  for (const operation of OPERATIONS) {
    const turns = [
      async () => (own[operation] = await requests.during(operation, run[operation](webhooks))),
      async () => (other[operation] = await run[operation](noOps)),
    ];
    for (const turn of webhooksFirst ? turns : turns.reverse()) await turn();
  }
  return [own as Lap, other as Lap];
}

/** What the sandbox was asked in each operation. */
class RequestLog {
  private readonly requests: Partial<Record<Operation, LoggedRequest[]>> = {};

  constructor(private readonly sandbox: BenchSandbox) {}

  async during(operation: Operation, cost: Promise<Cost>): Promise<Cost> {
    const taken = await cost;
    this.requests[operation] = (await this.ask("GET")) as LoggedRequest[];
    await this.ask("DELETE");
    return taken;
  }

  of(operation: Operation): LoggedRequest[] {
    return this.requests[operation] ?? [];
  }

  counts(): Record<string, number> {
    return Object.fromEntries(OPERATIONS.map((operation) => [operation, this.of(operation).length]));
  }

  private async ask(method: string): Promise<unknown> {
    const text = await (await fetch(`${this.sandbox.url}/sandbox/requests`, { method })).text();
    return text === "" ? undefined : JSON.parse(text);
  }
}

function figures(
  ours: Lap[],
  theirs: Lap[],
  run: { count: number; laps: number },
  requests: Record<string, number>,
  http: HttpCost,
): Record<string, unknown> {
  // Each lap's two neighbours are compared, since the load of a machine drifts from lap to lap.
  const ratioOf = (operation: Operation, of: (cost: Cost) => number): number =>
    rounded(median(ours.map((lap, index) => of(lap[operation]) / of((theirs[index] ?? lap)[operation]))));
  const named = (suffix: string, of: (cost: Cost) => number): Record<string, number> =>
    Object.fromEntries(OPERATIONS.map((operation) => [`${operation}${suffix}`, ratioOf(operation, of)]));
  const cpuKnown = ours.every((lap) => lap.up.cpuTicks !== undefined);
  return {
    ...named("Ratio", ({ seconds }) => seconds),
    goal: 1.05,
    ...(cpuKnown ? named("CpuRatio", ({ cpuTicks }) => cpuTicks ?? Number.NaN) : {}),
    ...run,
    webhookSeconds: medians(ours),
    noOpSeconds: medians(theirs),
    requests,
    ...http,
  };
}

function medians(laps: Lap[]): Record<string, number> {
  return Object.fromEntries(
    OPERATIONS.map((operation) => [operation, rounded(median(laps.map((lap) => lap[operation].seconds)))]),
  );
}

function told(lap: Lap): string {
  return OPERATIONS.map((operation) => `${operation} ${lap[operation].seconds.toFixed(2)}`).join(", ");
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
