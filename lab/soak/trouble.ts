import { rmSync } from "node:fs";
import type { Misbehaviour, Sandbox, WebhookRecord } from "../../sandbox";
import type { DeclaredRelay, Estate } from "./estate";

type Random = () => number;

/** One thing that happens to the estate, by name; tells of what. */
interface Event {
  readonly name: string;
  happen(estate: Estate, relay: DeclaredRelay, random: Random): void;
}

/** What people, and Kustomer itself, do behind the program's back. Secret fields of Airkit never show again, so nobody could notice those. */
const DRIFT: readonly Event[] = [
  drift("switched off", (sandbox, { id }) => sandbox.editWebhook(id, { enabled: false })),
  drift("failed out", (sandbox, { id }) => sandbox.editWebhook(id, { enabled: false, isError: true })),
  drift("renamed", (sandbox, { id }) => sandbox.editWebhook(id, { name: "by hand" })),
  drift("sent elsewhere", (sandbox, { id }) => sandbox.editWebhook(id, { url: "https://elsewhere.example.com/" })),
  drift("given a header", (sandbox, { id, headers }) =>
    sandbox.editWebhook(id, { headers: [...headers, { name: "x-by-hand", value: "1" }] }),
  ),
  drift("deleted", (sandbox, { id }) => {
    sandbox.removeWebhook(id);
  }),
  {
    name: "API key revoked",
    happen: (estate, relay) => {
      const sandbox = estate.org(relay);
      for (const { id, name } of sandbox.keys()) if (name === `${relay.name}-api-key`) sandbox.revokeKey(id);
    },
  },
  {
    name: "API key lost a role",
    happen: (estate, relay) => {
      const sandbox = estate.org(relay);
      for (const { id, name, roles } of sandbox.keys())
        if (name === `${relay.name}-api-key`) sandbox.editKey(id, { roles: roles.slice(1) });
    },
  },
  {
    name: "hub changed by hand",
    happen: (estate, relay) => {
      const sandbox = estate.org(relay);
      const hub = sandbox.airkitObjects("hubs").find(({ name }) => name === `${relay.name}-hub`);
      if (hub !== undefined) sandbox.editAirkitObject("hubs", hub.id, { maxWeightPerAgent: 1 });
    },
  },
  {
    name: "routing flow deleted",
    happen: (estate, relay) => {
      const sandbox = estate.org(relay);
      const flow = sandbox.airkitObjects("routing-flows").find(({ name }) => name === `${relay.name}-routing-flow`);
      if (flow !== undefined) sandbox.removeAirkitObject("routing-flows", flow.id);
    },
  },
  {
    name: "secret file deleted",
    happen: (_, { secretFile }) => {
      if (secretFile !== undefined) rmSync(secretFile, { force: true });
    },
  },
];

/** What a person changes in the program. */
const CHANGES: readonly Event[] = [
  change("webhook renamed", (relay, random) => (relay.webhookName = `name ${Math.floor(random() * 1e6)}`)),
  change("events changed", (relay, random) => {
    relay.events = random() < 0.5 ? ["kustomer.tag.create"] : ["kustomer.message.create", "kustomer.user.update"];
  }),
  change("hub changed", (relay, random) => (relay.maxWeightPerAgent = 2 + Math.floor(random() * 50))),
  change("webhook rotated", (relay) => (relay.rotation += 1)),
  change("API key rotated", (relay) => (relay.apiKeyRotation += 1)),
  change("both rotated", (relay) => {
    relay.rotation += 1;
    relay.apiKeyRotation += 1;
  }),
];

/** After nobody looks for it any more. */
export const LATE_MS = 7000;

const FAILURES: readonly Misbehaviour[] = [
  { kind: "rate-limited" },
  { kind: "rate-limited", resetHeader: false },
  { kind: "status", status: 500 },
  { kind: "status", status: 503 },
  { kind: "drop-before" },
  { kind: "drop-after" },
  { kind: "slow", ms: 800 },
  { kind: "slow", ms: 4000 },
  { kind: "lagging", ms: 2000 },
  { kind: "late", ms: LATE_MS, status: 503 },
];

/** Up to four of them; in words. */
export function drifted(estate: Estate, random: Random, spared: ReadonlySet<DeclaredRelay>): string[] {
  return happened(DRIFT, estate, random, 4, (relay) => !spared.has(relay));
}

/** A rotation needs the one free place of an organisation, so at most one relay of each changes. */
export function changed(estate: Estate, random: Random, spared: ReadonlySet<DeclaredRelay>): string[] {
  const orgs = new Set<number>();
  return happened(CHANGES, estate, random, 3, (relay) => {
    const isFirst = !orgs.has(relay.org);
    orgs.add(relay.org);
    return isFirst && !spared.has(relay);
  });
}

/** Up to six requests, here and there, go wrong. */
export function failuresOrdered(estate: Estate, random: Random): string[] {
  return Array.from({ length: Math.floor(random() * 7) }, () => {
    const org = Math.floor(random() * estate.orgs.length);
    const failure = pick(FAILURES, random);
    const everything = random() < 0.5 ? {} : { method: pick(["POST", "PATCH", "PUT", "DELETE"], random) };
    // What else takes effect late would undo what was done since.
    const on = failure.kind === "late" ? { method: "POST", path: "/v1/outbound-webhooks" } : everything;
    const times = 1 + Math.floor(random() * 3);
    estate.orgs[org]?.fault({ on, times, after: Math.floor(random() * 30), ...failure });
    return `${failure.kind}${"status" in failure ? ` ${failure.status}` : ""} x${times} in org ${org}`;
  });
}

function happened(
  events: readonly Event[],
  estate: Estate,
  random: Random,
  most: number,
  isWanted: (relay: DeclaredRelay) => boolean,
): string[] {
  return Array.from({ length: Math.floor(random() * (most + 1)) }).flatMap(() => {
    const [event, relay] = [pick(events, random), pick(estate.relays, random)];
    if (!isWanted(relay)) return [];
    event.happen(estate, relay, random);
    return [`${relay.name} ${event.name}`];
  });
}

function drift(name: string, edit: (sandbox: Sandbox, webhook: WebhookRecord) => unknown): Event {
  return {
    name: `webhook ${name}`,
    happen: (estate, relay) => {
      const sandbox = estate.org(relay);
      for (const webhook of sandbox.webhooks()) if (webhook.name === relay.webhookName) edit(sandbox, webhook);
    },
  };
}

function change(name: string, edit: (relay: DeclaredRelay, random: Random) => unknown): Event {
  return {
    name,
    happen: (_, relay, random) => {
      edit(relay, random);
    },
  };
}

export function pick<T>(from: readonly T[], random: Random): T {
  const picked = from[Math.floor(random() * from.length)];
  if (picked === undefined) throw new Error("there is nothing to pick from");
  return picked;
}
