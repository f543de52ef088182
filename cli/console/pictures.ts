import type { Told } from "../doctor/report";
import { RELAY } from "../doctor/gather";
import type { Webhook } from "../doctor/kinds/outbound-webhook";
import { hostedReceiverIn } from "../doctor/kinds/hosted-receiver";
import type { State, StateResource } from "../doctor/state";
import { momentOf, type TransactionData } from "../../providers/kustomer/answers";
import type { Line, Part, Picture, Tone } from "./views";

/** The checks of the doctor that tell what is so now without sending anything to anybody's endpoint. */
export const OVERVIEW_CHECKS: readonly string[] = [
  "stack-readable",
  "stack-finished",
  "kustomer-reachable",
  "webhook-exists",
  "webhook-enabled",
  "webhook-error",
  "webhook-events",
  "webhook-url",
  "webhook-headers",
  "deliveries",
  "key-valid",
  "key-expiry",
  "airkit-steps",
  "receiver-running",
  "receiver-queue",
  "receiver-dead-letters",
  "receiver-room",
  "hosted-queue",
  "hosted-dead-letters",
];

const TONES: Readonly<Record<Told["level"], Tone>> = { ok: "good", warn: "warn", fail: "bad", skip: "unknown" };

/** What these find where all is well is of use only to who reads every finding. */
const PLAIN = ["webhook-exists", "endpoint-dns"];
const DRIFT = ["webhook-events", "webhook-url", "webhook-headers"];

/** The findings that say something at a glance. */
function linesOf(results: readonly Told[]): Line[] {
  const drift = results.filter(({ check }) => DRIFT.includes(check));
  const isAsDeclared = drift.length === DRIFT.length && drift.every(({ level }) => level === "ok");
  const told = results.filter(({ check, level }) => {
    const isPlain = PLAIN.includes(check) || (isAsDeclared && DRIFT.includes(check));
    return level !== "ok" || !isPlain;
  });
  return [
    ...told.map(lineOf),
    ...(isAsDeclared ? [{ tone: "good" as const, text: "as declared: events, URL, headers" }] : []),
  ];
}

export function lineOf({ level, message, next }: Told): Line {
  return { tone: TONES[level], text: message, ...(next !== undefined && { next }) };
}

/** Green only where all that was asked is known to be well. */
export function toneOf(lines: readonly Line[]): Tone {
  const worst = (["bad", "warn", "unknown"] as const).find((tone) => lines.some((line) => line.tone === tone));
  return worst ?? (lines.length > 0 ? "good" : "unknown");
}

function part(title: string, lines: readonly Line[], unasked: string): Part {
  return lines.length === 0
    ? { tone: "unknown", title, lines: [{ tone: "unknown", text: unasked }] }
    : { tone: toneOf(lines), title, lines };
}

export interface Asked {
  readonly state: State;
  readonly results: readonly Told[];
  /** Of endpoints, by the last run of the doctor. */
  readonly endpoints: readonly Told[];
  /** Kustomer's log of each webhook, by its resource's name; not there where it could not be read. */
  readonly attempts: ReadonlyMap<string, readonly TransactionData[]>;
  /** Whether the store of a receiver on this machine was named, too. */
  readonly hasStore: boolean;
  readonly now: number;
}

/** Every relay of a stack; a webhook that belongs to none is one by itself. */
export function picturesOf(asked: Asked): Picture[] {
  const own = asked.state.resources.filter(({ pendingDelete }) => !pendingDelete);
  const relays = own.filter(({ type }) => type === RELAY);
  const webhooks = own.filter(({ type }) => /(:kustomer:OutboundWebhook|:KustomerOutboundWebhook)$/.test(type));
  const loose = webhooks.filter(({ parent }) => !relays.some(({ urn }) => urn === parent));
  return [...relays, ...loose].map((resource) => pictureOf(resource, own, asked));
}

