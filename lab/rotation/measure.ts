import { setTimeout as sleep } from "node:timers/promises";
import { type Sandbox, startSandbox } from "../../sandbox";
import { Project } from "../project";
import { type LaneName, laneOf } from "./lanes";
import { Calls, Events } from "./traffic";

export interface RotationOptions {
  readonly lane: LaneName;
  /** Events a second. Default 100. */
  readonly rate?: number;
  /** Seconds of traffic before, between and after the rotations. Default 3. */
  readonly calmSeconds?: number;
  /** Of the webhook. Default 10, as the package's own. */
  readonly watchSeconds?: number;
  /** Of Kustomer's retries: 1 is real time. */
  readonly timeScale?: number;
  readonly report?: (line: string) => void;
}

export interface Figures {
  readonly lane: LaneName;
  readonly rate: number;
  /** Events that happened in Kustomer. */
  readonly sent: number;
  /** Those that never arrived in Airkit with a signature it accepts. */
  readonly lost: number;
  /** Arrivals beyond the first of an event. */
  readonly duplicates: number;
  /** Deliveries given up: by Kustomer after its last try, by the receiver as a dead letter. */
  readonly refusedForGood: number;
  /** Attempts of Kustomer that were not answered 2xx, and so were made again. */
  readonly refusedAtFirst: number;
  /** The longest that an event was on its way, in seconds. */
  readonly longestDelaySeconds: number;
  /** How long the two ups took, in seconds. */
  readonly upSeconds: readonly number[];
  /** Calls of Kustomer with the key that Airkit had a second before, and how many were refused. */
  readonly calls: number;
  readonly callsRefused: number;
  /** Webhooks and API keys of the relay that are left: one of each. */
  readonly webhooksLeft: number;
  readonly keysLeft: number;
}

const PROGRAM = `const { KustomerRelay } = require("pulumi-kustomer-relay");
const relay = new KustomerRelay("support", JSON.parse(process.env.RELAY));
exports.destinationUrl = relay.destinationUrl;
`;

const OVERLAP_SECONDS = 3;
const NOTHING_NEW_MS = 75_000;

/**
 * A relay in full traffic whose webhook and API key are rotated by one \`up\`, and whose webhook is by another, which also
 * revokes the former key. The engine, HTTP and processes are real; Kustomer and Airkit are the sandbox.
 */
export async function measureRotation({
  lane: name,
  rate = 100,
  calmSeconds = 3,
  watchSeconds = 10,
  timeScale = 1,
  report = () => undefined,
}: RotationOptions): Promise<Figures> {
  const sandbox = await startSandbox({ timeScale });
  const channel = webChat(sandbox);
  const project = await Project.create({ name: "rotation", program: PROGRAM, env: environment(sandbox) });
  const lane = await laneOf(name, sandbox, project.directory);
  const declare = (counters: object): void => {
    const apiKey = { overlapHours: OVERLAP_SECONDS / 3600 };
    project.set({
      RELAY: JSON.stringify({
        kustomer: { apiKey, webhook: { watchSeconds } },
        airkit: { apiHostname: sandbox.url, hub: { channelResourceIds: [channel] } },
        ...lane.receiver,
        ...counters,
      }),
    });
  };
  const up = async (counters: object): Promise<number> => {
    declare(counters);
    const started = performance.now();
    await project.up();
    return rounded((performance.now() - started) / 1000);
  };
  const events = new Events(sandbox, rate);
  const calls = new Calls(sandbox, () => String(accountOf(sandbox)?.apiKey));
  const upSeconds: number[] = [];
  try {
    await up({});
    await lane.start(String((await project.outputs()).destinationUrl));
    report(`${name}: ${rate} events a second`);
    try {
      events.start();
      calls.start();
      await sleep(calmSeconds * 1000);
      upSeconds.push(await up({ rotation: 1, apiKeyRotation: 1 }));
      await sleep(Math.max(calmSeconds, OVERLAP_SECONDS) * 1000);
      upSeconds.push(await up({ rotation: 2, apiKeyRotation: 1 }));
      await sleep(calmSeconds * 1000);
    } finally {
      await Promise.all([events.stop(), calls.stop()]);
    }
    report(`${name}: rotated twice, in ${upSeconds.join(" and ")} s; waiting for what is to be sent again`);
    await settle(sandbox, events.happened);
    const { givenUp, failed } = sandbox.deliveries();
    return {
      lane: name,
      rate,
      ...arrivals(sandbox, events.happened),
      refusedForGood: givenUp + (await lane.refusedForGood()),
      refusedAtFirst: failed,
      upSeconds,
      calls: calls.made,
      callsRefused: calls.refused,
      webhooksLeft: sandbox.webhooks().length,
      keysLeft: sandbox.keys().filter(({ owner }) => owner !== undefined).length,
    };
  } finally {
    await lane.stop();
    await project.remove();
    await sandbox.close();
  }
}

