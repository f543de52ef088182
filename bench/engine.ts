import { parseArgs } from "node:util";
import { trampoline } from "../providers/trampoline";
import { BenchError } from "./support/bench-error";
import { BenchProject, type Cost } from "./support/project";
import { type BenchSandbox, startBenchSandbox } from "./support/sandbox";
import { type LoggedRequest, costOfRequests } from "./support/http-cost";
import { OPERATIONS, type Operation, lapsOf, medians, ratios } from "./support/laps";

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
      const watch = (operation: Operation, cost: Promise<Cost>): Promise<Cost> => requests.during(operation, cost);
      const taken = await lapsOf({ ours: webhooks, theirs: noOps, count, laps, watch });
      const http = await costOfRequests(sandbox, requests.of("upCreate"));
      return {
        ...ratios(taken, "Ratio", ({ seconds }) => seconds),
        goal: 1.05,
        ...ratios(taken, "CpuRatio", ({ cpuTicks }) => cpuTicks),
        count,
        laps,
        webhookSeconds: medians(taken.ours, ({ seconds }) => seconds),
        noOpSeconds: medians(taken.theirs, ({ seconds }) => seconds),
        requests: requests.counts(),
        ...http,
      };
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