function pictureOf(relay: StateResource, own: readonly StateResource[], asked: Asked): Picture {
  const { results, endpoints, attempts, now } = asked;
  const isRelay = relay.type === RELAY;
  const children = isRelay ? own.filter(({ parent }) => parent === relay.urn) : [relay];
  const names = new Set(children.map(({ name }) => name));
  const about = (kind: string, among = results): Line[] =>
    linesOf(among.filter((result) => result.kind === kind && names.has(result.subject)));
  const behind = endpoints.filter(
    ({ kind, subject }) =>
      kind === "endpoint" && [...names, relay.name].some((name) => subject.startsWith(`${name} →`)),
  );
  const webhook = children.find(({ name }) => attempts.has(name));
  const log = webhook === undefined ? undefined : attempts.get(webhook.name);
  const times = (log ?? []).map(({ sentAt }) => momentOf(sentAt)).filter((at) => at > 0);
  const steps = about("Airkit object").filter(({ text }) => text !== "nothing left to do by hand");
  const receiver = receiverOf(relay, asked);
  const keys = about("API key");
  return {
    name: relay.name,
    status: statusOf(relay.outputs.status),
    kustomer: part("Kustomer", about("webhook"), "not asked yet"),
    ...(receiver && { receiver }),
    destination: part(
      hostOf(relay.outputs.destinationUrl ?? relay.outputs.url),
      linesOf(behind),
      "not asked: the doctor sends it a probe",
    ),
    ...(isRelay && {
      key: part("API key", keys, "not asked"),
      steps:
        steps.length === 0
          ? {
              tone: "good" as const,
              title: "Steps",
              lines: [{ tone: "good" as const, text: "nothing left to do by hand" }],
            }
          : part("Steps", steps, ""),
    }),
    ...(times.length > 0 && { lastEventAt: Math.max(...times) }),
    ...(log !== undefined && { perMinute: perMinute(times, now) }),
  };
}

function receiverOf({ outputs }: StateResource, { results, hasStore }: Asked): Part | undefined {
  const hosted = hostedReceiverIn(outputs);
  if (hosted !== undefined) {
    const name = hosted.queueUrl.slice(hosted.queueUrl.lastIndexOf("/") + 1);
    const lines = results.filter(({ kind, subject }) => kind === "receiver on AWS" && subject === name).map(lineOf);
    return part("Receiver on AWS", lines, "not asked");
  }
  const { kind } = (outputs.receiver ?? {}) as { kind?: unknown };
  if (kind === "self-hosted") {
    const lines = results.filter((result) => result.kind === "receiver").map(lineOf);
    return part("Self-hosted receiver", lines, hasStore ? "not asked" : "not asked: name its store with --store");
  }
  return kind === "url" ? part("Receiver", [], "not asked: it runs elsewhere") : undefined;
}

/** The same once nobody can be asked any more: nothing of it is known to be so now. */
export function greyed(picture: Picture): Picture {
  const grey = ({ title, lines }: Part): Part => ({
    title,
    tone: "unknown",
    lines: lines.map((line) => ({ ...line, tone: "unknown" })),
  });
  const { kustomer, receiver, destination, key, steps } = picture;
  return {
    ...picture,
    status: "unknown",
    kustomer: grey(kustomer),
    destination: grey(destination),
    ...(receiver && { receiver: grey(receiver) }),
    ...(key && { key: grey(key) }),
    ...(steps && { steps: grey(steps) }),
  };
}

const MINUTES = 30;

function perMinute(times: readonly number[], now: number): number[] {
  const counts = new Array<number>(MINUTES).fill(0);
  for (const at of times) {
    const place = MINUTES - 1 - Math.floor((now - at) / 60_000);
    if (place >= 0 && place < MINUTES) counts[place] = (counts[place] ?? 0) + 1;
  }
  return counts;
}

function statusOf(status: unknown): Picture["status"] {
  return status === "active" || status === "pending" || status === "failing" ? status : "unknown";
}

function hostOf(url: unknown): string {
  return typeof url === "string" && URL.canParse(url) ? new URL(url).host : "Destination";
}

/** Kustomer's logs of all webhooks; one that cannot be read is left out. */
export async function attemptsOf(webhooks: readonly Webhook[]): Promise<Map<string, readonly TransactionData[]>> {
  const logs = await Promise.all(
    webhooks.map(async (webhook) => {
      const log = await webhook.attempts().catch(() => undefined);
      return log === undefined ? [] : [[webhook.name, log] as const];
    }),
  );
  return new Map(logs.flat());
}