/** Until nothing is to be sent again and everything has arrived, or nothing has moved for longer than the receiver's pauses are. */
async function settle(sandbox: Sandbox, happened: ReadonlyMap<string, number>): Promise<void> {
  let before = "";
  for (let movedAt = Date.now(); Date.now() - movedAt < NOTHING_NEW_MS;) {
    const { waiting, failed } = sandbox.deliveries();
    const missing = happened.size - accepted(sandbox).size;
    if (missing <= 0 && waiting === 0) return;
    const now = [waiting, failed, missing].join();
    if (now !== before || waiting > 0) movedAt = Date.now();
    before = now;
    await sleep(500);
  }
}

/** When each event arrived with a signature that Airkit accepts, as often as it did. */
function accepted(sandbox: Sandbox): Map<string, number[]> {
  const arrived = new Map<string, number[]>();
  for (const { eventId = "", verified, at } of sandbox.received())
    if (verified) arrived.set(eventId, [...(arrived.get(eventId) ?? []), at]);
  return arrived;
}

function arrivals(
  sandbox: Sandbox,
  happened: ReadonlyMap<string, number>,
): Pick<Figures, "sent" | "lost" | "duplicates" | "longestDelaySeconds"> {
  const arrived = accepted(sandbox);
  const delays = [...happened].map(([id, at]) => (arrived.get(id)?.[0] ?? at) - at);
  return {
    sent: happened.size,
    lost: [...happened.keys()].filter((id) => !arrived.has(id)).length,
    duplicates: [...arrived.values()].reduce((sum, times) => sum + times.length - 1, 0),
    longestDelaySeconds: rounded(delays.reduce((longest, delay) => Math.max(longest, delay), 0) / 1000),
  };
}

function environment(sandbox: Sandbox): Record<string, string> {
  return {
    KUSTOMER_BASE_URL: sandbox.url,
    KUSTOMER_API_KEY: sandbox.managementKey,
    KUSTOMER_ISSUER_URL: sandbox.issuerUrl,
    KUSTOMER_ISSUER_TOKEN: sandbox.issuerToken,
    AIRKIT_DRIVER: "console",
    AIRKIT_BASE_URL: sandbox.airkitConsoleUrl,
    AIRKIT_TOKEN: sandbox.airkitToken,
  };
}

const WEB_CHAT = "Web Chat";

/** The Resource on which conversations begin; a hub needs one. */
function webChat(sandbox: Sandbox): string {
  const { id } = sandbox.createAirkitObject("accounts", { name: WEB_CHAT, integration: "Kustomer", apiKey: "none" });
  const capabilities = ["MESSAGING_SEND_TEXT"];
  return sandbox.createAirkitObject("resources", { name: WEB_CHAT, capabilities, datasourceId: id }).id;
}

function accountOf(sandbox: Sandbox): Readonly<Record<string, unknown>> | undefined {
  return sandbox.airkitObjects("accounts").find(({ name }) => name !== WEB_CHAT);
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
