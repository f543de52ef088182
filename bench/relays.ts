import { parseArgs } from "node:util";
import { trampoline } from "../providers/trampoline";
import { BenchError } from "./support/bench-error";
import { type Lap, lapsOf, medians, ratios } from "./support/laps";
import { BenchProject } from "./support/project";
import { type BenchSandbox, startBenchSandbox } from "./support/sandbox";

/** The smallest budget that Kustomer documents, requests a minute and organisation. */
const RATE_LIMIT = 300;

/**
 * A hundred whole relays of ten organisations in one stack, as a ratio to a hundred components of as many resources that do
 * nothing. Each organisation is an explicit provider and a sandbox of its own, with Kustomer's smallest rate limit.
 */
export async function run(args: string[]): Promise<Record<string, unknown>> {
  const { relays, orgs, laps } = options(args);
  const sandboxes = await Promise.all(Array.from({ length: orgs }, () => startBenchSandbox(RATE_LIMIT)));
  try {
    const ours = await BenchProject.of("relays", {
      env: { BENCH_ORGS: JSON.stringify(await Promise.all(sandboxes.map(organisation))) },
    });
    const textLength = String(trampoline("KustomerOutboundWebhook").length);
    const theirs = await BenchProject.of("no-op-relays", {
      env: { BENCH_TEXT_LENGTH: textLength, BENCH_ORG_COUNT: String(orgs) },
    });
    try {
      const taken = await lapsOf({ ours, theirs, count: relays, laps });
      await ours.up(relays);
      return {
        ...ratios(taken, "Ratio", ({ seconds }) => seconds),
        goal: 1.05,
        ...ratios(taken, "CpuRatio", ({ cpuTicks }) => cpuTicks),
        ...ratios(taken, "MemoryRatio", ({ peakMiB }) => (peakMiB === 0 ? undefined : peakMiB)),
        relays,
        organisations: orgs,
        laps,
        relaySeconds: secondsOf(taken.ours),
        noOpSeconds: secondsOf(taken.theirs),
        relayPeakMiB: medians(taken.ours, ({ peakMiB }) => peakMiB),
        noOpPeakMiB: medians(taken.theirs, ({ peakMiB }) => peakMiB),
        stateBytesPerRelay: Math.round(Buffer.byteLength(ours.stateFile()) / relays),
        touchedByOneChange: await touchedByOneChange(ours, relays),
        rateLimit: RATE_LIMIT,
        mostRequestsInAWindow: Math.max(...(await Promise.all(sandboxes.map(peak)))),
      };
    } finally {
      ours.remove();
      theirs.remove();
    }
  } finally {
    await Promise.all(sandboxes.map((sandbox) => sandbox.close()));
  }
}

function options(args: string[]): { relays: number; orgs: number; laps: number } {
  const { values } = parseArgs({
    args,
    options: {
      relays: { type: "string", default: "100" },
      orgs: { type: "string", default: "10" },
      laps: { type: "string", default: "3" },
    },
  });
  const numbers = { relays: Number(values.relays), orgs: Number(values.orgs), laps: Number(values.laps) };
  if (!Object.values(numbers).every((number) => Number.isInteger(number) && number > 0))
    throw new BenchError("--relays, --orgs and --laps must be whole numbers above 0");
  return numbers;
}

/** What a provider and its relays need of an organisation. */
async function organisation(sandbox: BenchSandbox): Promise<object> {
  const account = await made(sandbox, "accounts", { name: "Web Chat", integration: "Kustomer", apiKey: "none" });
  const capabilities = ["MESSAGING_SEND_TEXT"];
  const { url, managementKey, issuerUrl, issuerToken, airkitConsoleUrl, airkitToken } = sandbox;
  return {
    kustomer: { baseUrl: url, apiKey: managementKey, issuerUrl, issuerToken },
    airkit: { driver: "console", baseUrl: airkitConsoleUrl, token: airkitToken },
    apiHostname: url,
    webChat: await made(sandbox, "resources", { name: "Web Chat", capabilities, datasourceId: account }),
  };
}

async function made({ url }: BenchSandbox, kind: string, form: object): Promise<string> {
  const answer = await fetch(`${url}/sandbox/airkit/${kind}`, { method: "POST", body: JSON.stringify(form) });
  return ((await answer.json()) as { id: string }).id;
}

async function peak({ url }: BenchSandbox): Promise<number> {
  const answer = await fetch(`${url}/sandbox/peak-requests-per-window`);
  return ((await answer.json()) as { requests: number }).requests;
}

/** The relays with a resource that a preview would change, where one relay's webhook has another name. */
async function touchedByOneChange(project: BenchProject, relays: number): Promise<string[]> {
  const changed = Math.floor(relays / 2);
  await project.pulumi(["preview", "--json"], { BENCH_COUNT: String(relays), BENCH_CHANGED: String(changed) });
  const { steps } = JSON.parse(project.printed) as { steps: { op: string; urn: string }[] };
  const touched = steps.filter(({ op }) => op !== "same").map(({ urn }) => urn.slice(urn.lastIndexOf("::") + 2));
  return [...new Set(touched.map((name) => /^relay-\d+/.exec(name)?.[0] ?? name))];
}

function secondsOf(laps: readonly Lap[]): Record<string, number> {
  return medians(laps, ({ seconds }) => seconds);
}
